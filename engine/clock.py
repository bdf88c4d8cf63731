"""Time as an argument: the system's clock, and one that moves only when told."""

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """Where time comes from. Units are seconds."""

    def now(self) -> float:
        """Seconds since the Unix epoch, UTC. May jump."""
        ...

    def monotonic(self) -> float:
        """Seconds since an arbitrary point. Never goes back."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after `seconds` of this clock's time."""
        ...


class SystemClock:
    """The machine's own clock."""

    now = staticmethod(time.time)
    monotonic = staticmethod(time.monotonic)

    async def sleep(self, seconds: float) -> None:
        """Sleep in the event loop."""
        await asyncio.sleep(seconds)


class ManualClock:
    """A clock that stands still until `advance` is called; `sleep` advances it at once."""

    def __init__(self, start: float = 1_700_000_000.0) -> None:
        self._now = start
        self._ticks = 0.0

    def now(self) -> float:
        """The wall time set so far."""
        return self._now

    def monotonic(self) -> float:
        """The seconds advanced so far."""
        return self._ticks

    def advance(self, seconds: float) -> None:
        """Move both times forward."""
        self._now += seconds
        self._ticks += seconds

    def jump(self, seconds: float) -> None:
        """Move the wall time alone, as a corrected system clock does."""
        self._now += seconds

    async def sleep(self, seconds: float) -> None:
        """Advance by `seconds` and let other tasks run once."""
        self.advance(seconds)
        await asyncio.sleep(0)

    def __repr__(self) -> str:
        return f"ManualClock(now={self._now}, monotonic={self._ticks})"
