"""Trying again."""

import asyncio
import random
from contextlib import suppress

import numpy as np
import pytest
from scipy import stats

from engine.clock import ManualClock
from engine.contracts import RetryBudgetPolicy, RetryPolicy
from engine.errors import ModelRefused, ModelTimeout, ModelUnavailable
from engine.reliability.retry import (
    NEVER,
    Course,
    Retry,
    backoff_s,
    parse_retry_after,
    says_retryable,
)
from engine.reliability.retry_budget import RetryBudget

POLICY = RetryPolicy(attempts=4, total_s=60, base_s=1, cap_s=3)
BUSY = ModelUnavailable("busy")


class Flaky:
    """Raises the errors given, then answers."""

    def __init__(self, *errors):
        self.errors = list(errors)
        self.calls = 0

    async def __call__(self):
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "answer"


def retrying(policy=POLICY, clock=None, **more):
    return Retry(policy, clock=clock or ManualClock(), rng=random.Random(0), **more)


async def tried(operation, policy=POLICY, clock=None, **more):
    return await retrying(policy, clock, **more).acall(operation)


def wait_s(error, *, failed=1, draw=0.0, policy=POLICY, **more):
    """What comes of that many failures at one moment, all with this error."""
    course = Course(policy, more.pop("retryable", says_retryable), began=0, **more)
    waits = [course.after(error, now=0, draw=draw) for _ in range(failed)]
    return waits[-1]


@pytest.mark.parametrize(("failed", "bound"), [(1, 1), (2, 2), (3, 3)])
def test_the_bound_doubles_up_to_its_cap(failed, bound):
    """The wait is the drawn share of base * 2^(failed - 1), at most of the cap."""
    assert wait_s(BUSY, failed=failed, draw=0.5) == bound / 2


def test_full_jitter_reaches_down_to_no_wait():
    """A draw of 0 waits not at all."""
    assert wait_s(BUSY, failed=3, draw=0) == 0


def test_no_wait_after_the_last_attempt():
    """The policy's number of attempts includes the first."""
    assert wait_s(BUSY, failed=4, draw=0) is None


def test_no_wait_for_an_error_that_stays():
    """An error that does not call itself retryable ends the call."""
    assert wait_s(ModelRefused("no"), failed=1, draw=0) is None


def test_an_own_predicate_decides_instead():
    """The policy says which errors are worth another attempt."""
    assert wait_s(KeyError(), retryable=lambda error: isinstance(error, KeyError)) == 0


def test_retry_after_is_waited_out_before_the_jitter():
    """Nobody comes back earlier than the server asked."""
    error = ModelUnavailable("busy", retry_after_s=7)
    assert wait_s(error, failed=1, draw=0.5) == 7.5


def test_no_wait_that_ends_too_late():
    """A Retry-After beyond the time left gives up at once."""
    error = ModelUnavailable("busy", retry_after_s=61)
    assert wait_s(error, failed=1, draw=0) is None


async def test_the_answer_after_failures_is_returned():
    """Failures before a success are not seen by the caller."""
    operation = Flaky(BUSY, ModelTimeout("slow"))
    assert await tried(operation) == "answer"
    assert operation.calls == 3


async def test_the_last_error_is_raised():
    """When the policy gives up, its caller sees the error of the last attempt."""
    operation = Flaky(BUSY, BUSY, BUSY, ModelTimeout("last"), BUSY)
    with pytest.raises(ModelTimeout, match="last"):
        await tried(operation)
    assert operation.calls == 4


async def test_retry_after_is_slept_on_the_clock():
    """The clock moves by at least what the server asked for."""
    clock = ManualClock()
    await tried(Flaky(ModelUnavailable("busy", retry_after_s=30)), clock=clock)
    assert 30 <= clock.monotonic() < 31


async def test_the_total_time_ends_the_attempts():
    """No attempt begins after the policy's total time."""
    clock = ManualClock()
    errors = [ModelUnavailable("busy", retry_after_s=25)] * 9
    with pytest.raises(ModelUnavailable):
        await tried(Flaky(*errors), RetryPolicy(attempts=10, total_s=60), clock)
    assert clock.monotonic() < 60


async def test_the_callers_time_counts_where_it_is_shorter():
    """No wait is begun that the caller's own deadline would cut."""
    operation = Flaky(ModelUnavailable("busy", retry_after_s=5))
    with pytest.raises(ModelUnavailable):
        await tried(operation, remaining=lambda: 4.0)
    assert operation.calls == 1


async def test_cancellation_is_never_retried():
    """A cancelled call ends at once."""
    operation = Flaky(asyncio.CancelledError())
    with pytest.raises(asyncio.CancelledError):
        await tried(operation, retryable=lambda _error: True)
    assert operation.calls == 1


async def test_callers_that_failed_together_come_back_apart():
    """Each wait is drawn anew from the generator passed in."""
    clocks = [ManualClock() for _ in range(50)]
    rng = random.Random(1)
    for clock in clocks:
        await Retry(POLICY, clock=clock, rng=rng).acall(Flaky(BUSY))
    waits = {clock.monotonic() for clock in clocks}
    assert len(waits) == 50
    assert max(waits) <= 1


