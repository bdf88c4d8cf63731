"""One budget of time."""

import asyncio

import pytest

from engine.clock import ManualClock, SystemClock
from engine.errors import DeadlineExceeded
from engine.reliability.deadline import Deadline


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
