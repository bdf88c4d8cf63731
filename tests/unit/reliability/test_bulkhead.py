"""So many at once, so many in line, the rest refused."""

import asyncio
import threading

import pytest

from engine.clock import ManualClock
from engine.contracts import BulkheadPolicy
from engine.errors import BulkheadFull
from engine.reliability.bulkhead import Bulkhead, Slots


def bulkhead(concurrent=1, queue=0, wait_s=5.0, **more):
    policy = BulkheadPolicy(concurrent=concurrent, queue=queue, wait_s=wait_s)
    return Bulkhead("search", policy, **more)


async def waiting(one, number):
    """As many tasks in line, in their order."""
    tasks = []
    for _ in range(number):
        tasks.append(asyncio.create_task(one.aenter()))
        await asyncio.sleep(0)
    return tasks


def test_the_call_beyond_is_refused_at_once():
    """Without a queue nothing waits, and the error says how it stands."""
    one = bulkhead(concurrent=2)
    one.enter()
    one.enter()
    with pytest.raises(BulkheadFull, match="queue full, 2 calls under way, 0 waiting"):
        one.enter()


def test_a_slot_that_was_left_is_free():
    """For the next call."""
    one = bulkhead()
    for _ in range(3):
        with one.guard():
            assert one.running == 1
    assert one.running == 0


async def test_the_first_in_line_comes_first():
    """However many wait."""
    one, order = bulkhead(queue=5), []

    async def work(number):
        order.append(number)

    await one.aenter()
    tasks = [asyncio.create_task(one.acall(work, number)) for number in range(5)]
    await asyncio.sleep(0)
    one.leave()
    await asyncio.gather(*tasks)
    assert (order, one.running) == ([0, 1, 2, 3, 4], 0)


async def test_nobody_overtakes_the_line():
    """A slot that is free goes to who waits, not to who comes at that moment."""
    one = bulkhead(queue=2)
    await one.aenter()
    first, second = await waiting(one, 2)
    one.leave()
    assert (one.running, one.queued) == (1, 1)
    await first
    one.leave()
    await second


async def test_the_queue_is_bounded():
    """Who comes when it is full is refused, and the others still wait."""
    heard = []
    one = bulkhead(queue=2, on_event=heard.append)
    await one.aenter()
    tasks = await waiting(one, 2)
    with pytest.raises(BulkheadFull):
        await one.aenter()
    assert (heard[0].cause, heard[0].running, heard[0].queued) == ("queue full", 1, 2)
    for task in tasks:
        one.leave()
        await task


async def test_a_wait_has_a_limit():
    """After it the call is refused and stands in line no more."""
    one = bulkhead(queue=1, wait_s=0.001)
    await one.aenter()
    with pytest.raises(BulkheadFull, match="waited"):
        await one.aenter()
    assert one.queued == 0


def test_a_thread_waits_no_longer():
    """The same for threads."""
    one = bulkhead(queue=1, wait_s=0.001)
    one.enter()
    with pytest.raises(BulkheadFull, match="waited"):
        one.enter()


async def test_a_call_without_time_does_not_wait():
    """Its deadline has passed: no place in line is of use to it."""
    one = bulkhead(queue=5, remaining=lambda: 0.0)
    await one.aenter()
    with pytest.raises(BulkheadFull, match="deadline"):
        await one.aenter()


@pytest.mark.parametrize(("left_s", "cause"), [(9.0, "deadline"), (10.0, None), (11.0, None)])
def test_a_call_that_would_wait_past_its_deadline_is_refused_at_once(left_s, cause):
    """Four wait for two slots that are used for five seconds: ten seconds are too long for some."""
    slots = Slots(BulkheadPolicy(concurrent=2, queue=9))
    slots.enter()
    slots.leave(5.0)
    slots.enter(), slots.enter()
    for _ in range(4):
        slots.wait(lambda: True)
    assert slots.refused(left_s) == cause


async def test_a_cancelled_wait_leaves_the_line():
    """And those behind it move up."""
    one = bulkhead(queue=2)
    await one.aenter()
    first, second = await waiting(one, 2)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    one.leave()
    await second
    assert (one.running, one.queued) == (1, 0)


async def test_a_slot_given_to_a_call_that_is_cancelled_is_passed_on():
    """Given and cancelled at one moment: nothing is lost."""
    one = bulkhead(queue=2)
    await one.aenter()
    first, second = await waiting(one, 2)
    one.leave()
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await second
    one.leave()
    assert (one.running, one.queued) == (0, 0)


async def test_a_cancelled_call_gives_its_slot_back():
    """Whatever ends a call ends its slot."""
    one = bulkhead()
    call = asyncio.create_task(one.acall(asyncio.Event().wait))
    await asyncio.sleep(0)
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    assert one.running == 0


async def test_threads_and_tasks_share_one_line():
    """A thread's slot goes to the task that waits for it."""
    one, inside, leave = bulkhead(queue=1), threading.Event(), threading.Event()

    def work():
        inside.set()
        leave.wait()

    thread = threading.Thread(target=one.call, args=(work,))
    thread.start()
    inside.wait()
    [task] = await waiting(one, 1)
    leave.set()
    await task
    thread.join()
    assert one.running == 1


def test_a_slot_for_a_loop_that_is_closed_is_passed_on():
    """Nobody is there to take it: it is free again."""
    one = bulkhead(queue=1, clock=ManualClock())
    one.enter()
    loop = asyncio.new_event_loop()
    task = loop.create_task(one.aenter())
    loop.run_until_complete(asyncio.sleep(0))
    asyncio.set_event_loop(None)
    one._slots.queue[next(iter(one._slots.queue))] = lambda: False
    one.leave()
    task.cancel()
    loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
    loop.close()
    assert one.queued == 0
