"""What a shared breaker promises on every store, with the store asked once a second."""

import asyncio

from engine.clock import ManualClock
from engine.contracts import BreakerMode, BreakerPolicy, BreakerState, BreakerStates
from engine.errors import StoreError
from engine.reliability.breaker import Outcome
from engine.reliability.breaker.shared import SharedBreaker
from tests.spec.reliability.world import World

POLICY = BreakerPolicy(minimum_calls=4, window_size=10, open_s=30, permits=2)


class Counting:
    """A store that counts how often it is asked, and fails when told to."""

    def __init__(self, inner: BreakerStates) -> None:
        self.inner = inner
        self.asked = 0
        self.broken = False

    def change(self, name, change):
        self.asked += 1
        if self.broken:
            raise StoreError("gone")
        return self.inner.change(name, change)


def test_a_closed_breaker_asks_once_a_second(states: BreakerStates) -> None:
    """Whatever number of calls is made, but for a full hundred outcomes."""
    counting = Counting(states)
    world = World(POLICY, counting, sync_s=1)
    world.run([{"call": "ok", "times": 90}, {"wait": 1}, {"call": "ok", "times": 90}])
    assert counting.asked == 2


async def test_of_many_callers_one_asks(states: BreakerStates) -> None:
    """When the second is over the others go on with what is known."""
    counting, clock = Counting(states), ManualClock()
    breaker = SharedBreaker("tool", POLICY, states=counting, clock=clock)
    await breaker.acall(asyncio.sleep, 0)
    asked, _ = counting.asked, clock.advance(1)
    await asyncio.gather(*(breaker.acall(asyncio.sleep, 0) for _ in range(50)))
    assert counting.asked - asked == 1


def test_what_one_knows_is_enough_to_open(states: BreakerStates) -> None:
    """No outcome of its own waits for the next question, and the store knows at once."""
    world = World(POLICY, states, sync_s=1)
    world.run([{"call": "fail", "times": 4}, {"refused": 1}])
    assert states.get("tool").mode == BreakerMode.OPEN
    assert world.told() == ["closed > open: failure rate"]


def test_anothers_transition_is_obeyed_within_the_second(states: BreakerStates) -> None:
    """Not at once, as nobody asks, and not later."""
    world = World(POLICY, states, sync_s=1)
    world.run([{"call": "ok", "by": "b"}, {"call": "fail", "times": 4}])
    world.run([{"call": "ok", "by": "b"}, {"wait": 1}, {"refused": 1, "by": "b"}])
    assert world.told() == ["closed > open: failure rate"]


def test_what_was_gathered_is_told_with_the_next_question(states: BreakerStates) -> None:
    """Failures of two processes that neither would open for open together."""
    world = World(POLICY, states, sync_s=1)
    world.run([{"call": "fail", "times": 2, "by": "a"}, {"call": "fail", "times": 2, "by": "b"}])
    world.run([{"wait": 1}, {"call": "ok", "by": "a"}, {"wait": 1}, {"refused": 1, "by": "b"}])
    assert world.told() == ["closed > open: failure rate"]


def test_every_permit_of_a_trial_is_taken_in_the_store(states: BreakerStates) -> None:
    """Two processes that know each other's state only by the second admit two, not four."""
    world = World(POLICY, states, sync_s=1)
    world.run([{"call": "ok", "by": "b"}, {"call": "fail", "times": 4}, {"wait": 30}])
    world.run([{"hold": "x", "by": "a"}, {"hold": "y", "by": "b"}])
    world.run([{"refused": 9, "by": "a"}, {"refused": 9, "by": "b"}])


def test_an_outcome_of_a_trial_is_told_at_once(states: BreakerStates) -> None:
    """Two processes with a call each decide together, without waiting for the second."""
    world = World(POLICY, states, sync_s=1)
    world.run([{"call": "fail", "times": 4}, {"wait": 30}])
    world.run([{"hold": "x", "by": "a"}, {"hold": "y", "by": "b"}])
    world.run([{"end": "x", "as": "ok", "by": "a"}, {"end": "y", "as": "ok", "by": "b"}])
    assert states.get("tool").mode == BreakerMode.CLOSED


def test_an_open_breaker_refuses_without_a_question(states: BreakerStates) -> None:
    """An outage is no load on the store."""
    counting = Counting(states)
    world = World(POLICY, counting, sync_s=1)
    world.run([{"call": "fail", "times": 4}, {"refused": 1000}])
    assert counting.asked == 2


def test_without_its_store_it_goes_on_alone(states: BreakerStates) -> None:
    """It opens, tries again and closes by what it sees itself, and says what failed."""
    counting, heard, clock = Counting(states), [], ManualClock()
    alone = SharedBreaker("tool", POLICY, states=counting, clock=clock, on_store_error=heard.append)
    counting.broken = True
    for _ in range(4):
        alone.settle(alone.admit(), Outcome.FAILED)
    assert (alone.alone, alone.snapshot().mode) == (True, BreakerMode.OPEN)
    clock.advance(30)
    for _ in range(2):
        alone.settle(alone.admit(), Outcome.WELL)
    assert (alone.snapshot().mode, str(heard[0])) == (BreakerMode.CLOSED, "gone")


def test_a_store_that_fails_is_asked_no_more_than_once_a_second(states: BreakerStates) -> None:
    """In whatever state the breaker is: nobody waits for what does not answer."""
    counting = Counting(states)
    counting.broken = True
    world = World(POLICY, counting, sync_s=0)
    world.run([{"call": "fail", "times": 4}, {"refused": 9}, {"wait": 30}])
    world.run([{"call": "cancelled", "times": 3}, {"call": "ok", "times": 2}, {"call": "ok"}])
    assert (counting.asked, world.told()[-1]) == (2, "half_open > closed: recovered")


def test_a_store_that_is_back_is_told_what_it_missed(states: BreakerStates) -> None:
    """The outcomes of the time alone count for all."""
    counting = Counting(states)
    world = World(POLICY, counting, sync_s=1)
    world.run([{"call": "ok"}])
    counting.broken = True
    world.run([{"wait": 1}, {"call": "fail"}])
    counting.broken = False
    world.run([{"wait": 1}, {"call": "ok", "times": 2}, {"counts": [4, 1, 0]}])


def test_the_hand_needs_the_store(states: BreakerStates) -> None:
    """What is meant for all is not done for one."""
    counting = Counting(states)
    breaker = SharedBreaker("tool", states=counting)
    counting.broken = True
    for act in (breaker.trip, lambda: breaker.set(BreakerMode.DISABLED)):
        try:
            act()
        except StoreError:
            continue
        raise AssertionError("it was done")


def test_a_window_of_another_size_is_cut_to_ones_own(states: BreakerStates) -> None:
    """Processes whose policies differ for a while still share a state."""
    states.change("tool", lambda _: (BreakerState(outcomes="1" * 3 + "0" * 9), None))
    world = World(BreakerPolicy(window_size=10, minimum_calls=10), states)
    world.run([{"counts": [10, 1, 0]}])
