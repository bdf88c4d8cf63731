"""What becomes of a guarded call: by what the tool does, and by how it fails at first."""

import pytest

from engine.contracts import BreakerMode, ToolEffect, ToolPolicy
from tests.spec.tools.tool import Desk, Faulty, saying

READ, IDEM, DESTR = "read_only", "idempotent", "destructive"
NONE, YES, NO = None, True, False  # what the tool's own probe says; null: nothing

# effect, first failure, what a probe says, the model's answer, calls, what is kept of the call
TABLE = (
    (READ, "", NONE, "done", 1, None),
    (READ, "refused", NONE, "tool_refused", 1, None),
    (READ, "no connection", NONE, "done", 2, None),
    (READ, "connection broke", NONE, "done", 2, None),
    (READ, "told to wait", NONE, "done", 2, None),
    (READ, "server error", NONE, "done", 2, None),
    (READ, "garbled", NONE, "done", 2, None),
    (READ, "hang", NONE, "done", 2, None),
    (READ, "own fault", NONE, "tool_error", 1, None),
    (IDEM, "", NONE, "done", 1, "done"),
    (IDEM, "refused", NONE, "tool_refused", 1, "failed"),
    (IDEM, "no connection", NONE, "done", 2, "done"),
    (IDEM, "connection broke", NONE, "done", 2, "done"),
    (IDEM, "told to wait", NONE, "done", 2, "done"),
    (IDEM, "server error", NONE, "done", 2, "done"),
    (IDEM, "garbled", NONE, "done", 2, "done"),
    (IDEM, "hang", NONE, "done", 2, "done"),
    (IDEM, "own fault", NONE, "tool_error", 1, "unknown"),
    (DESTR, "", NONE, "done", 1, "done"),
    (DESTR, "refused", NONE, "tool_refused", 1, "failed"),
    (DESTR, "no connection", NONE, "done", 2, "done"),
    (DESTR, "told to wait", NONE, "done", 2, "done"),
    (DESTR, "connection broke", NONE, "effect_unknown", 1, "unknown"),
    (DESTR, "server error", NONE, "effect_unknown", 1, "unknown"),
    (DESTR, "garbled", NONE, "effect_unknown", 1, "unknown"),
    (DESTR, "hang", NONE, "effect_unknown", 1, "unknown"),
    (DESTR, "own fault", NONE, "effect_unknown", 1, "unknown"),
    # It happened, whatever was said: the probe's result is the answer.
    (DESTR, "connection broke", YES, "found", 1, "done"),
    (DESTR, "server error", YES, "found", 1, "done"),
    (DESTR, "garbled", YES, "found", 1, "done"),
    (DESTR, "hang", YES, "found", 1, "done"),
    (DESTR, "own fault", YES, "found", 1, "done"),
    # It did not happen, and the tool is done: the error stands, and the call may be made again.
    (DESTR, "server error", NO, "tool_unavailable", 1, "failed"),
    (DESTR, "garbled", NO, "tool_garbled", 1, "failed"),
    (DESTR, "own fault", NO, "tool_error", 1, "failed"),
    # It has not happened yet, and what was sent may still arrive.
    (DESTR, "connection broke", NO, "effect_unknown", 1, "unknown"),
    (DESTR, "hang", NO, "effect_unknown", 1, "unknown"),
)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: " ".join(map(str, row[:3])))
async def test_an_effect_decides_what_follows_a_failure(
    row: tuple[ToolEffect, str, bool | None, str, int, str | None],
) -> None:
    """As the table has it."""
    effect, fault, probed, told, calls, kept = row
    tool = Faulty([fault] if fault else [], probe=saying(probed))
    desk = Desk(tool, ToolPolicy(effect=effect, attempt_s=0.02))
    assert (await desk.outcome(), tool.calls) == (told, calls)
    record = desk.record()
    assert (record.state if record else None) == kept


# effect, how the breaker stands, the model's answer, calls
BREAKERS = (
    (READ, BreakerMode.FORCED_OPEN, "breaker_open", 0),
    (IDEM, BreakerMode.FORCED_OPEN, "breaker_open", 0),
    (DESTR, BreakerMode.FORCED_OPEN, "breaker_open", 0),
    (DESTR, BreakerMode.OPEN, "breaker_open", 0),
    (DESTR, BreakerMode.CLOSED, "done", 1),
    (DESTR, BreakerMode.DISABLED, "done", 1),
    (DESTR, BreakerMode.METRICS_ONLY, "done", 1),
)


@pytest.mark.parametrize(("effect", "mode", "told", "calls"), BREAKERS)
async def test_a_breaker_that_is_set_by_hand_is_obeyed(
    effect: ToolEffect, mode: BreakerMode, told: str, calls: int
) -> None:
    """A call that it refuses has done nothing: after a reset the same one is made."""
    tool = Faulty()
    desk = Desk(tool, ToolPolicy(effect=effect))
    breaker = desk.guarded._guard.breaker
    assert breaker is not None
    breaker.set(mode)
    assert (await desk.outcome(), tool.calls) == (told, calls)
    breaker.set(BreakerMode.CLOSED)
    assert (await desk.outcome(), tool.effects) == ("done", 2 if calls and effect == READ else 1)
