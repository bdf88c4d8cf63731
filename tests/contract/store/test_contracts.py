"""Unknown fields and violations out of the store."""

import pytest

from engine.contracts import ErrorSpec
from engine.contracts.facts import StopReason
from tests.unit.store import facts
from workbench.store import Store
from workbench.store.queries.contracts import unknown_fields, violations

BROKEN = ErrorSpec(
    code="model_garbled", message="x", boundary="model.answer", pointer="/a", expected="text"
)
INPUT = ErrorSpec(code="bad_input", message="x", boundary="input", pointer="", expected="text")


@pytest.fixture
def filled(recorded: Store) -> Store:
    """A field seen in two runs, a call given up for its answer, an episode for its input."""
    later = facts.unknown_field("/x", 2, run_id="run-2", first_seen_at=1.0, last_seen_at=9e9)
    failed = {"error": BROKEN, "stop_reason": StopReason.ERROR}
    with recorded.recorder() as recorder:
        recorder.add(facts.unknown_field("/x", 3), facts.unknown_field("/y", 4), later)
        recorder.add(facts.exchange(5, error=BROKEN, ended_at=facts.AT + 7))
        recorder.add(facts.episode(5, **failed))
        recorder.add(facts.exchange(6, error=BROKEN))
        recorder.add(facts.episode(7, **failed | {"error": INPUT}))
    return recorded


def test_counts_add_up_by_sender_and_place(filled: Store) -> None:
    """Over all runs, the most frequent first, from the first time to the last."""
    rows = unknown_fields(filled.lake).select("field", "count", "runs", "last_run").rows()
    assert rows == [("/x", 5, 2, "run-2"), ("/y", 4, 1, facts.RUN)]
    first, last = unknown_fields(filled.lake).select("first_seen_at", "last_seen_at").row(0)
    assert (first.year, last.year) == (1970, 2255)


def test_one_run_has_its_own(filled: Store) -> None:
    """Other runs' fields are left out."""
    rows = unknown_fields(filled.lake, run_id="run-2").select("field", "count").rows()
    assert rows == [("/x", 2)]


def test_a_violation_is_counted_once(filled: Store) -> None:
    """An episode that its call's violation has ended adds nothing; one of its own does."""
    found = violations(filled.lake)
    counts = dict(found.select("boundary", "count").rows())
    assert counts == {"model.answer": 2, "input": 1}
    row = found.filter(boundary="model.answer").row(0, named=True)
    assert (row["code"], row["pointer"], row["expected"]) == ("model_garbled", "/a", "text")
    assert set(row["episodes"]) == {f"ep-{n:020x}" for n in (5, 6)}


def test_other_errors_are_no_violations(recorded: Store) -> None:
    """A tool that failed has broken no contract."""
    assert violations(recorded.lake).is_empty()
