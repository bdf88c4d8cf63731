"""Keeps an open page as new as the store."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from engine.clock import Clock, SystemClock
from engine.errors import WorkbenchError
from workbench.dashboards.watch import Marked, Marker

EVERY_MS: Final = 2_000
"""How often a page asks whether something has changed."""
_REST: Final = 2.0
"""A page rests so many times as long as it has loaded, to leave the machine to the runs."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Work(Generic[T]):
    """What a page does when the store has changed."""

    load: Callable[[], T]
    """Asks the store; called in a thread of its own, so that no other page waits."""
    show: Callable[[T], None]
    """Draws what was loaded; called in the page's session."""
    fail: Callable[[WorkbenchError], None]
    """Says why there is nothing to draw."""


class Live(Generic[T]):
    """Loads and shows at first, on request, and whenever the store's marker has changed."""

    def __init__(self, watch: Marked, work: Work[T], clock: Clock | None = None) -> None:
        self._watch = watch
        self._work = work
        self._clock = clock or SystemClock()
        self._seen: Marker | None = None
        self._rests_until = float("-inf")
        self._busy = asyncio.Lock()

    async def tick(self) -> None:
        """Load anew if something has changed since the last time."""
        if self._busy.locked() or self._clock.monotonic() < self._rests_until:
            return
        try:
            marker = await asyncio.to_thread(self._watch.marker)
        except WorkbenchError as error:
            self._work.fail(error)
            return
        if marker != self._seen:
            self._seen = marker
            await self.refresh()

    async def refresh(self) -> None:
        """Load and show now, one at a time; a page's own trouble is said on the page."""
        async with self._busy:
            began = self._clock.monotonic()
            try:
                found = await asyncio.to_thread(self._work.load)
            except WorkbenchError as error:
                self._seen = None  # ask again, also where nothing is added
                self._work.fail(error)
            else:
                self._work.show(found)
            now = self._clock.monotonic()
            self._rests_until = now + _REST * (now - began)
