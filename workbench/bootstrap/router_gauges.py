"""Gauges of routers, out of what they decided."""

from typing import Final

import polars as pl

from engine.telemetry import Metrics
from workbench.bootstrap.misroutes import against
from workbench.store import Store
from workbench.store.queries import routing

_LATEST: Final = 1_000
"""Episodes of a router that its misroutes are counted in: a scrape has to be quick."""


def set_router_gauges(metrics: Metrics, store: Store) -> None:
    """Set what the facts say of each router; what is not known is left out."""
    for router, _, first_at, _ in routing.routers(store.lake).iter_rows():
        tiers = routing.by_tier(store.lake, routing.Chosen(router, first_at))
        _set_shares(metrics, router, tiers)
        _set_beside(metrics, router, tiers)
        led = routing.episodes(store.lake, router=router, since=first_at, limit=_LATEST)
        rate = against(store.lake, led).misroutes.rate
        if rate is not None:
            metrics.set("router_misroute_rate", rate, router=router)


def _set_shares(metrics: Metrics, router: str, tiers: pl.DataFrame) -> None:
    for tier, count in tiers.select("tier", "decisions").iter_rows():
        share = count / tiers["decisions"].sum()
        metrics.set("tier_distribution", share, router=router, tier=tier)


def _set_beside(metrics: Metrics, router: str, tiers: pl.DataFrame) -> None:
    """Expected and actual sums, over the decisions of which both are known."""
    priced, timed = tiers.filter(pl.col("priced") > 0), tiers.filter(pl.col("timed") > 0)
    for side in ("expected", "actual"):
        costs = priced[f"{side}_cost_usd"]
        latencies = timed["timed"] * timed[f"{side}_latency_ms"]
        for what, figures in (("cost", costs), ("latency", latencies)):
            if not figures.is_empty():
                total = float(figures.sum())
                metrics.set(f"expected_vs_actual_{what}", total, router=router, side=side)
