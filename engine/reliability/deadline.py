"""One budget of time for everything that is done to answer one request.

Whoever enters a `TimeLimit` hands what is left of it down to all that is called inside, in this
task and in those it starts: a limit within a limit never ends later than the outer one.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable
from contextvars import ContextVar, Token
from dataclasses import dataclass
from types import TracebackType
from typing import Final, ParamSpec, Self, TypeVar

from engine.clock import Clock, SystemClock
from engine.errors import DeadlineExceeded
from engine.reliability.forms import Wraps

P = ParamSpec("P")
R = TypeVar("R")

_LATE: Final = "the time given is used up"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A point on `clock.monotonic()` after which nothing more is worth doing; free to share."""

    at: float
    clock: Clock

    @classmethod
    def after(cls, seconds: float, clock: Clock) -> Self:
        """The deadline that many seconds from now."""
        return cls(clock.monotonic() + seconds, clock)

    def remaining(self) -> float:
        """Seconds left; 0 once it has passed."""
        return max(0.0, self.at - self.clock.monotonic())

    def check(self) -> None:
        """Raise `DeadlineExceeded` once it has passed."""
        if self.clock.monotonic() >= self.at:
            raise DeadlineExceeded(_LATE)

    def enforced(self) -> "Enforced":
        """A block that is not begun, and an `async` one that is cancelled, after the deadline."""
        return Enforced(lambda: self)


_CURRENT: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


def current() -> Deadline | None:
    """The deadline that the code is under; null where there is none."""
    return _CURRENT.get()


def remaining() -> float:
    """Seconds left to the code that asks; infinite where nothing limits it."""
    deadline = _CURRENT.get()
    return math.inf if deadline is None else deadline.remaining()


class Enforced:
    """A block under a deadline, `with` or `async with`; entered once.

    Raises `DeadlineExceeded` where the deadline has passed on entry, and out of an asynchronous
    block at the deadline, which is cancelled; a `TimeoutError` of the block's own passes through.
    A synchronous block cannot be interrupted: what it calls sees what is left, and it may end late.
    """

    __slots__ = ("_choose", "_timeout", "_token")

    def __init__(self, choose: Callable[[], Deadline]) -> None:
        self._choose = choose
        self._timeout: asyncio.Timeout
        self._token: Token[Deadline | None]

    def __enter__(self) -> Deadline:
        deadline = self._choose()
        outer = _CURRENT.get()
        if outer is not None and outer.remaining() < deadline.remaining():
            deadline = outer
        deadline.check()
        self._token = _CURRENT.set(deadline)
        return deadline

    def __exit__(self, *_exc: object) -> None:
        _CURRENT.reset(self._token)

    async def __aenter__(self) -> Deadline:
        deadline = self.__enter__()
        self._timeout = asyncio.timeout(deadline.remaining())
        await self._timeout.__aenter__()
        return deadline

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _CURRENT.reset(self._token)
        try:
            await self._timeout.__aexit__(kind, error, trace)
        except TimeoutError:  # raised in place of the cancellation, by the timeout alone
            raise DeadlineExceeded(_LATE) from None


class TimeLimit(Wraps):
    """Gives each call, or block, so many seconds, and never more than the caller has left."""

    def __init__(self, seconds: float, *, clock: Clock | None = None) -> None:
        self.seconds = seconds
        self._clock = clock or SystemClock()

    def guard(self) -> Enforced:
        """A block under the limit; `with` gives its `Deadline`."""
        return Enforced(self._deadline)

    def call(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call within the limit; raises `DeadlineExceeded` where no time is left to begin."""
        with Enforced(self._deadline):
            return function(*args, **kwargs)

    async def acall(
        self, function: Callable[P, Awaitable[R]], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Call within the limit; cancelled at its end, with `DeadlineExceeded` raised instead."""
        async with Enforced(self._deadline):
            return await function(*args, **kwargs)

    def _deadline(self) -> Deadline:
        return Deadline.after(self.seconds, self._clock)

    def __repr__(self) -> str:
        return f"TimeLimit({self.seconds} s)"
