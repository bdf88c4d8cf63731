"""One budget of time."""

import asyncio
import math

import pytest

from engine.clock import ManualClock, SystemClock
from engine.errors import DeadlineExceeded
from engine.reliability.deadline import Deadline, TimeLimit, current, remaining


def test_remaining_shrinks_with_the_clock():
    """What remains is what was given less what the clock has moved."""
    clock = ManualClock()
    deadline = Deadline.after(5, clock)
    clock.advance(2)
    assert deadline.remaining() == 3


def test_remaining_is_never_negative():
    """After the deadline nothing remains, not less than nothing."""
    clock = ManualClock()
    deadline = Deadline.after(5, clock)
    clock.advance(7)
    assert deadline.remaining() == 0


def test_a_corrected_wall_clock_changes_nothing():
    """The deadline follows monotonic time alone."""
    clock = ManualClock()
    deadline = Deadline.after(5, clock)
    clock.jump(3600)
    assert deadline.remaining() == 5


@pytest.mark.parametrize(("moved", "passed"), [(4.9, False), (5, True), (6, True)])
def test_check_raises_from_the_deadline_on(moved, passed):
    """The deadline itself is too late."""
    clock = ManualClock()
    deadline = Deadline.after(5, clock)
    clock.advance(moved)
    try:
        deadline.check()
    except DeadlineExceeded:
        assert passed
    else:
        assert not passed


async def test_a_passed_deadline_does_not_enter_the_block():
    """Work that is too late is not begun."""
    deadline = Deadline.after(0, ManualClock())
    with pytest.raises(DeadlineExceeded):
        async with deadline.enforced():
            pytest.fail("the block ran")


async def test_the_block_is_cancelled_at_the_deadline():
    """A wait without end ends at the deadline, with the deadline's own error."""
    deadline = Deadline.after(0.01, SystemClock())
    with pytest.raises(DeadlineExceeded):
        async with deadline.enforced():
            await asyncio.Event().wait()


async def test_a_timeout_of_the_blocks_own_passes_through():
    """Only the deadline's own end is called so."""
    deadline = Deadline.after(60, SystemClock())
    with pytest.raises(TimeoutError, match="mine"):
        async with deadline.enforced():
            raise TimeoutError("mine")


async def test_one_deadline_serves_nested_and_parallel_blocks():
    """The same deadline may be enforced many times at once."""
    deadline = Deadline.after(0.01, SystemClock())

    async def wait():
        async with deadline.enforced(), deadline.enforced():
            await asyncio.Event().wait()

    ends = await asyncio.gather(wait(), wait(), return_exceptions=True)
    assert [type(end) for end in ends] == [DeadlineExceeded, DeadlineExceeded]


async def test_cancellation_is_not_mistaken_for_the_deadline():
    """A cancelled task stays cancelled."""

    async def wait():
        async with Deadline.after(60, SystemClock()).enforced():
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_what_is_left_is_seen_below():
    """Code that knows nothing of the limit's owner can ask how long it has."""
    clock = ManualClock()

    async def inner():
        clock.advance(2)
        return remaining()

    assert await TimeLimit(5, clock=clock).acall(inner) == 3
    assert (remaining(), current()) == (math.inf, None)


def test_a_limit_within_a_limit_never_ends_later():
    """The outer one counts where it is shorter, the inner one where it is."""
    clock = ManualClock()
    with TimeLimit(5, clock=clock).guard():
        clock.advance(2)
        with TimeLimit(60, clock=clock).guard() as longer:
            assert longer.remaining() == remaining() == 3
        with TimeLimit(1, clock=clock).guard():
            assert remaining() == 1
        assert remaining() == 3


async def test_a_task_started_inside_is_under_the_same_limit():
    """The budget goes down with the context."""
    async with TimeLimit(5, clock=ManualClock()).guard():
        task = asyncio.create_task(asyncio.sleep(0, remaining()))
        inner = asyncio.create_task(asyncio.to_thread(remaining))
    assert (await task, await inner) == (5, 5)


async def test_an_outer_limit_ends_the_inner_block():
    """With the deadline's error, though the inner limit had time."""
    with pytest.raises(DeadlineExceeded):
        async with TimeLimit(0.01).guard(), TimeLimit(60).guard():
            await asyncio.Event().wait()


def test_no_time_no_inner_call():
    """What is left to a nested call is nothing once the outer budget is used up."""
    clock = ManualClock()
    with TimeLimit(5, clock=clock).guard():
        clock.advance(5)
        with pytest.raises(DeadlineExceeded):
            TimeLimit(60, clock=clock).call(pytest.fail)
