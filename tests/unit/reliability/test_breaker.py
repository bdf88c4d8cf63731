"""The circuit breaker beyond its tables: concurrency, cancellation, what it tells."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from pydantic import ValidationError

from engine.clock import ManualClock
from engine.contracts import BreakerMode, BreakerPolicy
from engine.errors import BreakerOpen
from engine.reliability.breaker import (
    Breaker,
    CircuitBreaker,
    MemoryBreakerStates,
    Outcome,
    SharedBreaker,
)
from engine.reliability.breaker.window import FAILED, TimeWindow

POLICY = BreakerPolicy(minimum_calls=1, window_size=1, open_s=10, permits=10)


class Slow(MemoryBreakerStates):
    """A store whose changes, counted from 0, begin and wait until they may go on."""

    def __init__(self):
        super().__init__()
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.begun = [threading.Event() for _ in range(20)]
        self.ended = [threading.Event() for _ in range(20)]
        self.changes = count()

    def change(self, name, change):
        number = next(self.changes)
        self.begun[number].set()
        self.goes_on.wait()
        answer = super().change(name, change)
        self.ended[number].set()
        return answer


def on_trial(**more):
    """A breaker whose wait is over, and its clock."""
    clock = ManualClock()
    breaker = CircuitBreaker("pay", POLICY, clock=clock, **more)
    breaker.trip()
    clock.advance(10)
    return breaker, clock


@pytest.mark.parametrize("kind", ["own", "shared"])
async def test_of_fifty_at_once_ten_are_admitted(kind):
    """A trial with ten permits makes ten calls under way, no more and no less."""
    breaker, clock = on_trial()
    if kind == "shared":
        breaker = SharedBreaker("pay", POLICY, states=MemoryBreakerStates(), clock=clock)
        breaker.set(BreakerMode.HALF_OPEN)
    gate, begun, refused = asyncio.Event(), [], asyncio.Semaphore(0)

    async def call(number):
        begun.append(number)
        await gate.wait()

    async def caller(number):
        try:
            await breaker.acall(call, number)
        except BreakerOpen:
            refused.release()

    callers = [asyncio.create_task(caller(number)) for number in range(50)]
    for _ in range(40):
        await refused.acquire()
    gate.set()
    await asyncio.gather(*callers)
    assert (len(begun), refused.locked()) == (10, True)


def test_of_fifty_threads_ten_are_admitted():
    """The same for threads that come at one moment."""
    breaker, _ = on_trial()
    together = threading.Barrier(50)

    def ask(_):
        together.wait()
        try:
            return breaker.admit()
        except BreakerOpen:
            return None

    with ThreadPoolExecutor(50) as pool:
        permits = list(pool.map(ask, range(50)))
    assert len(permits) - permits.count(None) == 10


async def test_a_cancelled_call_gives_its_permit_back():
    """Ten calls on trial are cancelled; ten others may be made, and no eleventh."""
    breaker, _ = on_trial()
    calls = [asyncio.create_task(breaker.acall(asyncio.Event().wait)) for _ in range(10)]
    await asyncio.sleep(0)
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    assert len([breaker.admit() for _ in range(10)]) == 10
    with pytest.raises(BreakerOpen):
        breaker.admit()


async def test_a_permit_that_comes_after_cancellation_goes_back():
    """A caller cancelled while the store is asked holds nothing afterwards."""
    states = Slow()
    breaker = SharedBreaker("pay", POLICY, states=states, sync_s=0, clock=ManualClock())
    breaker.set(BreakerMode.HALF_OPEN)
    states.goes_on.clear()
    asking = asyncio.create_task(breaker.aadmit())
    assert await asyncio.to_thread(states.begun[1].wait, 5)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    states.goes_on.set()
    assert await asyncio.to_thread(states.ended[2].wait, 5)  # the permit's return
    assert len([breaker.admit() for _ in range(10)]) == 10


def test_the_error_says_when_to_come_again():
    """Who composes a retry around it waits no shorter than the breaker."""
    clock = ManualClock()
    breaker = CircuitBreaker("pay", POLICY, clock=clock)
    breaker.trip()
    clock.advance(4)
    with pytest.raises(BreakerOpen, match=r"'pay' is open: for 6\.0 s more") as caught:
        breaker.admit()
    assert (caught.value.retry_after_s, caught.value.retryable) == (6, True)


def test_each_transition_is_told_once():
    """With what the window held, when it was, and how long it stays open."""
    told = []
    breaker = CircuitBreaker("pay", POLICY, clock=ManualClock(), on_event=told.append)
    breaker.settle(breaker.admit(), Outcome.FAILED | Outcome.SLOW)
    [opened] = told
    assert (opened.name, opened.after, opened.wait_s) == ("pay", BreakerMode.OPEN, 10)
    assert tuple(opened.counts) == (1, 1, 1)


def test_a_snapshot_counts_what_was_refused():
    """Beside the state and the seconds that are left."""
    breaker = CircuitBreaker("pay", POLICY, clock=ManualClock())
    breaker.trip(7)
    for _ in range(3):
        with pytest.raises(BreakerOpen):
            breaker.admit()
    snapshot = breaker.snapshot()
    assert (snapshot.mode, snapshot.left_s, snapshot.refused) == (BreakerMode.OPEN, 7, 3)


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ({"window_size": 5, "minimum_calls": 6}, "never open"),
        ({"open_s": 10, "open_cap_s": 5}, "below open_s"),
        ({"failure_rate": 0}, "greater than 0"),
        ({"permits": 0}, "greater than or equal to 1"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(policy, message):
    """At once, and not by a breaker that never opens."""
    with pytest.raises(ValidationError, match=message):
        BreakerPolicy(**policy)


def test_a_window_forgets_all_where_time_goes_back_by_more_than_itself():
    """What lies in the future for longer than the window is not waited for."""
    window = TimeWindow(10)
    window.add(FAILED, 1000)
    assert window.counts(991) == (1, 1, 0)
    assert window.counts(990) == (0, 0, 0)


def test_a_breaker_goes_on_from_its_state():
    """What was kept and read again behaves as what was kept."""
    policy = BreakerPolicy(minimum_calls=4, window_size=4)
    first = Breaker(policy)
    for outcome in (1, 0, 1):
        first.record(0, outcome, 5)
    second = Breaker(policy, first.state())
    second.record(0, 0, 6)
    assert (second.mode, second.state().outcomes) == (BreakerMode.OPEN, "")
