"""The simulation of a retry storm."""

import pytest

from engine.contracts import RetryBudgetPolicy, RetryPolicy
from pipelines.bench.reliability import storm

WORLD = storm.World(clients=300, capacity_per_s=400, refusal_cost=0.4, outage=(5, 20), until_s=40)


@pytest.fixture(scope="module")
def table():
    return storm.simulate(WORLD, seed=3)


def arm(table, name):
    return storm.summary(table, WORLD).row(by_predicate=storm.pl.col("arm") == name, named=True)


def test_every_call_ends_once(table) -> None:
    """Well or failed, in each arm; those under way at the end of the time are few."""
    ended = (table["well"] + table["failed"]).sum()
    assert 0 <= table["calls"].sum() - ended <= 0.03 * ended


def test_without_retries_a_call_is_an_attempt(table) -> None:
    """And with them four in an outage."""
    assert arm(table, "no retry")["attempts_per_call"] == 1
    assert 3.5 <= arm(table, "retry")["attempts_per_call"] <= 4


def test_a_budget_keeps_to_its_share(table) -> None:
    """A tenth of the calls, and three of each client at first."""
    calls = 15 * WORLD.clients
    bound = 1 + 0.1 * 1.1 + 3 * WORLD.clients / calls
    assert 1.1 <= arm(table, "retry with a budget")["attempts_per_call"] <= bound


def test_the_storm_feeds_itself_and_the_budget_ends_it(table) -> None:
    """Where refusals cost enough, retries alone keep the server busy."""
    assert arm(table, "retry")["recovered_after_s"] is None
    assert arm(table, "retry with a budget")["recovered_after_s"] <= 5


def test_a_seed_is_one_storm() -> None:
    """The same seed, the same table; another, another."""
    brief = storm.World(clients=5, until_s=10, outage=(2, 4))
    one, same, other = (storm.simulate(brief, seed=seed) for seed in (1, 1, 2))
    assert one.equals(same)
    assert not one.equals(other)


def test_the_conclusion_says_that_it_is_simulated(table) -> None:
    """And what it found."""
    said = storm.conclusion(storm.summary(table, WORLD))
    assert said.startswith("Simulated: ")
    assert "at no time simulated" in said


def test_costs_are_compared_row_by_row() -> None:
    """Three arms for each."""
    brief = storm.World(clients=5, until_s=10, outage=(2, 4))
    found = storm.by_refusal_cost(
        brief, (0.0, 0.5), retry=RetryPolicy(), budget=RetryBudgetPolicy(), seed=0
    )
    assert found["refusal_cost"].to_list() == [0.0] * 3 + [0.5] * 3
