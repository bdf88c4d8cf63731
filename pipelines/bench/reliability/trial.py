"""Whether a breaker on trial admits what it should, and whether it opens at its threshold."""

import asyncio
from collections.abc import Iterator
from typing import Final

from engine.contracts import BreakerMode, BreakerPolicy
from engine.errors import BreakerOpen
from engine.reliability.breaker import CircuitBreaker
from pipelines.bench.result import Options, Result

CALLERS: Final = 50
PERMITS: Final = 10
CALLS: Final = 200


def measure(_options: Options) -> Iterator[Result]:
    """Calls that begin of 50 at once, and whether failures that take turns open it."""
    admitted = asyncio.run(_admitted())
    note = f"of {CALLERS} callers at once, {PERMITS} permits, none of them ended"
    yield Result("half_open_admitted", admitted, "calls", note)
    note = f"1: it opens within {CALLS} calls of which every other fails, threshold 0.5"
    yield Result("opens_at_half", asyncio.run(_opens()), "yes", note)


async def _admitted() -> int:
    breaker = CircuitBreaker("tool", BreakerPolicy(permits=PERMITS))
    breaker.set(BreakerMode.HALF_OPEN)
    gate, refused = asyncio.Event(), asyncio.Semaphore(0)
    begun: list[int] = []

    async def work(number: int) -> None:
        begun.append(number)
        await gate.wait()

    async def caller(number: int) -> None:
        try:
            await breaker.acall(work, number)
        except BreakerOpen:
            refused.release()

    callers = [asyncio.create_task(caller(number)) for number in range(CALLERS)]
    await asyncio.sleep(0.1)
    admitted = len(begun)
    gate.set()
    await asyncio.gather(*callers)
    return admitted


async def _opens() -> int:
    breaker = CircuitBreaker("tool", BreakerPolicy(failure_rate=0.5))
    for number in range(CALLS):
        try:
            await breaker.acall(_every_other, number)
        except KeyError:
            continue
        except BreakerOpen:
            return 1
    return 0


async def _every_other(number: int) -> None:
    if number % 2:
        raise KeyError
