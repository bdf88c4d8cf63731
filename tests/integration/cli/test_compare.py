"""`workbench compare` from start to finish."""

import json

import pytest

from tests.integration.cli.conftest import Run


@pytest.fixture
def runs(workbench: Run) -> tuple[str, str]:
    """Two baselines over the same two dozen tasks."""
    agents = ("--agent", "echo", "--agent", "constant")
    done = workbench("eval", "helpdesk", *agents, "--limit", "24", "--json")
    echo, constant = dict.fromkeys(row["run_id"] for row in json.loads(done.stdout))
    return echo, constant


def test_a_comparison_is_json(workbench: Run, runs: tuple[str, str]) -> None:
    """Families, tasks, effort and all else of the record; what is not defined is null."""
    done = workbench("compare", *runs, "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["a"], found["b"]) == (0, *runs)
    assert found["families"][0]["family"] == "all"
    assert len(found["tasks"]) == 24
    assert "NaN" not in done.stdout


def test_a_comparison_is_read(workbench: Run, runs: tuple[str, str]) -> None:
    """A table by family, the conclusion, and the tasks won with their episodes."""
    done = workbench("compare", *runs)
    text = " ".join(done.stdout.split())
    assert done.returncode == 0
    assert "McNemar, exact, by task: p = " in text
    assert "Tasks won by b" in text
    assert "corrected by Holm" in text


def test_what_cannot_be_compared_exits_with_2(workbench: Run, runs: tuple[str, str]) -> None:
    """One line says why, without a traceback."""
    done = workbench("compare", runs[0], runs[0])
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: run-")
    assert "cannot be compared with itself" in done.stderr
