"""Facts come back from every store as the records they were."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.contracts import Fact
from engine.errors import NotFound
from tests.unit.store import facts
from workbench.store import Store
from workbench.store.queries import facts as recorded_facts
from workbench.store.rows import decode_all
from workbench.store.tables import TABLES

EPISODE = f"ep-{1:020x}"


@settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(some=st.lists(facts.any_fact, min_size=20, max_size=200))
def test_round_trip(store: Store, some: list[Fact]) -> None:
    """Any facts, few enough to lie in the catalogue or enough for a file, come back equal."""
    with store.lake.transaction("emptying") as connection:
        for table in TABLES:
            connection.execute(f"DELETE FROM hot.{table.name}")  # noqa: S608
    with store.recorder() as recorder:
        recorder.add(*some)
    frames = ((table, store.lake.frame(f"FROM {table.name}")) for table in TABLES)
    back = [fact for table, frame in frames for fact in decode_all(table, frame.to_dicts())]
    assert sorted(map(repr, back)) == sorted(map(repr, some))


def test_run(recorded: Store) -> None:
    """A run is found by its id."""
    assert recorded_facts.run(recorded.lake, facts.RUN) == facts.run()


def test_episode_with_steps_and_exchanges(recorded: Store) -> None:
    """An episode's steps and exchanges come in order."""
    steps = recorded_facts.steps(recorded.lake, EPISODE)
    assert steps == (facts.step(1), facts.step(1, 1, messages=()))
    assert recorded_facts.exchanges(recorded.lake, f"ep-{0:020x}") == (facts.exchange(0),)


def test_unknown(recorded: Store) -> None:
    """An id that nothing bears is not found."""
    with pytest.raises(NotFound):
        recorded_facts.run(recorded.lake, "run-0")
    with pytest.raises(NotFound):
        recorded_facts.episode(recorded.lake, "ep-0")
