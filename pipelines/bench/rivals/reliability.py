"""Retry and circuit breakers of others: what a guarded call costs, and what a breaker does.

Runs in an environment of its own (`make rivals`) and prints JSON: for each rival its version, CPU
microseconds per call (overhead over the bare call, best of five rounds), how many of 50 callers a
half-open breaker lets begin, and whether it opens where every other call fails.
"""

import asyncio
import json
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib.metadata import version
from typing import Any

import aiobreaker
import hyx.bulkhead
import hyx.circuitbreaker
import hyx.retry
import hyx.timeout
import purgatory
import pybreaker
import stamina
import tenacity

CALLERS = 50
ROUNDS = 5
OPEN_S = 0.2  # how long each breaker stays open
FAILURES = 5  # in a row, that open each of them
SETTLE_S = 0.3  # for threads to have begun what they may begin

Guard = Callable[[Callable[..., Any]], Callable[..., Any]]


async def answer(value: int) -> int:
    """What is guarded."""
    return value


def overhead_us(guard: Guard, calls: int) -> float:
    """CPU microseconds per call above the bare call: the best round, as noise only adds."""
    return asyncio.run(_best(guard, calls)) - asyncio.run(_best(lambda bare: bare, calls))


async def _best(guard: Guard, calls: int) -> float:
    function = guard(answer)  # made where the loop runs, as some of them want
    rounds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for number in range(calls):
            await function(number)
        rounds.append((time.process_time() - began) / calls * 1e6)
    return min(rounds)


async def _fails() -> None:
    raise KeyError


async def _ended(call: Awaitable[Any]) -> str:
    """How a call ended: well, with its own error, or refused."""
    try:
        await call
    except KeyError:
        return "failed"
    except (BaseException, ExceptionGroup):  # noqa: BLE001 - each rival refuses by an error of its own
        return "refused"
    return "well"


async def half_open(guard: Guard) -> int:
    """Of 50 callers at once after the wait, how many begin before any has ended."""
    failing = guard(_fails)
    for _ in range(FAILURES + 1):
        await _ended(failing())
    await asyncio.sleep(OPEN_S * 1.5)
    begun, gate = [], asyncio.Event()

    async def work() -> None:
        begun.append(1)
        await gate.wait()

    trial = guard(work)
    callers = [asyncio.create_task(_ended(trial())) for _ in range(CALLERS)]
    await asyncio.sleep(SETTLE_S)
    admitted = len(begun)
    gate.set()
    await asyncio.gather(*callers)
    return admitted


async def opens_at_half(guard: Guard) -> bool:
    """Whether it ever refuses where every other of 200 calls fails."""
    ends = set()
    for number in range(100):
        ends.add(await _ended(guard(answer)(number)))
        ends.add(await _ended(guard(_fails)()))
    return "refused" in ends


def _pybreaker(calls: int) -> dict[str, Any]:
    """Its calls are synchronous: callers are threads."""

    def new() -> pybreaker.CircuitBreaker:
        return pybreaker.CircuitBreaker(fail_max=FAILURES, reset_timeout=OPEN_S)

    def bare(value: int) -> int:
        return value

    closed = new()
    return {
        "breaker_us": _sync_us(lambda value: closed.call(bare, value), calls)
        - _sync_us(bare, calls),
        "half_open_admitted": _half_open_threads(new()),
        "opens_at_half": _sync_opens(new()),
    }


def _sync_us(function: Callable[[int], int], calls: int) -> float:
    rounds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for number in range(calls):
            function(number)
        rounds.append((time.process_time() - began) / calls * 1e6)
    return min(rounds)


def _try(breaker: pybreaker.CircuitBreaker, function: Callable[[], Any]) -> str:
    try:
        breaker.call(function)
    except KeyError:
        return "failed"
    except pybreaker.CircuitBreakerError:
        return "refused"
    return "well"


def _fail() -> None:
    raise KeyError


def _half_open_threads(breaker: pybreaker.CircuitBreaker) -> int:
    for _ in range(FAILURES + 1):
        _try(breaker, _fail)
    time.sleep(OPEN_S * 1.5)
    begun, gate = [], threading.Event()

    def work() -> None:
        begun.append(1)
        gate.wait()

    with ThreadPoolExecutor(CALLERS) as pool:
        for _ in range(CALLERS):
            pool.submit(_try, breaker, work)
        time.sleep(SETTLE_S)
        admitted = len(begun)
        gate.set()
    return admitted


def _sync_opens(breaker: pybreaker.CircuitBreaker) -> bool:
    ends = set()
    for _ in range(100):
        ends |= {_try(breaker, lambda: None), _try(breaker, _fail)}
    return "refused" in ends


def _purgatory() -> Guard:
    factory = purgatory.AsyncCircuitBreakerFactory(default_threshold=FAILURES, default_ttl=OPEN_S)
    return factory("tool")  # type: ignore[no-any-return]


def _aiobreaker() -> Guard:
    breaker = aiobreaker.CircuitBreaker(
        fail_max=FAILURES, timeout_duration=timedelta(seconds=OPEN_S)
    )

    def guard(function: Callable[..., Any]) -> Callable[..., Any]:
        async def guarded(*args: Any) -> Any:
            return await breaker.call_async(function, *args)

        return guarded

    return guard


def _hyx() -> Guard:
    return hyx.circuitbreaker.consecutive_breaker(  # type: ignore[no-any-return]
        failure_threshold=FAILURES, recovery_time_secs=OPEN_S, recovery_threshold=10
    )


def _hyx_pipeline(function: Callable[..., Any]) -> Callable[..., Any]:
    """The four that hyx has, in the order of ours."""
    late = hyx.timeout.timeout(5)(function)
    again = hyx.retry.retry(attempts=4)(late)
    broken = _hyx()(again)
    return hyx.bulkhead.bulkhead(10, 10)(broken)  # type: ignore[no-any-return]


def _asynchronous(new: Callable[[], Guard], calls: int) -> dict[str, Any]:
    return {
        "breaker_us": overhead_us(new(), calls),
        "half_open_admitted": asyncio.run(half_open(new())),
        "opens_at_half": asyncio.run(opens_at_half(new())),
    }


def measured(calls: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each rival's figures."""
    wait = tenacity.wait_random_exponential(max=20)
    again = tenacity.retry(stop=tenacity.stop_after_attempt(4), wait=wait)
    yield "tenacity", {"retry_us": overhead_us(again, calls)}
    yield "stamina", {"retry_us": overhead_us(stamina.retry(on=KeyError, attempts=4), calls)}
    yield "purgatory", _asynchronous(_purgatory, calls)
    yield "pybreaker", _pybreaker(calls)
    yield "aiobreaker", _asynchronous(_aiobreaker, calls)
    more = {
        "retry_us": overhead_us(hyx.retry.retry(attempts=4), calls),
        "pipeline_us": overhead_us(_hyx_pipeline, calls),
    }
    yield "hyx", {**_asynchronous(_hyx, calls), **more}


if __name__ == "__main__":
    found = measured(int(sys.argv[1]))
    print(json.dumps({name: {**figures, "version": version(name)} for name, figures in found}))
