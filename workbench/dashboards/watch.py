"""Whether the store has changed: one look at it serves every open page."""

import threading
from typing import Final

from engine.clock import Clock, SystemClock
from workbench.store import Lake

_LOOK_EVERY_S: Final = 1.0
"""Pages ask more often than the recorders commit; a look costs about 10 ms."""
_SNAPSHOT: Final = "FROM ducklake_current_snapshot('lake')"
_COUNT: Final = """
    SELECT (SELECT count(*) FROM runs) + (SELECT count(*) FROM run_ends)
         + (SELECT count(*) FROM episodes) + (SELECT count(*) FROM steps)
         + (SELECT count(*) FROM scores) + (SELECT count(*) FROM labels)
         + (SELECT count(*) FROM unknown_fields)
"""


class Watch:
    """Gives a marker that differs whenever facts were added; safe to ask from several threads."""

    def __init__(self, lake: Lake, clock: Clock | None = None) -> None:
        self._lake = lake
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._looked_at = float("-inf")
        self._marker = -1

    def marker(self) -> int:
        """The lake's snapshot, at most a second old; raises `StoreError`."""
        with self._lock:
            now = self._clock.monotonic()
            if now - self._looked_at >= _LOOK_EVERY_S:
                self._marker = self._look()
                self._looked_at = now
            return self._marker

    def _look(self) -> int:
        return int(self._lake.frame(_SNAPSHOT if self._lake.ducklake else _COUNT).item())
