"""What a person decides about an episode that waits: checked, kept, and written down."""

from engine.clock import SystemClock
from engine.contracts import Audit, Decision, Escalation, JsonObject
from engine.errors import BadInput, ToolError
from engine.evals import Suite
from workbench.bootstrap.evaluation import suite_asked_for
from workbench.store import Store
from workbench.store.append import append_fact
from workbench.store.queries.facts import run
from workbench.store.waitlist import resolve_wait


def decide(store: Store, text: str, said: JsonObject, *, author: str) -> Escalation:
    """Decide about the wait of that id, or unique beginning of one; gives it with the decision.

    `said` holds the fields of a `Decision` but author and time. Nothing goes on yet. Raises
    `NotFound` for an unknown id, `BadInput` where it is decided already, where the decision says
    nothing or does not fit what waits, or where the run can no longer go on.
    """
    found = resolve_wait(store.waits, text)
    signed = {"author": author, "decided_at": SystemClock().now()}
    decision = Decision.parse({**said, **signed}, where=found.escalation_id)
    _check_arguments(found, decision, suite_asked_for(run(store.lake, found.run_id), store.lake))
    found = store.waits.decide(found.escalation_id, decision)
    audit = Audit(
        tenant=found.tenant,
        run_id=found.run_id,
        episode_id=found.episode_id,
        subject=found.escalation_id,
        action=decision.action,
        author=decision.author,
        details=decision.model_dump(mode="json", include={"note", "arguments"}, exclude_none=True),
        acted_at=decision.decided_at,
    )
    append_fact(store.lake, audit, f"audit-{found.escalation_id}")
    return found


def _check_arguments(waits: Escalation, decision: Decision, suite: Suite) -> None:
    call = waits.wait.call
    if call is None or decision.arguments is None:
        return
    try:
        suite.tools.find(call.name).checked(decision.arguments)
    except ToolError as error:
        raise BadInput(error.message, hint=error.hint, where=waits.escalation_id) from None
