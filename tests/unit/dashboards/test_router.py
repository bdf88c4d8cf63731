"""What the Router page asks and shows, and the decision on an episode's page."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.contracts import CanaryPolicy
from engine.errors import NotFound
from tests.browser.routed import ALONE, CANARY, ROUTED, ROUTER, fill_canaries, fill_routes
from tests.browser.trials import POOLED, fill_trials
from workbench.bootstrap.canary_acts import NewTrial, start
from workbench.dashboards.numbers.episode import load_episode
from workbench.dashboards.numbers.router import load_router
from workbench.dashboards.numbers.run import load_run
from workbench.dashboards.views import router as views
from workbench.dashboards.views.episode import draw_routing
from workbench.dashboards.views.run import draw_head
from workbench.settings import Settings
from workbench.store import Store

DOWN = f"ep-{ROUTED[-4:]}{10:016x}"
"""Its low tier was down."""


@dataclass(frozen=True)
class World:
    """A store and the home that its canaries are in."""

    store: Store
    settings: Settings


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Routed, and with a canary that was rolled back."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    with Store.memory() as store:
        fill_routes(store)
        fill_canaries(store, settings)
        yield World(store, settings)


@pytest.fixture(scope="module")
def pooled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """With trials under way, and nothing routed: as where they were only just started."""
    settings = Settings(home=tmp_path_factory.mktemp("home"), author="ann")
    with Store.memory() as store:
        fill_trials(store, settings)
        yield World(store, settings)


def test_the_page_has_the_router_that_was_used_last(world: World) -> None:
    """Its trials, and the newest of them to look at."""
    numbers = load_router(world.store, world.settings, "", "")
    assert numbers.routes.router == ROUTER
    assert numbers.chosen
    assert numbers.chosen.canary_id == CANARY


@pytest.mark.parametrize(("name", "canary"), [("none", ""), ("", "none"), (ROUTER, "none")])
def test_what_is_not_there_is_not_found(world: World, name: str, canary: str) -> None:
    """A router or a canary that the address names."""
    with pytest.raises(NotFound):
        load_router(world.store, world.settings, name, canary)


def test_misroutes_lead_to_both_episodes(world: World) -> None:
    """The routed one, and that of the tier that would have been right."""
    against = load_router(world.store, world.settings, "", "").routes.against
    row = against.misroutes.rows.to_dicts()[0]
    html = views.draw_misroutes(against)
    assert f'href="episode?id={row["episode_id"]}"' in html
    assert f'href="episode?id={row["other_episode"]}"' in html


def test_the_metrics_stand_there_by_name(world: World) -> None:
    """As they are called everywhere else."""
    found = load_router(world.store, world.settings, "", "").routes
    html = views.draw_router_tiles(found) + views.draw_router_tiers(found)
    for name in ("decision_latency_ms", "misroute_rate"):
        assert f"router_{name}" in html
    for name in ("tier_distribution", "expected_vs_actual_cost", "expected_vs_actual_latency"):
        assert name in html


def test_a_change_shows_what_it_was_decided_on(world: World) -> None:
    """A pool's once, by the trial itself, with means and evidence."""
    numbers = load_router(world.store, world.settings, "", "")
    assert numbers.changes["after"].to_list() == ["rolled_back", "running"]
    html = views.draw_changes(numbers.changes)
    assert "quality: " in html
    assert "itself" in html


def test_an_empty_store_has_a_router_page(tmp_path: Path) -> None:
    """It says how to route and how to try a tier; looking makes no file."""
    with Store.memory() as store:
        numbers = load_router(store, Settings(home=tmp_path), "", "")
        assert "router:embedded" in views.draw_router_head(numbers.routes)
        assert "workbench canary start" in views.draw_canaries(numbers.canaries, None, [])
        assert views.draw_router_tiles(numbers.routes) == ""
    assert list(tmp_path.iterdir()) == []


def test_an_episode_shows_why_its_calls_went_there(world: World) -> None:
    """Tiers with their probabilities and bounds, features, and what would have changed it."""
    html = draw_routing(load_episode(world.store, DOWN).routed)
    assert "failover" in html
    assert '<span class="tag">down</span>' in html
    assert "low without the bound down" in html
    assert "token_count" in html


def test_an_episode_that_was_not_routed_has_no_such_card(world: World) -> None:
    """Nothing is said where no router was asked."""
    assert draw_routing(load_episode(world.store, f"ep-2222{0:016x}").routed) == ""


def test_a_pool_shows_the_quality_of_each_tenant_the_worst_first(pooled: World) -> None:
    """With the limit at which one alone has the canary rolled back for all."""
    chosen = load_router(pooled.store, pooled.settings, "", POOLED).chosen
    html = views.draw_told(chosen)
    assert html.index("dune") < html.index("echo") < html.rindex("5.30")
    labels = [item.label.value for item in views.draw_evidence(chosen).legend[0].items]
    assert labels[-1] == "worse: for one tenant"


def test_one_tenant_is_no_pool(tmp_path: Path) -> None:
    """Without an outcome that is said; there is no table of tenants."""
    new = NewTrial("solo", "other", "low", "high", ("fern",), CanaryPolicy())
    with Store.memory() as store:
        chosen = start(store, Settings(home=tmp_path), new)
    assert "Quality by tenant" not in views.draw_told(chosen)
    assert "No outcome has been counted yet" in views.draw_told(chosen)


def test_a_trial_of_a_router_that_was_not_used_yet_can_be_looked_at(pooled: World) -> None:
    """Its link names no router, of which there would be no page; its changes are shown."""
    numbers = load_router(pooled.store, pooled.settings, "", POOLED)
    html = views.draw_canaries(numbers.canaries, numbers.chosen, [])
    assert f'href="router?canary={POOLED}"' in html
    assert POOLED in views.draw_changes(numbers.changes)


def test_the_tiers_of_a_router_are_known_by_its_decisions(world: World) -> None:
    """Those that were never chosen among them; the embedded router's always."""
    tiers = load_router(world.store, world.settings, "", "").tiers
    assert tiers == {ROUTER: ("low", "high"), "embedded": ("small", "large")}


def test_a_routed_run_leads_to_its_decisions(world: World) -> None:
    """And no other run does."""
    link = f'href="router?run={ROUTED}"'
    heads = [draw_head(load_run(world.store, run).run) for run in (ROUTED, ALONE["small"])]
    assert [link in head for head in heads] == [True, False]
