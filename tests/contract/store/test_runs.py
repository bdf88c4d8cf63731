"""What lists of runs say."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.unit.store import facts
from workbench.store import Store
from workbench.store.queries import runs

LATER = "run-20261124-081500-cd34"


def the_run(store: Store) -> dict[str, Any]:
    return store.runs().row(0, named=True)


def test_summary(recorded: Store) -> None:
    """A run's row tells how far it came, how it did, and what it took."""
    row = the_run(recorded)
    told = {name: row[name] for name in ("status", "done", "failures", "score", "scored")}
    assert told == {"status": "finished", "done": 1, "failures": 1, "score": 0.5, "scored": 2}
    took = {name: row[name] for name in ("cost_usd", "input_tokens", "output_tokens", "duration_s")}
    assert took == {"cost_usd": 1.0, "input_tokens": 200, "output_tokens": 20, "duration_s": 60.0}


def test_running(store: Store) -> None:
    """A run without an end is running, and shows its latest sign of life."""
    with store.recorder() as recorder:
        recorder.add(facts.run(), facts.episode(5))
    row = the_run(store)
    assert row["status"] == "running"
    assert (row["last_at"] - row["started_at"]).total_seconds() == row["duration_s"] == 7.0


def test_resumed(recorded: Store) -> None:
    """A run that goes on after its end is running again, until it ends again."""
    with recorded.recorder() as recorder:
        recorder.add(facts.episode(100))
    assert the_run(recorded)["status"] == "running"
    with recorded.recorder() as recorder:
        recorder.add(facts.end(status="cancelled", ended_at=facts.AT + 200))
    assert the_run(recorded)["status"] == "cancelled"


def test_cancelled_episodes_are_not_done(recorded: Store) -> None:
    """An episode that was cut off still has to be done."""
    with recorded.recorder() as recorder:
        recorder.add(facts.episode(2, stop_reason=facts.StopReason.CANCELLED))
    assert the_run(recorded)["done"] == 1


def test_a_failure_made_good(recorded: Store) -> None:
    """A sample that failed and then ran is done, and no failure any more."""
    with recorded.recorder() as recorder:
        recorder.add(facts.episode(2, task_id="task-1"))
    row = the_run(recorded)
    assert (row["done"], row["failures"]) == (2, 0)


def test_every_scorer_counts(recorded: Store) -> None:
    """An episode passes when all its scorers say so."""
    with recorded.recorder() as recorder:
        recorder.add(facts.score(0, passed=False, scorer="strict"))
    assert the_run(recorded)["score"] == 0.0


def test_latest_score_counts(recorded: Store) -> None:
    """Of two words of one scorer the later one counts."""
    with recorded.recorder() as recorder:
        recorder.add(facts.score(1, passed=True, scored_at=facts.AT + 100))
    assert the_run(recorded)["score"] == 1.0


def test_unknown_price(recorded: Store) -> None:
    """Where one price is unknown so is the run's, never too low; spend counts what is missing."""
    with recorded.recorder() as recorder:
        recorder.add(facts.episode(2, cost_usd=None))
    assert the_run(recorded)["cost_usd"] is None
    spent = runs.spend(recorded.lake).row(0, named=True)
    assert (spent["cost_usd"], spent["unpriced"], spent["day"]) == (1.0, 1, date(2023, 11, 14))


def test_empty_run(store: Store) -> None:
    """A run that has only begun has no score and has cost nothing."""
    with store.recorder() as recorder:
        recorder.add(facts.run())
    row = the_run(store)
    assert (row["score"], row["cost_usd"], row["done"], row["tags"]) == (None, 0.0, 0, [])


def test_empty_store(store: Store) -> None:
    """An empty store answers with the same columns."""
    assert store.runs().is_empty()
    assert "score" in store.runs().columns


@pytest.fixture
def two(recorded: Store) -> Store:
    """A second, later run of another tenant and model."""
    with recorded.recorder() as recorder:
        other = {"tenant": "acme", "model": "large", "started_at": facts.AT + 1000}
        recorder.add(facts.run(LATER, **other))
    recorded.tag(facts.RUN, "nightly")
    recorded.note(LATER, "with the new prompt")
    return recorded


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, [LATER, facts.RUN]),
        ({"limit": 1}, [LATER]),
        ({"tenant": "local"}, [facts.RUN]),
        ({"tag": "nightly"}, [facts.RUN]),
        ({"tag": "weekly"}, []),
        ({"search": "LARGE"}, [LATER]),
        ({"search": "New Prompt"}, [LATER]),
        ({"search": "night", "tenant": "acme"}, []),
        ({"search": "' OR 1=1 --"}, []),
    ],
)
def test_filters(two: Store, given: dict[str, Any], found: list[str]) -> None:
    """Newest first, by tenant, tag and text in names, tags and notes; whatever the text is."""
    assert two.runs(**given)["run_id"].to_list() == found


def test_trend(recorded: Store) -> None:
    """Only finished runs have a place in the trend."""
    with recorded.recorder() as recorder:
        recorder.add(facts.run(LATER), facts.end(LATER, status="failed"))
    frame = runs.trend(recorded.lake)
    assert frame.select("run_id", "score", "scored").rows() == [(facts.RUN, 0.5, 2)]


def test_trend_since(recorded: Store) -> None:
    """The trend begins when it is asked to."""
    assert runs.trend(recorded.lake, since=datetime(2024, 1, 1, tzinfo=UTC)).is_empty()
    assert runs.trend(recorded.lake, since=datetime(2023, 1, 1, tzinfo=UTC)).height == 1


def test_failures(recorded: Store) -> None:
    """Failures tell what went wrong, in words."""
    row = runs.failures(recorded.lake).row(0, named=True)
    assert (row["task_id"], row["code"], row["message"]) == ("task-1", "tool_error", "no such tool")
