"""Selecting from a suite, and building one from Python."""

from collections import Counter

import pytest

from engine.contracts import AgentSpec, TeamSpec
from engine.errors import BadInput, NotFound
from engine.evals import Family, Outcome, Suite, Task, build_suite
from engine.evals.scorers import Custom, Exact

TEAM = TeamSpec(name="t", entry="a", agents=(AgentSpec(name="a", instructions="x"),))
TASKS = [Task(f"{f}-{n}", f, "q", "a") for f in "xyz" for n in range(10)]


def _suite(tasks: list[Task] = TASKS, scorer: Custom | Exact = Exact()) -> Suite:  # noqa: B008
    families = [Family(name, "t", (scorer,)) for name in "xyz"]
    return build_suite("s", families=families, teams=[TEAM], tasks=tasks)


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 7, 30, 99])
def test_limit_spreads(limit: int) -> None:
    """A limit takes from each family as evenly as can be."""
    counts = Counter(task.family for task in _suite().select(limit=limit).tasks)
    assert counts.total() == min(limit, 30)
    assert max(counts.values()) - min(counts[f] for f in "xyz") <= 1


def test_limit_depends_on_the_seed_alone() -> None:
    """One seed draws one set of tasks, in the suite's order; another draws another."""
    one, two = _suite().select(limit=6, seed=1), _suite().select(limit=6, seed=2)
    assert one == _suite().select(limit=6, seed=1) != two
    assert list(one.tasks) == [task for task in TASKS if task in one.tasks]


def test_hash_stays() -> None:
    """A selection is still that suite."""
    assert _suite().select(limit=1).hash == _suite().hash


def test_samples_and_families() -> None:
    """Samples and families narrow together."""
    chosen = _suite().select(sample_ids=["x-1", "y-2"], families=["y", "z"])
    assert [task.id for task in chosen.tasks] == ["y-2"]


def test_unknown_sample() -> None:
    """An unknown sample is answered with near ones."""
    with pytest.raises(NotFound, match=r"no sample 'x-11' in s \(near: x-1"):
        _suite().select(sample_ids=["x-11"])


def test_unknown_family() -> None:
    """An unknown family is answered with those there are."""
    with pytest.raises(NotFound, match=r"no family named 'w' \(known: x, y, z\)"):
        _suite().select(families=["w"])


def test_limit_of_nothing() -> None:
    """A limit that leaves nothing is an error."""
    with pytest.raises(BadInput, match="a limit of 0 leaves no task"):
        _suite().select(limit=0)


def test_selection_that_is_empty() -> None:
    """Samples that lie in none of the families asked for are an error."""
    with pytest.raises(BadInput, match="no sample is left"):
        _suite().select(sample_ids=["x-1"], families=["y"])


def test_build_checks() -> None:
    """A suite built in Python is checked like one that is read; the task is named."""
    with pytest.raises(BadInput, match="task 'x-0': scorer exact: target has to be a text"):
        _suite([Task("x-0", "x", "q", {})])


def test_hash_covers_functions() -> None:
    """Another scoring function is another suite, the same source the same."""

    def right(task: Task, outcome: Outcome) -> bool:
        return task.target == outcome.answer

    def wrong(task: Task, outcome: Outcome) -> bool:
        return task.target != outcome.answer

    hashes = {_suite(scorer=Custom(f, "own")).hash for f in (right, wrong, right)}
    assert len(hashes) == 2


def test_hash_covers_tasks() -> None:
    """Another target is another suite."""
    assert _suite([Task("x-0", "x", "q", "b")]).hash != _suite([Task("x-0", "x", "q", "c")]).hash
