"""A queue of sagas in memory."""

import threading
from collections import Counter
from collections.abc import Mapping, Sequence

from engine.contracts import Saga, SagaState
from engine.contracts.saga import OPEN
from engine.errors import LeaseLost, NotFound


class MemorySagas:
    """The port `Sagas` in this process alone, gone when it ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sagas: dict[str, Saga] = {}

    def add(self, saga: Saga) -> Saga:
        """Put a saga into the queue; where its id is there already, gives that one as it is."""
        with self._lock:
            return self._sagas.setdefault(saga.saga_id, saga)

    def claim(self, owner: str, kinds: Sequence[str], lease_s: float, now: float) -> Saga | None:
        """Take up the saga of these kinds that is due for longest; null where none is."""
        with self._lock:
            due = [saga for saga in self._open(kinds) if _free_at(saga) <= now]
            if not due:
                return None
            found = min(due, key=lambda saga: (saga.due_at, saga.saga_id))
            lease = {"owner": owner, "fence": found.fence + 1, "lease_until": now + lease_s}
            self._sagas[found.saga_id] = taken = found.model_copy(update=lease)
            return taken

    def save(self, saga: Saga, *, seen: int | None = None) -> None:
        """Keep how far it has come; raises `LeaseLost` where its fence is no longer `seen`."""
        with self._lock:
            found = self._sagas.get(saga.saga_id)
            if found is None or found.fence != (saga.fence if seen is None else seen):
                raise taken_over(saga)
            self._sagas[saga.saga_id] = saga

    def get(self, saga_id: str) -> Saga:
        """One saga; raises `NotFound`."""
        with self._lock:
            if saga_id not in self._sagas:
                raise no_saga(saga_id)
            return self._sagas[saga_id]

    def listed(self, limit: int = 100, *, state: SagaState | None = None) -> list[Saga]:
        """The latest sagas, or those of one state, the newest first."""
        with self._lock:
            found = [saga for saga in self._sagas.values() if state in {None, saga.state}]
        latest = sorted(found, key=lambda saga: (saga.created_at, saga.saga_id), reverse=True)
        return latest[:limit]

    def next_due(self, kinds: Sequence[str]) -> float | None:
        """When the next saga of these kinds can be taken up; null where none is open."""
        with self._lock:
            return min(map(_free_at, self._open(kinds)), default=None)

    def counts(self) -> Mapping[SagaState, int]:
        """How many sagas are in each state."""
        with self._lock:
            return Counter(saga.state for saga in self._sagas.values())

    def close(self) -> None:
        """Nothing is held."""

    def _open(self, kinds: Sequence[str]) -> list[Saga]:
        return [s for s in self._sagas.values() if s.state in OPEN and s.kind in kinds]

    def __repr__(self) -> str:
        return f"MemorySagas({len(self._sagas)} sagas)"


def taken_over(saga: Saga) -> LeaseLost:
    """Somebody else leads it on, or has decided about it."""
    return LeaseLost(f"the saga {saga.saga_id} has been taken up by another worker")


def no_saga(saga_id: str) -> NotFound:
    """None of that id."""
    return NotFound(f"no saga {saga_id!r}")


def _free_at(saga: Saga) -> float:
    return max(saga.due_at, saga.lease_until)