@pytest.mark.parametrize(
    ("text", "wait_s"),
    [
        ("7", 7.0),
        ("1.5", 1.5),
        (" 0 ", 0.0),
        ("Tue, 14 Nov 2023 22:13:50 GMT", 30.0),
        ("Tue, 14 Nov 2023 22:00:00 GMT", 0.0),
        ("soon", None),
        ("-3", None),
        ("", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(text, wait_s):
    """A date in the past is no wait, nonsense is no wish."""
    assert parse_retry_after(text, 1_700_000_000.0) == wait_s


def test_decorrelated_waits_grow_from_the_wait_before():
    """From the base up to three times the last, and no further than the cap."""
    policy = RetryPolicy(attempts=9, base_s=1, cap_s=5, jitter="decorrelated")
    waits = [backoff_s(policy, failed=1, draw=0.5, previous_s=before) for before in (None, 2, 9)]
    assert waits == [2.0, 3.5, 5.0]
    assert backoff_s(policy, failed=1, draw=0, previous_s=4) == 1


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, "waits"),
        ({"retryable": KeyError}, "other error"),
        ({"policy": NEVER}, "attempts"),
        ({"remaining": lambda: 0.0}, "time"),
        ({"budget": RetryBudget(RetryBudgetPolicy(burst=0, share=0))}, "budget"),
    ],
)
async def test_each_failure_is_told_with_what_comes_of_it(changes, why):
    """And with the wait before the next attempt, where there is one."""
    heard = []
    with suppress(ModelUnavailable):
        await tried(Flaky(BUSY), on_event=heard.append, **changes)
    assert (heard[0].attempt, heard[0].error, heard[0].why) == (1, BUSY, why)
    assert (heard[0].wait_s is None) == (why != "waits")


async def test_a_block_is_tried_again():
    """With the waits of the policy, until it raises nothing; later attempts are not begun."""
    clock, operation, numbers = ManualClock(), Flaky(BUSY, BUSY), []
    async for attempt in retrying(clock=clock).attempts():
        with attempt:
            numbers.append(attempt.number)
            answer = await operation()
    assert (numbers, answer, clock.monotonic() > 0) == ([1, 2, 3], "answer", True)


def test_a_synchronous_block_is_tried_again():
    """Its pauses are those it was given, and its last error comes out."""
    pauses, made = [], []
    with suppress(ModelUnavailable):
        for attempt in retrying(pause=pauses.append).attempts():
            made.append(attempt.number)
            with attempt:
                raise BUSY
        pytest.fail("the error was swallowed")
    assert (made, len(pauses)) == ([1, 2, 3, 4], 3)


def test_a_synchronous_call_pauses():
    """As often as it fails."""
    pauses, ends = [], [KeyError("a"), KeyError("b")]

    def flaky():
        if ends:
            raise ends.pop()
        return "answer"

    retry = retrying(pause=pauses.append, retryable=KeyError)
    assert (retry.call(flaky), len(pauses)) == ("answer", 2)


def waits_of(policy, number, rng):
    """The waits after the `number`-th failure of many calls."""
    for _ in range(4000):
        before = None
        for failed in range(1, number + 1):
            before = backoff_s(policy, failed=failed, draw=rng.random(), previous_s=before)
        yield before


@pytest.mark.parametrize("failed", [1, 3, 6])
def test_full_jitter_is_uniform(failed):
    """Between 0 and the growing bound, by a Kolmogorov-Smirnov test (alpha 0.001, fixed seed)."""
    policy = RetryPolicy(base_s=0.5, cap_s=4)
    waits = list(waits_of(policy, failed, random.Random(failed)))
    bound = min(4, 0.5 * 2 ** (failed - 1))
    assert stats.kstest(waits, stats.uniform(0, bound).cdf).pvalue > 0.001


def decorrelated_cdf(wait_s, base_s):
    """Of the second wait without a cap: uniform from base to three times a uniform on it."""
    low, high = base_s, 9 * base_s
    tops = np.linspace(base_s, 3 * base_s, 2_001)  # of the first wait
    shares = (np.clip(wait_s, low, high)[:, None] - base_s) / (3 * tops - base_s)[None, :]
    return np.clip(shares, 0, 1).mean(axis=1)


def test_decorrelated_jitter_has_its_distribution():
    """The second wait, as its definition says, by a Kolmogorov-Smirnov test (alpha 0.001)."""
    policy = RetryPolicy(base_s=0.5, cap_s=1000, jitter="decorrelated")
    waits = list(waits_of(policy, 2, random.Random(2)))[:1000]
    assert stats.kstest(waits, lambda x: decorrelated_cdf(x, 0.5)).pvalue > 0.001
    first = list(waits_of(policy, 1, random.Random(1)))
    assert stats.kstest(first, stats.uniform(0.5, 1.0).cdf).pvalue > 0.001


def test_equal_waits_would_be_found():
    """The test of the distribution can fail: waits without jitter do."""
    waits = [backoff_s(RetryPolicy(base_s=1), failed=1, draw=0.5)] * 4000
    assert stats.kstest(waits, stats.uniform(0, 1).cdf).pvalue < 1e-9
