"""What a router's decisions come to, in sentences."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.routing.training import train
from pipelines.flows import routing
from tests.browser.routed import fill_routes
from tests.unit.routing.conftest import made
from workbench.bootstrap.routed import Routes, routes
from workbench.bootstrap.router import keep
from workbench.settings import Settings
from workbench.store import Store


@pytest.fixture(scope="module")
def found() -> Iterator[Routes]:
    """A router beside both of its tiers."""
    with Store.memory() as store:
        fill_routes(store)
        yield routes(store)


def test_a_router_is_weighed_against_a_coin_that_takes_as_much(found: Routes) -> None:
    """By the money of $0.0012: 54.2 % of the way from $0.0002 and half to $0.0020 and 83.3 %."""
    said = routing.conclusion(found)
    assert "the router passes **83.3 %** (64.1 % to 93.3 %) for $0.0012 an episode" in said
    assert "A coin between tiers that takes as much passes 68.1 %" in said
    assert "Misrouted: 20.8 %" in said


def test_probabilities_are_weighed_against_the_share_that_passed(found: Routes) -> None:
    """Where they say less than that, the sentence says so."""
    assert "0.148, no less than that of saying" in routing.sureness(found)


def test_expected_stands_beside_actual(found: Routes) -> None:
    """Row by row, with the decisions that they are of."""
    assert routing.expected(found)["decisions"].sum() == 24


def test_nothing_routed_is_said() -> None:
    """With the command that routes something."""
    with Store.memory() as store:
        nothing = routes(store)
        assert "router:embedded" in routing.about(nothing)
        assert "not known" in routing.conclusion(nothing)
        assert nothing.calibration.figures == {"bins": []}
        assert routing.canaries(store, nothing).is_empty()


def test_drift_needs_a_classifier_and_its_decisions(tmp_path: Path, found: Routes) -> None:
    """Where either is missing that is said, and what to do."""
    with Store.open(Settings(home=tmp_path)) as store:
        assert "workbench router train" in routing.drifted(store, found)
        keep(train(made(60), None, data="made up", trained_at=1.0), tmp_path)
        assert "decided nothing yet" in routing.drifted(store, found)
