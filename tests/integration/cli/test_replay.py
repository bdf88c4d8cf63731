"""`workbench replay` from start to finish, on a scripted model."""

import json
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Run

SUITE = """
name: sums
version: "1"
families:
  - {name: add, team: solo, scorers: [exact]}
teams:
  - name: solo
    entry: solver
    agents:
      - {name: solver, instructions: Add., tools: [add]}
"""
TOOLS = '''
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


TOOLS = [add]
'''
SCRIPT = [{"tool_calls": [{"name": "add", "arguments": {"a": 1, "b": 2}}]}, "3"]


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A suite of two tasks and a script that solves them, in the current folder."""
    folder = tmp_path / "datasets" / "sums"
    folder.mkdir(parents=True)
    (folder / "suite.yaml").write_text(SUITE)
    (folder / "tools.py").write_text(TOOLS)
    tasks = [{"id": f"t{n}", "family": "add", "input": "1+2", "target": "3"} for n in range(2)]
    (folder / "tasks.jsonl").write_text("\n".join(map(json.dumps, tasks)))
    (tmp_path / "script.json").write_text(json.dumps(SCRIPT))
    return folder


@pytest.fixture
def recorded(workbench: Run, suite: Path) -> Path:
    """A run of it."""
    models = ("--model", "scripted:script.json", "--concurrency", "1", "--tag", "nightly")
    done = workbench("eval", "sums", *models, "--agent", "default", "--agent", "echo")
    assert done.returncode == 0, done.stderr
    return suite


@pytest.mark.usefixtures("recorded")
def test_unchanged_episodes_replay_whole(workbench: Run) -> None:
    """Every episode of a model comes as it was recorded; what asks no model is skipped."""
    done = workbench("replay", "--tag", "nightly", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["replayed"], told["diverged"], len(told["skipped"])) == (2, 0, 2)


def test_a_changed_suite_is_found_and_shown(workbench: Run, recorded: Path) -> None:
    """Other instructions today end with 1 and show the line that differs."""
    (recorded / "suite.yaml").write_text(SUITE.replace("Add.", "Sum up."))
    done = workbench("replay", "--tag", "nightly")
    assert done.returncode == 1
    assert "step 0: prompt changed" in done.stdout
    assert '"content": "Sum up."' in done.stdout


def test_a_changed_tool_is_found_when_tools_are_live(workbench: Run, recorded: Path) -> None:
    """A tool that gives something else is no matter in a strict replay, and one with it live."""
    (recorded / "tools.py").write_text(TOOLS.replace("a + b", "a - b"))
    assert workbench("replay", "--tag", "nightly").returncode == 0
    done = workbench("replay", "--tag", "nightly", "--mode", "tools-live")
    assert (done.returncode, "step 1, call 1: result changed" in done.stdout) == (1, True)


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "give an episode, a run or a tag"),
        (["ep-zz"], "no episode 'ep-zz'"),
        (["last"], "it has no exchanges with a model"),
    ],
)
def test_unusable_input(workbench: Run, arguments: list[str], said: str) -> None:
    """Nothing given, an unknown id, a run without exchanges: exit code 2 and a word on why."""
    done = workbench("replay", *arguments)
    assert done.returncode == 2
    assert said in done.stderr


def forked(workbench: Run, *arguments: str) -> dict[str, str]:
    """What a fork of the first episode of the model's run came to."""
    runs = json.loads(workbench("runs", "--json").stdout)
    run = next(row["run_id"] for row in runs if row["model"])
    episode = json.loads(workbench("episodes", "list", run, "--json").stdout)[0]["episode_id"]
    done = workbench("fork", episode, *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.usefixtures("recorded")
def test_a_fork_is_an_episode_that_knows_its_parent(workbench: Run) -> None:
    """It is stored with its parent and step, and replays as it was forked."""
    made = forked(workbench, "--at", "1", "--edit-result", "4")
    listed = workbench("episodes", "list", made["run_id"], "--json")
    about = json.loads(json.loads(listed.stdout)[0]["metadata"])
    assert about["parent"] == {"episode_id": made["parent"], "step": 1}
    assert workbench("replay", made["episode_id"]).returncode == 0


@pytest.mark.usefixtures("recorded")
def test_parent_and_fork_stand_side_by_side(workbench: Run) -> None:
    """Steps before the fork are the same; the edited one is not."""
    made = forked(workbench, "--at", "1", "--edit-result", "4")
    told = workbench("episodes", "diff", made["parent"], made["episode_id"], "--json")
    steps = json.loads(told.stdout)
    assert [step["same"] for step in steps][:2] == [True, False]
    assert "tool: 3" in steps[1]["one"]
    assert "tool: 4" in steps[1]["other"]
