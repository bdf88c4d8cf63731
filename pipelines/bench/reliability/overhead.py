"""What a call costs on its way through the primitives, when all goes well."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Final

from engine.contracts import RatePolicy
from engine.reliability import deadline
from engine.reliability.breaker import CircuitBreaker, MemoryBreakerStates, SharedBreaker
from engine.reliability.bulkhead import Bulkhead
from engine.reliability.deadline import TimeLimit
from engine.reliability.forms import Wraps
from engine.reliability.rate_limit import RateLimit
from engine.reliability.retry import Retry
from engine.reliability.retry_budget import RetryBudget
from pipelines.bench.result import Options, Result

CALLS: Final = 10_000
ROUNDS: Final = 5
_BUSY: Final = RatePolicy(per_s=1e6, burst=1_000_000)

Guarded = Callable[[int], Awaitable[int]]


def measure(options: Options) -> Iterator[Result]:
    """CPU microseconds per call above the bare call, for the pipeline and for each primitive."""
    calls = CALLS * (10 if options.full else 1)
    bare = _us(_answer, calls)
    note = f"{calls} calls, best of {ROUNDS} rounds, bare call of {bare:.2f} us taken off"
    for metric, guarded in _guarded():
        yield Result(metric, _us(guarded, calls) - bare, "us", note)


async def _answer(value: int) -> int:
    return value


def _guarded() -> Iterator[tuple[str, Guarded]]:
    yield "pipeline_us", pipeline(_answer)
    alone: dict[str, Wraps] = {
        "breaker_us": CircuitBreaker("tool"),
        "breaker_us@shared": SharedBreaker("tool", states=MemoryBreakerStates()),
        "deadline_us": TimeLimit(30),
        "retry_us": Retry(budget=RetryBudget()),
        "bulkhead_us": Bulkhead("tool"),
        "rate_limit_us": RateLimit("tool", _BUSY),
    }
    for metric, primitive in alone.items():
        yield metric, primitive(_answer)


def pipeline(function: Guarded) -> Guarded:
    """Bulkhead, breaker, retry and deadline around a function, the outermost first."""
    remaining = deadline.remaining
    within = TimeLimit(30)(function)
    again = Retry(budget=RetryBudget(), remaining=remaining)(within)
    broken = CircuitBreaker("tool")(again)
    return Bulkhead("tool", remaining=remaining)(broken)


def _us(function: Guarded, calls: int) -> float:
    """CPU microseconds per call: the best of the rounds, as noise only adds."""
    return min(asyncio.run(_round(function, calls)) for _ in range(ROUNDS))


async def _round(function: Guarded, calls: int) -> float:
    began = time.process_time()
    for number in range(calls):
        await function(number)
    return (time.process_time() - began) / calls * 1e6
