"""`workbench golden` as a user runs it, from a recorded episode to a golden task and its end."""

import json
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Run

SUITE = """
name: desk
version: "1"
families:
  - {name: words, team: solo, scorers: [exact]}
teams:
  - name: solo
    entry: solver
    agents: [{name: solver, instructions: Answer.}]
"""
ANN, BO = {"WORKBENCH_AUTHOR": "ann"}, {"WORKBENCH_AUTHOR": "bo"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Path:
    """A suite of one task in the current folder."""
    folder = tmp_path / "datasets" / "desk"
    folder.mkdir(parents=True)
    (folder / "suite.yaml").write_text(SUITE)
    task = {"id": "t0", "family": "words", "input": "Say it.", "target": "it"}
    (folder / "tasks.jsonl").write_text(json.dumps(task) + "\n")
    return folder


def test_from_an_episode_to_a_reviewed_task(workbench: Run) -> None:
    """A draft of a run's episode does not run; reviewed by another it does."""
    workbench("eval", "desk", "--agent", "echo")
    [episode] = json.loads(workbench("episodes", "list", "last", "--json").stdout)
    add = ("golden", "add", episode["episode_id"], "--suite", "desk", "--id", "new")
    assert workbench(*add, "--choice", "a", "--target", "a", **ANN).returncode == 0
    promote = ("golden", "promote", "desk", "new", "--reason", "clear")
    own = workbench(*promote, **ANN)
    assert (own.returncode, "ann owns it and cannot review it" in own.stderr) == (2, True)
    drafted = workbench("eval", "desk", "--agent", "echo")
    assert "left out for their state: 1 draft of desk" in drafted.stderr
    assert workbench(*promote, **BO).returncode == 0
    workbench("eval", "desk", "--agent", "echo")
    assert "2 tasks: 1 reviewed, 1 unreviewed" in workbench("runs", "show", "last").stdout


def test_lint_fails_on_an_error(workbench: Run, folder: Path) -> None:
    """With file and line of both tasks; a sound suite passes."""
    assert workbench("golden", "lint", "desk").returncode == 0
    path = folder / "tasks.jsonl"
    path.write_text(path.read_text() + path.read_text().replace("t0", "t1"))
    done = workbench("golden", "lint", "desk")
    file = "datasets/desk/tasks.jsonl"
    assert f"{file}:2: error: duplicate: t1: it is t0 again [{file}:1]" in done.stdout
    assert done.returncode == 1


def test_a_run_of_one_state_is_resumed_as_such(workbench: Run) -> None:
    """What was asked for is kept with the run."""
    workbench("golden", "retire", "desk", "t0", "--reason", "old")
    refused = workbench("eval", "desk", "--agent", "echo")
    assert (refused.returncode, "no task is left: 1 retired" in refused.stderr) == (2, True)
    assert workbench("eval", "desk", "--agent", "echo", "--state", "retired").returncode == 0
    assert workbench("eval", "--resume", "last").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("list", "desk", "--state", "gold"), "no state gold"),
        (("lint", "desk", "--near", "2"), "2.0 is no share"),
        (("diff", "desk", "--versions", "1", "2"), "versions are of one task"),
    ],
)
def test_bad_input(workbench: Run, arguments: tuple[str, ...], message: str) -> None:
    """What is wrong is said, without a traceback, with exit code 2."""
    done = workbench("golden", *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
