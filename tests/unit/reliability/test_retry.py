"""Trying again."""

import asyncio
import random

import pytest

from engine.clock import ManualClock
from engine.contracts import RetryPolicy
from engine.errors import ModelRefused, ModelTimeout, ModelUnavailable
from engine.reliability.retry import Course, Retry, parse_retry_after, says_retryable

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
