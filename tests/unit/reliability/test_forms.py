"""Each primitive alone, in each form: a decorator, a block, a plain call; sync and async."""

import asyncio
import threading

import pytest

from engine.clock import ManualClock
from engine.contracts import BreakerPolicy, BulkheadPolicy, HedgePolicy, RatePolicy, RetryPolicy
from engine.errors import WorkbenchError
from engine.reliability.breaker import CircuitBreaker, MemoryBreakerStates, SharedBreaker
from engine.reliability.bulkhead import Bulkhead
from engine.reliability.deadline import TimeLimit
from engine.reliability.fallback import Fallback
from engine.reliability.hedge import Hedge
from engine.reliability.rate_limit import RateLimit
from engine.reliability.retry import Retry


def made():
    """One of each, that lets a call through."""
    clock = ManualClock()
    return {
        "limit": TimeLimit(60, clock=clock),
        "retry": Retry(RetryPolicy(attempts=2), clock=clock),
        "breaker": CircuitBreaker("b", clock=clock),
        "shared": SharedBreaker("s", states=MemoryBreakerStates(), clock=clock),
        "bulkhead": Bulkhead("k", clock=clock),
        "rate": RateLimit("r", clock=clock),
        "hedge": Hedge("h", HedgePolicy(delay_s=5)),
        "fallback": Fallback(len, name="f"),
    }


def closed():
    """One of each that refuses, with calls refused by what they say."""
    clock = ManualClock()
    full = Bulkhead("k", BulkheadPolicy(concurrent=1))
    full.enter()
    empty = RateLimit("r", RatePolicy(per_s=1, burst=1), clock=clock)
    empty.take()
    tripped = CircuitBreaker("b", BreakerPolicy())
    tripped.trip()
    return {"limit": TimeLimit(0, clock=clock), "breaker": tripped, "bulkhead": full, "rate": empty}


def add(a, b=0):
    """Add."""
    return a + b


async def aadd(a, b=0):
    """Add, later."""
    await asyncio.sleep(0)
    return a + b


@pytest.mark.parametrize("name", made())
async def test_plain_calls_give_the_result(name):
    """With the arguments as they were given."""
    primitive = made()[name]
    assert primitive.call(add, 1, b=2) == 3
    assert await primitive.acall(aadd, 1, b=2) == 3


@pytest.mark.parametrize("name", made())
async def test_a_decorated_function_stays_what_it_was(name):
    """Its name, its words, its kind, and its result."""
    primitive = made()[name]
    plain, later = primitive(add), primitive(aadd)
    assert (plain.__name__, plain.__doc__, later.__doc__) == ("add", "Add.", "Add, later.")
    assert (plain(1, b=2), await later(1, b=2)) == (3, 3)
    assert (asyncio.iscoroutinefunction(plain), asyncio.iscoroutinefunction(later)) == (0, 1)


@pytest.mark.parametrize("name", ["limit", "breaker", "shared", "bulkhead", "rate"])
async def test_a_block_runs(name):
    """Both kinds of it."""
    primitive = made()[name]
    with primitive.guard():
        first = 1
    async with primitive.guard():
        second = 2
    assert (first, second) == (1, 2)


@pytest.mark.parametrize("name", closed())
async def test_what_is_refused_is_not_called(name):
    """In no form is the function begun, and all say the same."""
    primitive = closed()[name]
    told = set()
    with pytest.raises(WorkbenchError) as one:
        primitive.call(pytest.fail, "it was called")
    with pytest.raises(WorkbenchError) as two, primitive.guard():
        pytest.fail("the block ran")
    with pytest.raises(WorkbenchError) as three:
        async with primitive.guard():
            pytest.fail("the block ran")
    told = {type(caught.value) for caught in (one, two, three)}
    assert len(told) == 1


@pytest.mark.parametrize("name", made())
async def test_an_error_comes_out_as_it_is(name):
    """The very error, not one about it."""
    primitive = Fallback() if name == "fallback" else made()[name]
    mine = KeyError("mine")

    def failing():
        raise mine

    async def afailing():
        raise mine

    with pytest.raises(KeyError) as one:
        primitive.call(failing)
    with pytest.raises(KeyError) as two:
        await primitive.acall(afailing)
    assert (one.value, two.value) == (mine, mine)


@pytest.mark.parametrize("name", made())
def test_repr_says_what_it_is(name):
    """Its kind and its state."""
    assert type(made()[name]).__name__ in repr(made()[name])


@pytest.mark.parametrize("name", set(made()) - {"limit", "hedge", "fallback", "retry"})
def test_threads_may_share_one(name):
    """Many calls from several threads all come through."""
    primitive = made()[name]
    results = []

    def work():
        results.append(primitive.call(add, 1))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [1] * 8
