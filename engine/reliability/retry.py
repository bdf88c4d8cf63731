"""Trying again: a pure decision, and the calls that follow it.

Waits are drawn, so that callers who failed together do not come back together.
"""

import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from random import Random
from types import TracebackType
from typing import Final, Literal, ParamSpec, Protocol, Self, TypeVar

from engine.clock import Clock, SystemClock
from engine.contracts.reliability import RetryPolicy
from engine.reliability.forms import Errors, Wraps, matcher

P = ParamSpec("P")
R = TypeVar("R")

NEVER: Final = RetryPolicy(attempts=1)
_LAST_DOUBLING: Final = 64  # beyond, any bound is at its cap

Why = Literal["waits", "other error", "attempts", "time", "budget"]
"""What comes of a failure: another attempt, or why there is none."""


def says_retryable(error: Exception) -> bool:
    """Whether the error itself promises that the same call may succeed later."""
    return bool(getattr(error, "retryable", False))


def parse_retry_after(text: str, now: float) -> float | None:
    """Seconds that a Retry-After header asks for (RFC 9110, 10.2.3); `now` in Unix seconds.

    It is a number of seconds or an HTTP date; null where it is neither.
    """
    text = text.strip()
    if text.isascii() and text.replace(".", "", 1).isdecimal():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (ValueError, OverflowError):
        return None


def backoff_s(
    policy: RetryPolicy, *, failed: int, draw: float, previous_s: float | None = None
) -> float:
    """Seconds between the `failed`-th failure and the next attempt; `draw` is uniform in [0, 1).

    `previous_s` is the wait before, null at first; only decorrelated jitter looks at it.
    """
    if policy.jitter == "full":
        return draw * min(policy.cap_s, policy.base_s * 2.0 ** min(failed - 1, _LAST_DOUBLING))
    before = policy.base_s if previous_s is None else previous_s
    return min(policy.cap_s, policy.base_s + draw * max(0.0, 3 * before - policy.base_s))


class Budget(Protocol):
    """What pays for retries."""

    def deposit(self) -> None:
        """A first call is made."""
        ...

    def withdraw(self) -> bool:
        """Whether a retry may be made; takes its token."""
        ...


@dataclass(frozen=True, slots=True)
class Failure:
    """An attempt failed."""

    name: str
    attempt: int
    """Which it was, from 1."""
    error: Exception
    why: Why
    wait_s: float | None
    """Seconds until the next attempt; null: there is none."""


Hook = Callable[[Failure], None]


class Course:
    """The attempts of one call, decided purely: told of failures, it says how long to wait."""

    __slots__ = ("_backoff", "_began", "_budget", "_policy", "_retryable", "failed", "why")

    def __init__(
        self,
        policy: RetryPolicy,
        retryable: Callable[[Exception], bool],
        *,
        began: float,
        budget: Budget | None = None,
    ) -> None:
        self._policy = policy
        self._retryable = retryable
        self._began = began
        self._budget = budget
        self._backoff: float | None = None
        self.failed = 0
        self.why: Why = "waits"
        if budget is not None:
            budget.deposit()

    def after(
        self, error: Exception, *, now: float, draw: float, left_s: float = math.inf
    ) -> float | None:
        """Seconds to wait; null: give up. `left_s` is the time left to the caller.

        An error's `retry_after_s` is waited out in full before the jitter begins; where it does
        not fit in the time left there is no point in waiting at all.
        """
        self.failed += 1
        backoff = backoff_s(self._policy, failed=self.failed, draw=draw, previous_s=self._backoff)
        wait = max(0.0, getattr(error, "retry_after_s", None) or 0.0) + backoff
        left_s = min(left_s, self._policy.total_s - (now - self._began))
        self.why = self._decide(error, fits=wait < left_s)
        self._backoff = backoff
        return wait if self.why == "waits" else None

    def _decide(self, error: Exception, *, fits: bool) -> Why:
        if not self._retryable(error):
            return "other error"
        if self.failed >= self._policy.attempts:
            return "attempts"
        if not fits:
            return "time"
        if self._budget is not None and not self._budget.withdraw():
            return "budget"
        return "waits"


class Retry(Wraps):
    """Calls functions until they succeed or the policy gives up, then raises their last error.

    `retryable` says which errors are worth another attempt: those that call themselves so, where
    nothing is given. `remaining` tells the seconds that the caller has left. `pause` is what a
    synchronous call waits with. `budget` is shared by all calls to one place. `on_event` hears of
    each failure and must not raise. Cancellation passes through at once.
    """

    def __init__(
        self,
        policy: RetryPolicy | None = None,
        *,
        name: str = "",
        clock: Clock | None = None,
        rng: Random | None = None,
        pause: Callable[[float], None] = time.sleep,
        retryable: Errors = says_retryable,
        remaining: Callable[[], float] = lambda: math.inf,
        budget: Budget | None = None,
        on_event: Hook | None = None,
    ) -> None:
        self.name = name
        self.policy = policy or RetryPolicy()
        self._clock = clock or SystemClock()
        self._rng = rng or Random()
        self._pause = pause
        self._retryable = matcher(retryable)
        self._remaining = remaining
        self._budget = budget
        self._on_event = on_event

    def call(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call until it succeeds; raises the last error."""
        course = self._course()
        while True:
            try:
                return function(*args, **kwargs)
            except Exception as error:
                wait = self._failed(course, error)
                if wait is None:
                    raise
            self._pause(wait)

    async def acall(
        self, function: Callable[P, Awaitable[R]], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Await until it succeeds; raises the last error."""
        course = self._course()
        while True:
            try:
                return await function(*args, **kwargs)
            except Exception as error:
                wait = self._failed(course, error)
                if wait is None:
                    raise
            await self._clock.sleep(wait)

    def attempts(self) -> "Attempts":
        """Blocks to be tried: `for attempt in retry.attempts(): with attempt: ...`.

        In asynchronous code `async for`, with the same `with`.
        """
        return Attempts(self._course(), self._failed, self._pause, self._clock.sleep)

    def _course(self) -> Course:
        return Course(
            self.policy, self._retryable, began=self._clock.monotonic(), budget=self._budget
        )

    def _failed(self, course: Course, error: Exception) -> float | None:
        now, draw, left_s = self._clock.monotonic(), self._rng.random(), self._remaining()
        wait = course.after(error, now=now, draw=draw, left_s=left_s)
        if self._on_event is not None:
            self._on_event(Failure(self.name, course.failed, error, course.why, wait))
        return wait

    def __repr__(self) -> str:
        return f"Retry({self.name!r}, {self.policy.attempts} attempts, budget={self._budget!r})"


class Attempts:
    """The attempts of one block; ends after the first that raises nothing."""

    def __init__(
        self,
        course: Course,
        failed: Callable[[Course, Exception], float | None],
        pause: Callable[[float], None],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._course = course
        self._failed = failed
        self._pause = pause
        self._sleep = sleep
        self._wait: float | None = None

    @property
    def number(self) -> int:
        """Which attempt it is, from 1."""
        return self._course.failed + 1

    def __iter__(self) -> Iterator["Attempts"]:
        yield self
        while self._wait is not None:
            self._pause(self._wait)
            yield self

    async def __aiter__(self) -> AsyncIterator["Attempts"]:
        yield self
        while self._wait is not None:
            await self._sleep(self._wait)
            yield self

    def __enter__(self) -> Self:
        self._wait = None
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> bool:
        if isinstance(error, Exception):
            self._wait = self._failed(self._course, error)
        return self._wait is not None
