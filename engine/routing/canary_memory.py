"""Trials in memory."""

import threading
from collections.abc import Collection, Sequence
from typing import Final

from engine.contracts import Canary, CanaryChange, CanaryState
from engine.errors import BadInput, LeaseLost, NotFound

UNDER_WAY: Final = (CanaryState.RUNNING, CanaryState.INCONCLUSIVE)
"""A tenant is in one trial of a router at a time that is in one of these."""


class MemoryCanaries:
    """The port `Canaries` in this process alone, gone when it ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._canaries: dict[str, Canary] = {}
        self._untold: dict[str, CanaryChange] = {}
        self._counted: dict[str, set[str]] = {}

    def add(self, canary: Canary, changes: Sequence[CanaryChange]) -> None:
        """Keep a new trial; raises `BadInput` where its id is taken, or a tenant is in another."""
        with self._lock:
            if canary.canary_id in self._canaries:
                raise taken(canary)
            for other in self._canaries.values():
                under_way = other.state in UNDER_WAY and other.router == canary.router
                if under_way and (both := set(other.tenants) & set(canary.tenants)):
                    raise in_another(min(both), other.canary_id)
            self._keep(canary, changes)

    def save(
        self, canary: Canary, changes: Sequence[CanaryChange] = (), counted: Collection[str] = ()
    ) -> Canary:
        """Keep how far it has come; raises `LeaseLost` where it has been changed meanwhile."""
        with self._lock:
            found = self._canaries.get(canary.canary_id)
            if found is None or found.fence != canary.fence:
                raise changed(canary)
            kept = canary.model_copy(update={"fence": canary.fence + 1})
            self._keep(kept, changes)
            self._counted.setdefault(canary.canary_id, set()).update(counted)
            return kept

    def get(self, canary_id: str) -> Canary:
        """One trial; raises `NotFound`."""
        with self._lock:
            if canary_id not in self._canaries:
                raise no_canary(canary_id)
            return self._canaries[canary_id]

    def listed(self, limit: int = 100, *, state: CanaryState | None = None) -> list[Canary]:
        """The latest trials, or those of one state, the newest first."""
        with self._lock:
            found = [one for one in self._canaries.values() if state in {None, one.state}]
        found.sort(key=lambda one: (one.created_at, one.canary_id), reverse=True)
        return found[:limit]

    def of(self, router: str, tenant: str) -> list[Canary]:
        """The trials of a router with this tenant, the oldest first."""
        every = reversed(self.listed(len(self._canaries)))
        return [one for one in every if one.router == router and tenant in one.tenants]

    def counted(self, canary_id: str, among: Collection[str]) -> Collection[str]:
        """Those of these outcomes, by id, that a trial has counted."""
        with self._lock:
            return self._counted.get(canary_id, set()).intersection(among)

    def untold(self, limit: int = 100) -> list[CanaryChange]:
        """Changes that nobody has told yet, in the order in which they were kept."""
        with self._lock:
            return list(self._untold.values())[:limit]

    def told(self, changes: Sequence[CanaryChange]) -> None:
        """They need not be handed out again; telling twice is no error."""
        with self._lock:
            for change in changes:
                self._untold.pop(change.change_id, None)

    def close(self) -> None:
        """Nothing is held."""

    def _keep(self, canary: Canary, changes: Sequence[CanaryChange]) -> None:
        self._canaries[canary.canary_id] = canary
        self._untold.update({change.change_id: change for change in changes})

    def __repr__(self) -> str:
        return f"MemoryCanaries({len(self._canaries)} trials, {len(self._untold)} untold)"


def taken(canary: Canary) -> BadInput:
    """There is one of that id."""
    return BadInput(f"there is a canary {canary.canary_id!r} already", hint="give it another id")


def in_another(tenant: str, canary_id: str) -> BadInput:
    """Two trials at once would spoil each other's comparison."""
    hint = "promote it or roll it back first"
    return BadInput(f"tenant {tenant!r} is in the canary {canary_id!r}", hint=hint)


def changed(canary: Canary) -> LeaseLost:
    """Somebody else was quicker."""
    return LeaseLost(f"the canary {canary.canary_id} has been changed by another process")


def no_canary(canary_id: str) -> NotFound:
    """None of that id."""
    return NotFound(f"no canary {canary_id!r}", hint="workbench canary list shows all")
