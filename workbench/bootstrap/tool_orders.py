"""What a person orders about a tool's breaker: written down, then done for all processes."""

from typing import Final, Literal
from uuid import uuid4

from engine.clock import SystemClock
from engine.contracts import Audit, BreakerMode, JsonObject
from engine.reliability.breaker import Snapshot
from workbench.bootstrap.tool_state import ToolState
from workbench.store import Store
from workbench.store.append import append_fact

Order = Literal["trip", "reset", "disable"]
MODES: Final[dict[Order, BreakerMode]] = {
    "trip": BreakerMode.FORCED_OPEN,
    "reset": BreakerMode.CLOSED,
    "disable": BreakerMode.DISABLED,
}
"""`trip` refuses all calls until a reset, `disable` lets all through unjudged until a reset."""


def order(
    store: Store, state: ToolState, tool: str, action: Order, *, author: str, reason: str = ""
) -> Snapshot:
    """Trip, reset or disable a tool's breaker; raises `NotFound` where nothing is known of it.

    The audit row comes first: no order without one.
    """
    state.check(tool)
    before = state.breakers.get(tool)
    details: JsonObject = {"reason": reason, "before": before.mode if before else "closed"}
    audit(store, subject=tool, action=action, author=author, details=details)
    return state.order(tool, MODES[action])


def audit(
    store: Store,
    *,
    subject: str,
    action: str,
    author: str,
    details: JsonObject,
    tenant: str = "local",
    episode_id: str = "",
) -> None:
    """Write down what a person is about to do to a tool, a call or a saga."""
    fact = Audit(
        tenant=tenant,
        run_id=_run_of(store, episode_id),
        episode_id=episode_id,
        subject=subject,
        action=action,
        author=author,
        details=details,
        acted_at=SystemClock().now(),
    )
    append_fact(store.lake, fact, f"audit-{uuid4().hex}")


def _run_of(store: Store, episode_id: str) -> str:
    """The run of an episode that waits or has waited; empty where it is not known."""
    if not episode_id:
        return ""
    runs = (wait.run_id for wait in store.waits.listed() if wait.episode_id == episode_id)
    return next(runs, "")
