"""Metrics of routers, from what they decided."""

from collections import Counter, defaultdict

from engine.contracts import RoutingDecision
from engine.telemetry.metrics import Metrics


class RouteMetrics:
    """Counts decisions of this process, by router."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._tiers: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._sums: defaultdict[tuple[str, str, str], float] = defaultdict(float)

    def add(self, made: RoutingDecision) -> None:
        """Count one more."""
        decided_ms = made.decided_in_us / 1e3
        self._metrics.observe("router_decision_latency_ms", decided_ms, router=made.router)
        tiers = self._tiers[made.router]
        tiers[made.acted_tier] += 1
        for tier, count in tiers.items():
            share = count / tiers.total()
            self._metrics.set("tier_distribution", share, router=made.router, tier=tier)
        self._beside(
            "expected_vs_actual_cost", made.router, made.expected_cost_usd, made.actual_cost_usd
        )
        self._beside(
            "expected_vs_actual_latency",
            made.router,
            made.expected_latency_ms,
            made.actual_latency_ms,
        )

    def _beside(
        self, metric: str, router: str, expected: float | None, actual: float | None
    ) -> None:
        """Sums of both sides, of requests for which both are known."""
        if expected is None or actual is None:
            return
        for side, value in (("expected", expected), ("actual", actual)):
            self._sums[metric, router, side] += value
            self._metrics.set(metric, self._sums[metric, router, side], router=router, side=side)
