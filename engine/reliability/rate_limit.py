"""So many calls a second, with a burst: a token bucket, kept as one number.

The bucket is the theoretical arrival time of the generic cell rate algorithm (ITU-T I.371): when it
would be full again. A call puts it off by one interval and conforms if it was not too far off.
"""

import math
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import ParamSpec, TypeVar

from engine.clock import Clock, SystemClock
from engine.contracts.reliability import RatePolicy
from engine.errors import RateLimited
from engine.reliability.forms import Wraps

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Limited:
    """A call was refused."""

    name: str
    wait_s: float
    """Seconds until there would have been a token."""


class TokenBucket:
    """The limit, decided purely; a clock that goes back leaves it empty at worst."""

    __slots__ = ("_full_at", "_interval_s", "_most_s", "_slack_s")

    def __init__(self, policy: RatePolicy) -> None:
        self._interval_s = 1 / policy.per_s
        self._slack_s = self._interval_s * (policy.burst - 1)
        self._most_s = self._interval_s * policy.burst + policy.wait_s
        self._full_at = -math.inf

    def take(self, now: float, most_s: float) -> float:
        """Seconds until the token may be used, taken now; where it is above `most_s`, not taken."""
        full_at = min(max(self._full_at, now), now + self._most_s)
        wait_s = full_at - self._slack_s - now
        if wait_s > max(most_s, 1e-9):  # sums of intervals are not exact
            self._full_at = full_at
            return wait_s
        self._full_at = full_at + self._interval_s
        return max(0.0, wait_s)

    def put_back(self) -> None:
        """A token that was taken is not used."""
        self._full_at -= self._interval_s

    def tokens(self, now: float) -> float:
        """Calls that may come at once; below 0 where calls wait for theirs."""
        behind_s = max(0.0, self._full_at - now)
        return (self._slack_s - behind_s) / self._interval_s + 1


class RateLimit(Wraps):
    """Holds calls to a rate; safe for threads and tasks.

    A call without a token waits as long as the policy and its caller's time (`remaining`) allow,
    first come first, or is refused at once. `on_event` hears of each refusal and must not raise.
    """

    def __init__(
        self,
        name: str = "",
        policy: RatePolicy | None = None,
        *,
        clock: Clock | None = None,
        pause: Callable[[float], None] = time.sleep,
        remaining: Callable[[], float] = lambda: math.inf,
        on_event: Callable[[Limited], None] | None = None,
    ) -> None:
        self.name = name
        self.policy = policy or RatePolicy()
        self._clock = clock or SystemClock()
        self._pause = pause
        self._remaining = remaining
        self._on_event = on_event
        self._bucket = TokenBucket(self.policy)
        self._lock = threading.Lock()

    def take(self) -> None:
        """Take a token, waiting for it; raises `RateLimited`, with when to come again."""
        if wait_s := self._take():
            with _Unused(self):
                self._pause(wait_s)

    async def atake(self) -> None:
        """As `take`; a wait that is cancelled gives its token back."""
        if wait_s := self._take():
            with _Unused(self):
                await self._clock.sleep(wait_s)

    def call(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call with a token."""
        self.take()
        return function(*args, **kwargs)

    async def acall(
        self, function: Callable[P, Awaitable[R]], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Call with a token."""
        await self.atake()
        return await function(*args, **kwargs)

    def guard(self) -> "Token":
        """A block with a token: `with` or `async with`."""
        return Token(self)

    @property
    def tokens(self) -> float:
        """Calls that may come at once; below 0 where calls wait for theirs."""
        return self._bucket.tokens(self._clock.monotonic())

    def put_back(self) -> None:
        """A token that was taken is not used."""
        with self._lock:
            self._bucket.put_back()

    def _take(self) -> float:
        most_s = min(self.policy.wait_s, self._remaining())
        with self._lock:
            wait_s = self._bucket.take(self._clock.monotonic(), most_s)
        if wait_s <= most_s:
            return wait_s
        if self._on_event is not None:
            self._on_event(Limited(self.name, wait_s))
        told = f"rate limit {self.name!r}: {self.policy.per_s:g} calls a second"
        raise RateLimited(f"{told}, come again in {wait_s:.3g} s", retry_after_s=wait_s)

    def __repr__(self) -> str:
        return f"RateLimit({self.name!r}, {self.policy.per_s:g}/s, {self.tokens:.1f} tokens)"


class Token:
    """One block with a token; entered once."""

    __slots__ = ("_limit",)

    def __init__(self, limit: RateLimit) -> None:
        self._limit = limit

    def __enter__(self) -> None:
        self._limit.take()

    def __exit__(self, *_exc: object) -> None:
        pass

    async def __aenter__(self) -> None:
        await self._limit.atake()

    async def __aexit__(self, *_exc: object) -> None:
        pass


class _Unused:
    """Gives the token back where the wait for it is broken off."""

    __slots__ = ("_limit",)

    def __init__(self, limit: RateLimit) -> None:
        self._limit = limit

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._limit.put_back()
