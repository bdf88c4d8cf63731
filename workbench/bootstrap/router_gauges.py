"""Gauges of routers, out of what they decided."""

from typing import Final

from engine.telemetry import Metrics
from workbench.bootstrap.misroutes import against
from workbench.store import Store
from workbench.store.queries import routing

_LATEST: Final = 1_000
"""Episodes of a router that its misroutes are counted in: a scrape has to be quick."""
_SHARES: Final = """
    SELECT router, tier, count / sum(count) OVER (PARTITION BY router) AS share
    FROM (SELECT router, acted_tier AS tier, count(*) AS count FROM routing_decisions GROUP BY ALL)
"""
_BESIDE: Final = """
    SELECT router,
        sum(expected_cost_usd) FILTER (actual_cost_usd IS NOT NULL) AS cost_expected,
        sum(actual_cost_usd) FILTER (expected_cost_usd IS NOT NULL) AS cost_actual,
        sum(expected_latency_ms) AS latency_expected,
        sum(actual_latency_ms) FILTER (expected_latency_ms IS NOT NULL) AS latency_actual
    FROM routing_decisions GROUP BY router
"""


def set_router_gauges(metrics: Metrics, store: Store) -> None:
    """Set what the facts say of each router; what is not known is left out."""
    for router, tier, share in store.lake.frame(_SHARES).iter_rows():
        metrics.set("tier_distribution", share, router=router, tier=tier)
    for row in store.lake.frame(_BESIDE).iter_rows(named=True):
        router = row.pop("router")
        for name, value in row.items():
            what, side = name.split("_")
            if value is not None:
                metrics.set(f"expected_vs_actual_{what}", value, router=router, side=side)
    for router, _, first_at, _ in routing.routers(store.lake).iter_rows():
        led = routing.episodes(store.lake, router=router, since=first_at, limit=_LATEST)
        rate = against(store.lake, led).misroutes.rate
        if rate is not None:
            metrics.set("router_misroute_rate", rate, router=router)
