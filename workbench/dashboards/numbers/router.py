"""What the Router page asks."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from engine.contracts import Canary
from engine.errors import NotFound
from workbench.bootstrap.canaries import FILE, canaries_of
from workbench.bootstrap.routed import Routes, routes
from workbench.settings import Settings
from workbench.store import Store
from workbench.store.queries import routing

_CANARIES = 50
_CHANGES = 30


@dataclass(frozen=True, slots=True, eq=False)  # frames have no truth value
class RouterNumbers:
    """One router's decisions and trials."""

    routes: Routes
    canaries: tuple[Canary, ...]
    """All routers' trials, the newest first: one may be under way before anything is routed."""
    chosen: Canary | None
    """The trial whose evidence is drawn."""
    changes: pl.DataFrame
    """Columns of `queries.routing.canary_changes`."""


def load_router(
    store: Store, settings: Settings, name: str, canary: str, run: str = ""
) -> RouterNumbers:
    """The router of that name, and a trial of its; empty: those of the latest use, in any run.

    Raises `NotFound` for a name that is not there.
    """
    found, canaries = routes(store, name or None, run=run or None), _canaries(settings)
    router = found.router
    own = tuple(one for one in canaries if not router or one.router == router)
    changes = routing.canary_changes(store.lake, router, _CHANGES)
    return RouterNumbers(found, own, _chosen(own, canary), changes)


def _canaries(settings: Settings) -> list[Canary]:
    if not settings.catalogue and not (Path(settings.home) / FILE).exists():
        return []  # looking makes no file
    canaries = canaries_of(settings)
    try:
        return canaries.listed(_CANARIES)
    finally:
        canaries.close()


def _chosen(own: tuple[Canary, ...], canary: str) -> Canary | None:
    if not canary:
        return own[0] if own else None
    found = [one for one in own if one.canary_id == canary]
    if not found:
        raise NotFound(f"no canary {canary!r} of this router", hint="workbench canary list")
    return found[0]
