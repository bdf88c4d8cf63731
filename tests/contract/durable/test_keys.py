"""The port `IdempotencyKeys` on every implementation."""

import pytest

from engine.contracts import CallKey, Ending, ErrorSpec, IdempotencyKeys, KeyAsk, KeyRecord
from engine.errors import LeaseLost

CALL = CallKey(tenant="t:1", tool="refund", key='k"1')
DONE = Ending(state="done", result={"paid": 10**30, "text": "ü"})
UNKNOWN = Ending(state="unknown")
AGAIN = Ending(state="failed", error=ErrorSpec(code="x", message="later", retryable=True))
NEVER = Ending(state="failed", error=ErrorSpec(code="tool_refused", message="no"))


def ask(owner: str = "a", *, arguments: str = "f", retake: bool = False) -> KeyAsk:
    return KeyAsk(
        **CALL.model_dump(),
        fingerprint=arguments,
        owner=owner,
        lease_s=10.0,
        retake=retake,
        keep_s=50.0,
    )


def taken(keys: IdempotencyKeys, now: float = 100.0) -> KeyRecord:
    return keys.take(ask(), now).record


@pytest.mark.parametrize(
    ("ending", "asked", "now", "told"),
    [
        (None, ask("b"), 105.0, ("busy", 1)),
        (None, ask("b", retake=True), 105.0, ("busy", 1)),
        (None, ask("b"), 110.0, ("unknown", 1)),
        (None, ask("b", retake=True), 110.0, ("run", 2)),
        (None, ask("b", arguments="g"), 105.0, ("other_arguments", 1)),
        (None, ask("b", arguments="g"), 500.0, ("other_arguments", 1)),
        (DONE, ask("b"), 105.0, ("replay", 1)),
        (DONE, ask("b", retake=True), 150.9, ("replay", 1)),
        (DONE, ask("b", arguments="g"), 105.0, ("other_arguments", 1)),
        (DONE, ask("b", arguments="g"), 151.0, ("run", 1)),
        (AGAIN, ask("b"), 105.0, ("run", 2)),
        (NEVER, ask("b"), 105.0, ("replay", 1)),
        (NEVER, ask("b", retake=True), 105.0, ("replay", 1)),
        (UNKNOWN, ask("b"), 105.0, ("busy", 1)),
        (UNKNOWN, ask("b"), 1e9, ("unknown", 1)),
        (UNKNOWN, ask("b", retake=True), 105.0, ("run", 2)),
        (UNKNOWN, ask("b", arguments="g"), 1e9, ("other_arguments", 1)),
    ],
)
def test_a_second_caller_is_told_what_to_do(
    keys: IdempotencyKeys,
    ending: Ending | None,
    asked: KeyAsk,
    now: float,
    told: tuple[str, int],
) -> None:
    """By the state of the call, arguments, time, and whether it may be made twice; with a fence."""
    held = taken(keys)
    if ending:
        keys.finish(held, ending, 101.0)
    answer = keys.take(asked, now)
    assert (answer.verdict, answer.record.fence) == told


def test_a_stored_end_is_given_back_as_it_was(keys: IdempotencyKeys) -> None:
    """Numbers of any size included, and until when it is kept."""
    kept = keys.finish(taken(keys), DONE, 101.0)
    assert keys.take(ask("b"), 102.0).record == kept == keys.get(CALL, 102.0)
    assert (kept.result, kept.expires_at, kept.state) == (DONE.result, 151.0, "done")


def test_a_stored_error_is_given_back_as_it_was(keys: IdempotencyKeys) -> None:
    """With all that it says."""
    keys.finish(taken(keys), NEVER, 101.0)
    assert keys.take(ask("b"), 102.0).record.error == NEVER.error


def test_what_a_holder_writes_who_was_replaced_is_refused(keys: IdempotencyKeys) -> None:
    """The fence has grown since."""
    stale = taken(keys)
    fresh = keys.take(ask("b", retake=True), 200.0).record
    with pytest.raises(LeaseLost, match="taken again"):
        keys.finish(stale, DONE, 201.0)
    assert keys.get(CALL, 201.0) == fresh


def test_a_holder_thought_dead_may_still_tell_the_end(keys: IdempotencyKeys) -> None:
    """Nobody has made the call in its place: it is the one who knows."""
    held = taken(keys)
    assert keys.take(ask("b"), 200.0).verdict == "unknown"
    assert keys.finish(held, DONE, 201.0).state == "done"


def test_a_call_ends_once(keys: IdempotencyKeys) -> None:
    """A second end is refused, and says which was first."""
    held = taken(keys)
    keys.finish(held, DONE, 101.0)
    with pytest.raises(LeaseLost, match="is done already"):
        keys.finish(held, NEVER, 102.0)


def test_an_answer_lost_on_its_way_is_given_once_more(keys: IdempotencyKeys) -> None:
    """The same owner is told to run, and the same end is taken, as the first time."""
    first = keys.take(ask(), 100.0)
    assert keys.take(ask(), 101.0) == first
    kept = keys.finish(first.record, DONE, 102.0)
    assert keys.finish(first.record, DONE, 103.0) == kept


def test_a_call_that_is_not_kept_cannot_end(keys: IdempotencyKeys) -> None:
    """Its record has gone, or was never there."""
    held = taken(keys).model_copy(update={"key": "other"})
    with pytest.raises(LeaseLost, match="taken again"):
        keys.finish(held, DONE, 101.0)


def test_calls_in_doubt_are_listed(keys: IdempotencyKeys) -> None:
    """Those without an end whose lease is over, and that are never simply made again."""
    taken(keys)
    keys.take(ask().model_copy(update={"key": "reads", "retake": True}), 100.0)
    keys.finish(keys.take(ask().model_copy(update={"key": "done"}), 100.0).record, DONE, 101.0)
    late = keys.take(ask().model_copy(update={"key": "late"}), 105.0).record
    keys.finish(late, UNKNOWN, 106.0)
    assert [record.key for record in keys.doubtful(109.0)] == []
    assert [record.key for record in keys.doubtful(120.0)] == [CALL.key, "late"]
    assert len(keys.doubtful(120.0, limit=1)) == 1


def test_an_end_is_forgotten_when_its_time_has_come(keys: IdempotencyKeys) -> None:
    """And what has none is not."""
    keys.finish(taken(keys), DONE, 101.0)
    keys.take(ask().model_copy(update={"key": "open"}), 100.0)
    assert keys.get(CALL, 150.9) is not None
    keys.prune(151.0)
    assert keys.get(CALL, 151.0) is None
    assert [record.key for record in keys.doubtful(1e9)] == ["open"]


def test_keys_are_of_a_tenant_and_a_tool(keys: IdempotencyKeys) -> None:
    """The same key of another is another call."""
    taken(keys)
    for other in ({"tenant": "t"}, {"tool": "pay"}, {"key": "k"}):
        assert keys.take(ask("b").model_copy(update=other), 101.0).verdict == "run"
