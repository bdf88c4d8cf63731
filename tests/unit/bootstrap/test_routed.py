"""What a router decided, and what came of it."""

from collections.abc import Iterator
from statistics import mean

import pytest

from engine.contracts import Score
from engine.errors import NotFound
from engine.telemetry import Metrics
from tests.browser.routed import ROUTED, ROUTER, TASKS, fill_routes, route_facts
from workbench.bootstrap.routed import routes
from workbench.bootstrap.router_gauges import set_router_gauges
from workbench.store import Store
from workbench.store.queries.tried import fault

TIERS = ("low", "middle", "high")


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """A routed run and both its tiers alone."""
    with Store.memory() as made:
        fill_routes(made)
        yield made


@pytest.mark.parametrize(
    ("chosen", "passed", "others", "found"),
    [
        ("low", True, (True, True, True), ""),
        ("low", False, (False, False, True), "too_low"),
        ("low", False, (False, False, False), ""),
        ("middle", True, (True, True, True), "too_high"),
        ("middle", False, (True, False, True), "too_high"),
        ("middle", False, (False, False, True), "too_low"),
        ("high", True, (False, False, True), ""),
        ("high", False, (False, True, False), "too_high"),
        ("high", False, (False, False, False), ""),
    ],
)
def test_a_misroute_is_by_its_definition(
    chosen: str, *, passed: bool, others: tuple[bool, ...], found: str
) -> None:
    """A cheaper tier passes; or the chosen one fails and a dearer one passes."""
    assert fault(TIERS, chosen, passed, dict(zip(TIERS, others, strict=True))) == found


def test_a_router_stands_beside_each_tier_alone_and_the_oracle(store: Store) -> None:
    """Over the same samples; the oracle misroutes nothing, and nobody passes more."""
    policies = routes(store).against.policies
    assert policies["policy"].to_list() == ["router", "low", "high", "oracle"]
    assert set(policies["episodes"]) == {TASKS}
    assert policies["passed"].max() == policies.filter(policy="oracle")["passed"].item()
    assert policies.filter(policy="oracle")["misrouted"].item() == 0


def test_the_misroute_rate_counts_the_misroutes(store: Store) -> None:
    """Each is there to read, with the episode of the tier that would have been right."""
    found = routes(store).against
    share = found.policies.filter(policy="router")["misrouted"].item()
    assert share * TASKS == pytest.approx(found.misroutes.rows.height)
    passed = "SELECT bool_and(passed) FROM scores WHERE episode_id IN (SELECT unnest(?))"
    assert store.sql(passed, [found.misroutes.rows["other_episode"].to_list()]).item()


def test_the_misroute_rate_is_exported(store: Store) -> None:
    """As the page says it."""
    metrics = Metrics()
    set_router_gauges(metrics, store)
    share = routes(store).against.policies.filter(policy="router")["misrouted"].item()
    assert metrics.value("router_misroute_rate", router=ROUTER) == share


def test_shares_and_sums_of_a_router_are_exported(store: Store) -> None:
    """Each tier's share of the decisions; what they were to take beside what they took."""
    metrics = Metrics()
    set_router_gauges(metrics, store)
    made = store.sql("FROM routing_decisions")
    low = made.filter(acted_tier="low").height / made.height
    assert metrics.value("tier_distribution", router=ROUTER, tier="low") == pytest.approx(low)
    for name, column in (("cost", "cost_usd"), ("latency", "latency_ms")):
        for side in ("expected", "actual"):
            told = metrics.value(f"expected_vs_actual_{name}", router=ROUTER, side=side)
            assert told == pytest.approx(made[f"{side}_{column}"].sum())


def test_other_targets_come_to_what_the_tiers_did(store: Store) -> None:
    """At a target of nothing all goes to the cheapest tier, but what found that one down."""
    found = routes(store).against
    at_nothing = found.frontier.filter(target=0.0)
    costs = [0.0002] * (TASKS - 1) + [0.002]
    assert at_nothing["cost_usd"].item() == pytest.approx(mean(costs))


def test_a_sample_that_not_every_tier_was_tried_on_is_left_out() -> None:
    """Nothing is said of routing where the dearer tier's outcome is unknown."""
    with Store.memory() as store:
        with store.recorder() as recorder:
            recorder.add(*(f for f in route_facts() if not _of_large(f)))
        found = routes(store).against
    assert (found.policies.height, found.misroutes.count) == (0, 0)
    assert (found.misroutes.rate, found.misroutes.left_out) == (None, TASKS)


def test_a_decision_without_an_outcome_is_counted() -> None:
    """A miss is no failure: it stays out of every share."""
    with Store.memory() as store:
        unscored = [f for f in route_facts() if not isinstance(f, Score) or f.run_id != ROUTED]
        with store.recorder() as recorder:
            recorder.add(*unscored)
        found = routes(store)
    assert (found.latency["misses"].item(), found.calibration.episodes) == (TASKS, 0)
    assert found.calibration.ece is None


def test_expected_stands_beside_actual(store: Store) -> None:
    """Costs as sums, latencies as means, by the tier that answered."""
    tiers = routes(store, ROUTER).tiers
    assert tiers["decisions"].sum() == routes(store).over_time["decisions"].sum() == TASKS
    high = tiers.filter(tier="high")
    assert high["actual_cost_usd"].item() == pytest.approx(0.0002 * high["decisions"].item())
    assert high["expected_latency_ms"].item() == 1_500
    assert high["failed_over"].item() == 1


def test_a_calibration_stands_beside_the_mean(store: Store) -> None:
    """Saying the share that passed of each episode is what probabilities have to beat."""
    found = routes(store).calibration
    assert found.episodes == sum(part.size for part in found.bins) == TASKS
    share = routes(store).episodes["passed"].mean()
    assert found.brier_of_mean == pytest.approx(share * (1 - share))  # type: ignore[operator]


def test_an_unknown_router_is_not_found(store: Store) -> None:
    """The hint names those that are known."""
    with pytest.raises(NotFound) as caught:
        routes(store, "none")
    assert ROUTER in (caught.value.hint or "")


def test_a_run_that_no_router_led_is_said(store: Store) -> None:
    """It is not shown as an empty router."""
    with pytest.raises(NotFound, match="no router has decided anything in run-"):
        routes(store, run="run-20260104-02")


def test_a_store_without_decisions_has_none() -> None:
    """Every frame is there, without rows."""
    with Store.memory() as store:
        found = routes(store)
        assert (found.router, found.tiers.height, found.over_time.height) == ("", 0, 0)


def _of_large(fact: object) -> bool:
    return str(getattr(fact, "run_id", "")).endswith("3333")
