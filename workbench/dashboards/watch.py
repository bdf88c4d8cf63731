"""Whether the store has changed: one look at it serves every open page."""

import threading
from typing import Final, Protocol, get_args

from engine.clock import Clock, SystemClock
from engine.contracts import EscalationState
from workbench.store import Store

_LOOK_EVERY_S: Final = 1.0
"""Pages ask more often than the recorders commit; a look costs about 10 ms."""
_SNAPSHOT: Final = "FROM ducklake_current_snapshot('lake')"
_COUNT: Final = """
    SELECT (SELECT count(*) FROM runs) + (SELECT count(*) FROM run_ends)
         + (SELECT count(*) FROM episodes) + (SELECT count(*) FROM steps)
         + (SELECT count(*) FROM scores) + (SELECT count(*) FROM labels)
         + (SELECT count(*) FROM unknown_fields)
         + (SELECT count(*) FROM audits) + (SELECT count(*) FROM golden_tasks)
         + (SELECT count(*) FROM judgements) + (SELECT count(*) FROM ratings)
         + (SELECT count(*) FROM calibrations) + (SELECT count(*) FROM routing_decisions)
         + (SELECT count(*) FROM canary_changes)
"""

Marker = tuple[int, ...]
"""The lake's snapshot, then how many episodes wait, are decided, and so on."""
_STATES: Final[tuple[EscalationState, ...]] = get_args(EscalationState)


class Marked(Protocol):
    """Says whether a page has something new to load."""

    def marker(self) -> Marker:
        """One that differs where there may be; raises `StoreError`."""
        ...


class Ticks:
    """A marker for what changes all the time, as rates and slots do: it differs at each look."""

    def __init__(self) -> None:
        self._looks = 0

    def marker(self) -> Marker:
        """The next number."""
        self._looks += 1
        return (self._looks,)


class Watch:
    """Gives a marker that differs whenever facts were added or an episode began or ceased to wait.

    It is safe to ask from several threads.
    """

    def __init__(self, store: Store, clock: Clock | None = None) -> None:
        self._store = store
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._looked_at = float("-inf")
        self._marker: Marker = ()

    def marker(self) -> Marker:
        """What it is now, at most a second old; raises `StoreError`."""
        with self._lock:
            now = self._clock.monotonic()
            if now - self._looked_at >= _LOOK_EVERY_S:
                self._marker = self._look()
                self._looked_at = now
            return self._marker

    def _look(self) -> Marker:
        lake, states = self._store.lake, self._store.waits.counts()
        snapshot = int(lake.frame(_SNAPSHOT if lake.ducklake else _COUNT).item())
        return (snapshot, *(states.get(state, 0) for state in _STATES))
