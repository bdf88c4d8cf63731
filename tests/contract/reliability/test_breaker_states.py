"""The port `BreakerStates` on every implementation."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.contracts import BreakerMode, BreakerState, BreakerStates
from engine.contracts.reliability import Bucket

FULL = BreakerState(
    mode=BreakerMode.HALF_OPEN,
    generation=7,
    since=1_700_000_000.25,
    wait_s=0.1,
    opened=3,
    admitted=2,
    outcomes="0123",
    buckets=(Bucket(second=9, calls=3, failed=2, slow=1),),
)


def put(states: BreakerStates, name: str, state: BreakerState) -> BreakerState | None:
    """The state before."""
    return states.change(name, lambda before: (state, before))


def counted(state: BreakerState | None) -> tuple[BreakerState, int]:
    before = state or BreakerState()
    after = before.model_copy(update={"generation": before.generation + 1})
    return after, after.generation


def test_an_unknown_breaker_has_no_state(states: BreakerStates) -> None:
    """Neither to read nor to change."""
    assert states.get("a") is None
    assert put(states, "a", BreakerState()) is None


def test_a_state_comes_back_as_it_was_put(states: BreakerStates) -> None:
    """Every field of it, to the last digit."""
    put(states, "a", FULL)
    assert states.get("a") == FULL
    assert put(states, "a", BreakerState()) == FULL


def test_breakers_are_apart(states: BreakerStates) -> None:
    """A name is one breaker, whatever stands in it; names come in their order."""
    for name in ("tool:b", "a*", "ü 1"):
        put(states, name, FULL)
    put(states, "a*", BreakerState())
    assert states.names() == ["a*", "tool:b", "ü 1"]
    assert (states.get("tool:b"), states.get("a*")) == (FULL, BreakerState())


def test_a_change_that_fails_changes_nothing(states: BreakerStates) -> None:
    """Its error is the caller's, and the next change is as if it had not been."""
    put(states, "a", FULL)
    with pytest.raises(ZeroDivisionError):
        states.change("a", lambda _before: (BreakerState(), 1 // 0))
    assert put(states, "a", FULL) == FULL


def test_no_change_comes_between(states: BreakerStates) -> None:
    """Of many at once each sees what the one before it has made."""
    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda _: states.change("a", counted), range(80)))
    assert sorted(seen) == list(range(1, 81))
