"""What a person says of a call in doubt, or of a parked saga: written down, then done.

Broken off at any point, the same word a second time does the rest, and no more than that.
"""

from typing import Final, Literal

from pydantic import Field

from engine.clock import SystemClock
from engine.contracts import ErrorSpec, JournalEntry, Json, JsonObject, Record, SagaDecision
from engine.errors import BadInput
from engine.tools import Probed
from engine.tools.idempotency import LIVE
from engine.tools.journal import doubtful
from engine.tools.saga_decision import decide
from workbench.bootstrap.doubts import CallDoubt, Doubt, SagaDoubt, find_doubt
from workbench.bootstrap.tool_orders import audit
from workbench.bootstrap.tool_state import ToolState
from workbench.store import Store

Said = Literal["done", "failed", "retry"]


class Resolution(Record):
    """What has become of a call, or is to become of it.

    `done`: it had its effect; callers get `result`. `failed`: it had none, and is not to be made;
    callers get the reason, and a compensation is given up: the effect of its step stands. `retry`:
    it had none, and is made when it is next asked for; a saga goes once more about it.
    """

    said: Said = Field(description="Which of the three.")
    reason: str = Field(min_length=1, max_length=2_000, description="Why; kept with the audit.")
    result: Json = Field(default=None, description="Of `done`: what the tool answered.")


class Resolved(Record):
    """What has become of it."""

    subject: str = Field(max_length=200, description="The saga's id, or the call's key.")
    kind: Literal["saga", "call"] = Field(description="What it is.")
    said: Said = Field(description="What the person said.")
    state: str = Field(max_length=40, description="Of the saga, or of the call, from then on.")


_ACTIONS: Final[dict[Said, Literal["happened", "give_up", "retry"]]] = {
    "done": "happened",
    "failed": "give_up",
    "retry": "retry",
}


def resolve(
    store: Store, state: ToolState, text: str, said: JsonObject, *, author: str
) -> Resolved:
    """Say what has become of the saga or call that `text` names; see `find_doubt`.

    `said` has the fields of a `Resolution`. The audit row comes first: nothing is changed without
    one. Raises `NotFound`; `BadInput` where it does not wait, or is still under way; `LeaseLost`
    where somebody else has changed it at the same moment.
    """
    resolution = Resolution.parse(said, where="resolve")
    doubt = find_doubt(state, text)
    _check(doubt, SystemClock().now())
    audit(
        store,
        subject=doubt.subject,
        action=resolution.said,
        author=author,
        details={"reason": resolution.reason, "result": resolution.result, "tool": doubt.tool},
        tenant=doubt.tenant,
        episode_id=doubt.episode_id,
    )
    told = {"subject": doubt.subject, "said": resolution.said}
    if isinstance(doubt, SagaDoubt):
        after = _decided(state, doubt, resolution, author)
        return Resolved.parse({**told, "kind": "saga", "state": after}, where="resolve")
    after = _settled(state, doubt, resolution)
    return Resolved.parse({**told, "kind": "call", "state": after}, where="resolve")


def _check(doubt: Doubt, now: float) -> None:
    """Refuse what does not wait for a person."""
    if isinstance(doubt, SagaDoubt):
        if doubt.saga.state != "parked":
            said = f"{doubt.subject} is {doubt.saga.state}"
            raise BadInput(said, hint="only a parked saga is decided about")
        return
    if _half_told(doubt, now):
        return
    if doubt.record is None or doubt.record.state not in LIVE:
        raise BadInput(f"the call {doubt.subject} is {doubt.state}: nothing waits for a word")
    if doubt.record.lease_until > now:
        left_s = doubt.record.lease_until - now
        hint = f"it is over, or its caller dead, in {left_s:.0f} s"
        raise BadInput(f"the call {doubt.subject} may still be under way", hint=hint)


def _half_told(call: CallDoubt, now: float) -> bool:
    """Whether the key has its end, or is gone, and the journal's entry waits for one."""
    entry, over = call.entry, call.record is None or call.record.state not in LIVE
    return over and entry is not None and (entry.state == "effect" or doubtful(entry, now))


def _decided(state: ToolState, doubt: SagaDoubt, resolution: Resolution, author: str) -> str:
    now = SystemClock().now()
    decision = SagaDecision(
        action=_ACTIONS[resolution.said],
        result=resolution.result,
        note=resolution.reason,
        author=author[:200],
        decided_at=now,
    )
    return decide(state.sagas, state.calls(), doubt.subject, decision, now).state


def _settled(state: ToolState, call: CallDoubt, resolution: Resolution) -> str:
    now = SystemClock().now()
    if call.entry is not None and _half_told(call, now):
        return _closed(state, call.entry, resolution, now).state
    error = None
    if resolution.said == "failed":
        error = ErrorSpec(code="tool_error", message=f"given up by a person: {resolution.reason}")
    probed = Probed(resolution.said == "done", resolution.result)
    record = state.calls().settle(call.key, probed, error=error)
    return record.state if record else "gone"


def _closed(
    state: ToolState, entry: JournalEntry, resolution: Resolution, now: float
) -> JournalEntry:
    """The entry with its end, by itself: the call's key has one, or is no longer kept."""
    mark, happened = state.journal.mark, resolution.said == "done"
    if entry.state == "compensating":
        return mark(entry, "compensated" if happened else "done", now, result=resolution.result)
    if entry.state == "intent" and not happened:
        return mark(entry, "failed", now)
    if entry.state == "intent":
        entry = mark(entry, "effect", now, result=resolution.result)
    return mark(entry, "done", now)
