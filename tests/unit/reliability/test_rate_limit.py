"""So many calls a second, with a burst."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.clock import ManualClock
from engine.contracts import RatePolicy
from engine.errors import RateLimited
from engine.reliability.rate_limit import RateLimit, TokenBucket


def limit(per_s=2.0, burst=4, wait_s=0.0, **more):
    clock = more.pop("clock", None) or ManualClock()
    policy = RatePolicy(per_s=per_s, burst=burst, wait_s=wait_s)
    return RateLimit("search", policy, clock=clock, pause=clock.advance, **more), clock


def taken(one):
    """How many come through at once."""
    for number in range(1000):
        try:
            one.take()
        except RateLimited:
            return number
    return 1000


def test_a_burst_comes_through_at_once():
    """And no more."""
    one, _ = limit(burst=4)
    assert taken(one) == 4


def test_tokens_come_with_time():
    """At the rate, up to the burst."""
    one, clock = limit(per_s=2, burst=4)
    taken(one)
    clock.advance(1)
    first = taken(one)
    clock.advance(1000)
    assert (first, taken(one)) == (2, 4)


def test_the_error_says_when_to_come_again():
    """After exactly that time there is a token."""
    heard = []
    one, clock = limit(per_s=2, burst=1, on_event=heard.append)
    one.take()
    with pytest.raises(RateLimited, match="2 calls a second") as caught:
        one.take()
    clock.advance(caught.value.retry_after_s)
    one.take()
    assert (caught.value.retry_after_s, heard[0].wait_s) == (0.5, 0.5)


async def test_a_call_waits_where_it_may():
    """Those that wait are served at the rate, the one that would wait too long is refused."""
    one, clock = limit(per_s=2, burst=1, wait_s=1)
    for _ in range(3):
        await one.atake()
    assert clock.monotonic() == 1.0
    for _ in range(3):
        one.take()
    assert clock.monotonic() == 2.5


def test_nobody_waits_past_the_deadline():
    """The shorter of the policy's time and the caller's counts."""
    one, _ = limit(per_s=1, burst=1, wait_s=60, remaining=lambda: 0.5)
    one.take()
    with pytest.raises(RateLimited):
        one.take()


async def test_a_cancelled_wait_gives_its_token_back():
    """The next call need not wait for it."""

    class Stuck(ManualClock):
        async def sleep(self, _seconds):
            await asyncio.Event().wait()

    one, clock = limit(per_s=1, burst=1, wait_s=5, clock=Stuck())
    one.take()
    task = asyncio.create_task(one.atake())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    clock.advance(1)
    assert one.tokens == 1


@given(st.lists(st.floats(0, 5), max_size=60), st.integers(1, 5), st.floats(0.5, 20))
def test_no_interval_sees_more_than_the_burst_and_the_rate(steps, burst, per_s):
    """Between any two calls there were no more than burst + rate * time."""
    bucket = TokenBucket(RatePolicy(per_s=per_s, burst=burst))
    now, times = 0.0, []
    for step in steps:
        now += step
        times += [now] * sum(bucket.take(now, 0) == 0 for _ in range(3))
    for first, start in enumerate(times):
        for last in range(first, len(times)):
            assert last - first + 1 <= burst + per_s * (times[last] - start) + 1e-6


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30))
def test_a_clock_that_jumps_never_shuts_it_for_long(moments):
    """Whatever times it has seen, a whole bucket's time later a call comes through."""
    bucket = TokenBucket(RatePolicy(per_s=2, burst=4))
    for now in moments:
        bucket.take(now, 0)
    bucket.take(moments[-1], 0)
    assert bucket.take(moments[-1] + 2.0, 0) == 0
