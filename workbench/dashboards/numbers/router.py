"""What the Router page asks."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from engine.contracts import Canary, RouterSpec, Routing
from engine.contracts.bandit import LearntPolicy
from engine.errors import BadInput, NotFound
from workbench.bootstrap.canaries import FILE, canaries_of
from workbench.bootstrap.drifting import Drift, drift_in
from workbench.bootstrap.policies import adopted
from workbench.bootstrap.routed import Routes, routes
from workbench.bootstrap.routers import known_specs
from workbench.settings import Settings
from workbench.store import Store
from workbench.store.queries import routing

_CANARIES = 50
_CHANGES = 30


@dataclass(frozen=True, slots=True, eq=False)  # frames have no truth value
class RouterNumbers:
    """One router's decisions, and the trials of all."""

    routes: Routes
    canaries: tuple[Canary, ...]
    """The newest first: one may be under way before its router has decided anything."""
    chosen: Canary | None
    """The trial whose evidence is drawn."""
    changes: pl.DataFrame
    """Columns of `queries.routing.canary_changes`."""
    tiers: Mapping[str, tuple[str, ...]]
    """Of each router whose tiers are known, the cheapest first."""
    drift: Drift | BadInput | None
    """Null: there is no classifier; an error: its file is unusable."""
    learnt: LearntPolicy | BadInput | None
    """The policy that was adopted for the router; null: none; an error: its file is unusable."""


def load_router(
    store: Store, settings: Settings, name: str, canary: str, run: str = ""
) -> RouterNumbers:
    """The router of that name, and a trial; empty: those of the latest use, in any run.

    Raises `NotFound` for a name that is not there.
    """
    found, canaries = routes(store, name or None, run=run or None), _canaries(settings)
    chosen = _chosen(canaries, canary, found.router)
    of = chosen.router if chosen else found.router
    specs = {spec.name: spec for spec in known_specs(Path(settings.home))}
    return RouterNumbers(
        routes=found,
        canaries=canaries,
        chosen=chosen,
        changes=routing.canary_changes(store.lake, of, _CHANGES),
        tiers=_tiers(specs, found),
        drift=_drift(store, settings, found.router),
        learnt=_learnt(settings, specs.get(found.router)),
    )


def _drift(store: Store, settings: Settings, router: str) -> Drift | BadInput | None:
    try:
        return drift_in(Path(settings.home), store.lake, router) if router else None
    except BadInput as error:
        return error


def _learnt(settings: Settings, spec: RouterSpec | None) -> LearntPolicy | BadInput | None:
    if spec is None or spec.policy != "bandit":
        return None
    try:
        return adopted(Path(settings.home), spec)
    except BadInput as error:
        return error


def _canaries(settings: Settings) -> tuple[Canary, ...]:
    if not settings.catalogue and not (Path(settings.home) / FILE).exists():
        return ()  # looking makes no file
    with closing(canaries_of(settings)) as canaries:
        return tuple(canaries.listed(_CANARIES))


def _chosen(canaries: tuple[Canary, ...], canary: str, router: str) -> Canary | None:
    """The one that is named; else the router's newest."""
    if not canary:
        own = (one for one in canaries if not router or one.router == router)
        return next(own, None)
    found = [one for one in canaries if one.canary_id == canary]
    if not found:
        raise NotFound(f"no canary {canary!r}", hint="workbench canary list")
    return found[0]


def _tiers(specs: Mapping[str, RouterSpec], found: Routes) -> dict[str, tuple[str, ...]]:
    """As their files say; of the router that is looked at, as its newest decision does."""
    tiers = {name: tuple(tier.name for tier in spec.tiers) for name, spec in specs.items()}
    if found.router and not found.episodes.is_empty():
        decision = Routing.parse(found.episodes["routing"][0]).decision
        tiers = {found.router: tuple(one.tier for one in decision.tiers), **tiers}
    return tiers
