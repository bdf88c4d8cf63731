"""A router to look at, where a store has none."""

from pathlib import Path

import pytest

import workbench as wb
from pipelines.flows import routing
from pipelines.flows.routed_sums import ROUTER, route_sums
from tests.browser.routed import misroutes
from workbench.bootstrap.routed import Routes


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that was empty, after it."""
    place = tmp_path_factory.mktemp("sums")
    assert route_sums(place)
    return place


@pytest.fixture(scope="module")
def found(home: Path) -> Routes:
    """What the router came to."""
    with wb.open(home) as store:
        return wb.routes(store)


def test_it_is_made_once(home: Path) -> None:
    """A store that has a router's decision is left as it is."""
    assert not route_sums(home)


def test_easy_ones_go_to_the_low_tier_and_hard_ones_to_the_high_one(found: Routes) -> None:
    """By how the tiers did on other tasks of the family; a strict schema locks the low one."""
    went = found.episodes.group_by("family").agg("tier").sort("family")
    assert {family: set(tiers) for family, tiers in went.rows()} == {
        "chain": {"high"},
        "record": {"low"},
        "sum": {"low"},
    }
    assert found.tiers.filter(tier="low")["locked"].item() == 20


def test_the_page_and_the_runs_rate_agree(home: Path, found: Routes) -> None:
    """Of one run that the router led there is one misroute rate; every task can be judged."""
    with wb.open(home) as store:
        run = store.runs().filter(model=f"router:{ROUTER}")["run_id"].item()
        own = misroutes(store, run)
        assert wb.routes(store, run=run).latency["decisions"].item() == own.count == 60
    assert own.rate == found.against.misroutes.rate
    assert own.left_out == 0


def test_the_frontier_is_over_the_same_samples(found: Routes) -> None:
    """At a target of nothing all go to the low tier, those that are locked there among them."""
    low = found.against.policies.filter(policy="low")
    assert found.against.frontier["tokens"][0] == low["tokens"].item()
    assert found.against.frontier["passed"][0] == low["passed"].item()


def test_an_example_is_called_one(found: Routes) -> None:
    """Nobody takes scripts for models."""
    assert "its tiers are scripts" in routing.about(found, made=True)
    assert "scripts" not in routing.about(found)
