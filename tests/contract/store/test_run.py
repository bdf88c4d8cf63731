"""What one run's questions answer."""

import json

import pytest

from engine.contracts import system, user
from engine.errors import NotFound
from tests.unit.store import facts
from workbench.store import Store
from workbench.store.queries import run, runs


def test_finished_samples(recorded: Store) -> None:
    """A resumption leaves out what is done, not what was cut off or failed."""
    with recorded.recorder() as recorder:
        recorder.add(facts.episode(2, stop_reason=facts.StopReason.CANCELLED))
        recorder.add(facts.episode(3, task_id="task-1", epoch=1))
    expected = {("task-0", 0), ("task-1", 1)}
    assert run.finished_samples(recorded.lake, facts.RUN) == expected


def test_sample_scores(recorded: Store) -> None:
    """Each scorer's latest word on each episode, by task and epoch."""
    with recorded.recorder() as recorder:
        recorder.add(facts.score(1, passed=True, scored_at=facts.AT + 100))
    frame = run.sample_scores(recorded.lake, facts.RUN)
    assert frame.select("task_id", "passed").rows() == [("task-0", True), ("task-1", True)]


def test_scores_by_family(recorded: Store) -> None:
    """A family's score is the share of its episodes that passed."""
    frame = run.scores_by_family(recorded.lake, facts.RUN)
    assert frame.rows(named=True) == [
        {
            "family": "sums",
            "scorer": "exact",
            "episodes": 2,
            "tasks": 2,
            "passed": 1,
            "score": 0.5,
            "value": 0.5,
        }
    ]


def test_stop_reasons(recorded: Store) -> None:
    """Each ending is counted."""
    with recorded.recorder() as recorder:
        recorder.add(facts.episode(2, stop_reason=facts.StopReason.DEADLINE))
    rows = run.stop_reasons(recorded.lake, facts.RUN).rows()
    assert rows == [("answered", 1), ("deadline", 1), ("error", 1)]


def test_cost_latency(recorded: Store) -> None:
    """Each episode's cost in dollars and time in seconds."""
    frame = run.cost_latency(recorded.lake, facts.RUN)
    assert frame.select("cost_usd", "duration_s").rows() == [(0.5, 2.0), (0.5, 2.0)]


def test_differences(recorded: Store) -> None:
    """Two runs differ in what one is named, made of, or lacks."""
    made_of = facts.Provenance(packages={"httpx": "1.0"})
    with recorded.recorder() as recorder:
        recorder.add(facts.run("run-2", seed=7, provenance=made_of))
    frame = run.differences(recorded.lake, facts.RUN, "run-2")
    assert frame.rows() == [
        ("packages", "{}", None),
        ("packages.httpx", None, "1.0"),
        ("run_id", facts.RUN, "run-2"),
        ("seed", "0", "7"),
    ]


def test_unknown_run(recorded: Store) -> None:
    """A run that is not there is not found."""
    with pytest.raises(NotFound):
        runs.one(recorded.lake, "run-0")
    with pytest.raises(NotFound):
        run.provenance(recorded.lake, "run-0")


@pytest.mark.parametrize("instructions", ["Be brief.", "Be kind."])
def test_what_was_asked_leaves_instructions_out(store: Store, instructions: str) -> None:
    """A task's words are those put to the agent first, whatever its instructions say."""
    told = (system(instructions), user("What is 6 x 7?"))
    with store.recorder() as recorder:
        recorder.add(facts.run(), facts.step(0, 0, kind="input", messages=told))
        recorder.add(facts.step(0, 1), facts.episode(0), facts.score(0), facts.end())
    [row] = run.asked(store.lake, facts.RUN).to_dicts()
    assert row["task_id"] == "task-0"
    assert [m["content"] for m in json.loads(row["asked"])] == ["What is 6 x 7?"]
