"""One budget of time for everything that is done to answer one request."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Self

from engine.clock import Clock
from engine.errors import DeadlineExceeded


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
            raise DeadlineExceeded("the time given is used up")

    @asynccontextmanager
    async def enforced(self) -> AsyncIterator[Self]:
        """Cancel the block at the deadline and raise `DeadlineExceeded` in its place.

        A `TimeoutError` of the block's own passes through.
        """
        self.check()
        try:
            async with asyncio.timeout(self.remaining()) as scope:
                yield self
        except TimeoutError:
            if not scope.expired():
                raise
            raise DeadlineExceeded("the time given is used up") from None
