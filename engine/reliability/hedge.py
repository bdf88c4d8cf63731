"""A second, equal call when the first is late; the first answer counts and the other is cancelled.

For functions without effects alone: both calls may be carried out. After Dean and Barroso, "The
Tail at Scale" (Communications of the ACM, 2013).
"""

import asyncio
import threading
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from concurrent import futures
from contextvars import copy_context
from dataclasses import dataclass
from typing import Final, ParamSpec, TypeVar

from engine.clock import Clock, SystemClock
from engine.contracts.reliability import HedgePolicy
from engine.reliability.forms import Wraps

P = ParamSpec("P")
R = TypeVar("R")

_KEPT: Final = 1000
"""Durations looked back at."""


@dataclass(frozen=True, slots=True)
class Hedged:
    """A second call was made."""

    name: str
    after_s: float
    """Seconds after the first."""
    second_won: bool
    """Whether its answer was the first."""


class Durations:
    """The last durations, and when a call is late by them; decided purely."""

    __slots__ = ("_calls", "_hedges", "_policy", "_ranked", "_recent")

    def __init__(self, policy: HedgePolicy) -> None:
        self._policy = policy
        self._recent: deque[float] = deque()
        self._ranked: list[float] = []
        self._calls = 0
        self._hedges = 0

    def add(self, took_s: float) -> None:
        """A call took so long."""
        if len(self._recent) == _KEPT:
            del self._ranked[bisect_left(self._ranked, self._recent.popleft())]
        self._recent.append(took_s)
        insort(self._ranked, took_s)

    def delay_s(self) -> float:
        """Seconds after which a call is late: the smallest duration that reaches the quantile."""
        policy, seen = self._policy, len(self._ranked)
        if policy.quantile is None or seen < policy.samples:
            return policy.delay_s
        return self._ranked[min(seen - 1, int(policy.quantile * seen))]

    def begin(self) -> None:
        """A call is made."""
        self._calls += 1

    def hedge(self) -> bool:
        """Whether a late call may be hedged: no more than the share, the first aside."""
        if self._hedges >= max(1.0, self._policy.share * self._calls):
            return False
        self._hedges += 1
        return True

    @property
    def share(self) -> float:
        """Hedged calls as a share of calls."""
        return self._hedges / self._calls if self._calls else 0.0


class Hedge(Wraps):
    """Hedges calls of one function without effects; safe for threads and tasks.

    An error before the second call is made is raised; after it, the other call is waited for, and
    where both fail the first call's error is raised. A synchronous function runs in threads: the
    one that lost is cancelled if it has not begun, else its answer is dropped. A block cannot be
    run twice: there is no such form. `on_event` hears of each hedge and must not raise.
    """

    def __init__(
        self,
        name: str = "",
        policy: HedgePolicy | None = None,
        *,
        clock: Clock | None = None,
        on_event: Callable[[Hedged], None] | None = None,
    ) -> None:
        self.name = name
        self.policy = policy or HedgePolicy()
        self._clock = clock or SystemClock()
        self._on_event = on_event
        self._durations = Durations(self.policy)
        self._lock = threading.Lock()
        self._threads: futures.ThreadPoolExecutor | None = None

    async def acall(
        self, function: Callable[P, Awaitable[R]], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """The first answer of one or two calls; whatever still runs at the end is cancelled."""

        async def attempt() -> R:
            return await self._timed(function(*args, **kwargs))

        delay_s = self._begin()
        tasks = [asyncio.create_task(attempt())]
        timer = asyncio.create_task(self._clock.sleep(delay_s))
        try:
            await asyncio.wait((*tasks, timer), return_when=asyncio.FIRST_COMPLETED)
            if not tasks[0].done() and self._may_hedge():
                tasks.append(asyncio.create_task(attempt()))
            won = await _first(tasks)
        finally:
            await _cancelled((*tasks, timer))
        self._report(delay_s, hedged=len(tasks) > 1, second=won is not tasks[0])
        return won.result()

    def call(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """As `acall`, in threads; the delay is of the machine's own time."""

        def attempt() -> R:
            began = self._clock.monotonic()
            result = function(*args, **kwargs)
            self._took(began)
            return result

        delay_s = self._begin()
        pool = self._pool()
        calls = [pool.submit(copy_context().run, attempt)]
        futures.wait(calls, timeout=delay_s)
        if not calls[0].done() and self._may_hedge():
            calls.append(pool.submit(copy_context().run, attempt))
        won = _first_done(calls)
        for call in calls:
            call.cancel()
        self._report(delay_s, hedged=len(calls) > 1, second=won is not calls[0])
        return won.result()

    def close(self) -> None:
        """Let the threads go, once they are done."""
        if self._threads is not None:
            self._threads.shutdown(wait=True)
            self._threads = None

    @property
    def delay_s(self) -> float:
        """Seconds after which a call is hedged now."""
        return self._durations.delay_s()

    @property
    def share(self) -> float:
        """Hedged calls as a share of calls."""
        return self._durations.share

    def _begin(self) -> float:
        with self._lock:
            self._durations.begin()
            return self._durations.delay_s()

    def _may_hedge(self) -> bool:
        with self._lock:
            return self._durations.hedge()

    def _took(self, began: float) -> None:
        with self._lock:
            self._durations.add(self._clock.monotonic() - began)

    async def _timed(self, answer: Awaitable[R]) -> R:
        began = self._clock.monotonic()
        result = await answer
        self._took(began)
        return result

    def _report(self, delay_s: float, *, hedged: bool, second: bool) -> None:
        if hedged and self._on_event is not None:
            self._on_event(Hedged(self.name, delay_s, second))

    def _pool(self) -> futures.ThreadPoolExecutor:
        with self._lock:
            if self._threads is None:
                self._threads = futures.ThreadPoolExecutor(thread_name_prefix="hedge")
            return self._threads

    def __repr__(self) -> str:
        return f"Hedge({self.name!r}, after {self.delay_s:.3g} s, {self.share:.1%} hedged)"


async def _first(tasks: Sequence[asyncio.Task[R]]) -> asyncio.Task[R]:
    """The first that succeeds; where none does, the first of them."""
    waiting = set(tasks)
    while waiting:
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task in done and not task.cancelled() and task.exception() is None:
                return task
    return tasks[0]


def _first_done(calls: Sequence["futures.Future[R]"]) -> "futures.Future[R]":
    """As `_first`, for threads."""
    for call in futures.as_completed(calls):
        if call.exception() is None:
            return call
    return calls[0]


async def _cancelled(tasks: Sequence[asyncio.Task[object]]) -> None:
    """Cancel what still runs, and see it end, so that nothing goes on unseen."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
