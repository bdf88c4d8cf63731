"""`workbench export` and the import of what it wrote, from start to finish and killed half-way."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Run
from tests.integration.cli.test_replay import SCRIPT, SUITE, TOOLS
from workbench.store import Lake, Location

DYING = Path(__file__).parent / "dying.py"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a suite and, in `home`, a run of it; a store in `other` that is empty."""
    place = tmp_path_factory.mktemp("made")
    Lake.open(Location(place / "other")).close()
    folder = place / "datasets" / "sums"
    folder.mkdir(parents=True)
    (folder / "suite.yaml").write_text(SUITE)
    (folder / "tools.py").write_text(TOOLS)
    task = {"id": "t0", "family": "add", "input": "1+2, says mia@example.com", "target": "3"}
    (folder / "tasks.jsonl").write_text(json.dumps(task))
    (place / "script.json").write_text(json.dumps(SCRIPT))
    command = [Path(sys.executable).parent / "workbench", "--home", place / "home"]
    done = subprocess.run(
        [*command, "eval", "sums", "--model", "scripted:script.json"],
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return place


@pytest.fixture(autouse=True)
def place(made: Path, tmp_path: Path) -> Path:
    """The current folder, with a suite and a run of its own."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def elsewhere(workbench: Run, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command on another store."""
    return workbench("--home", "other", *arguments)


def test_a_bundle_replays_where_its_suite_is_not(workbench: Run, place: Path) -> None:
    """The suite comes along, and is taken from the bundle where that is asked for alone."""
    told = workbench("export", "last", "--format", "bundle", "-o", "a.wbz", "--no-report", "--json")
    assert json.loads(told.stdout)["without_suite"] == {}
    shutil.rmtree(place / "datasets")
    assert "--with-suites keeps it" in elsewhere(workbench, "import", "bundle", "a.wbz").stdout
    again = elsewhere(workbench, "import", "bundle", "a.wbz", "--with-suites")
    assert "nothing changed" in again.stdout
    done = elsewhere(workbench, "replay", "last", "--json")
    assert (json.loads(done.stdout)["replayed"], done.returncode) == (1, 0)


def test_a_suite_that_has_changed_stays_behind(workbench: Run, place: Path) -> None:
    """The bundle says so, and holds the tasks as they were put."""
    (place / "datasets" / "sums" / "suite.yaml").write_text(SUITE + "# new\n")
    made = workbench("export", "last", "--format", "bundle", "-o", "a.wbz", "--no-report")
    assert "the suite has changed since run-" in made.stdout
    done = elsewhere(workbench, "import", "bundle", "a.wbz", "--files", "out")
    assert "did not come along" in done.stdout
    [tasks] = (place / "out" / "recorded_tasks").iterdir()
    assert "1+2" in json.loads(tasks.read_text())["input"][0]["content"]


def test_nothing_personal_leaves_with_redact(workbench: Run, place: Path) -> None:
    """What is personal stays here."""
    workbench("export", "last", "-o", "a.jsonl", "--redact")
    text = (place / "a.jsonl").read_text()
    assert ("mia@example.com" in text, "[EMAIL]" in text) == (False, True)


def killed(place: Path, moment: str, *arguments: str) -> None:
    """The command, killed by SIGKILL at that moment."""
    command = [sys.executable, str(DYING), moment, "--home"]
    done = subprocess.run([*command, *arguments], cwd=place, env=os.environ, check=False)
    assert done.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("kind", "moment"), [("jsonl", "return write_line"), ("bundle", "call finish")]
)
def test_a_killed_export_leaves_no_file(place: Path, kind: str, moment: str) -> None:
    """Neither the file nor a part of it; what was there before stays."""
    before = sorted(path.name for path in place.iterdir())
    (place / "a.out").write_text("old")
    options = ("--format", kind, "-o", "a.out", "--no-report")
    killed(place, moment, "home", "export", "last", *options)
    assert sorted(path.name for path in place.iterdir()) == sorted([*before, "a.out"])
    assert (place / "a.out").read_text() == "old"


def test_a_killed_import_takes_nothing(workbench: Run, place: Path) -> None:
    """Killed in the middle of its transaction it leaves no run, and then goes through."""
    workbench("export", "last", "-o", "a.jsonl")
    killed(place, "return insert_missing", "other", "import", "jsonl", "a.jsonl")
    assert "imported" in elsewhere(workbench, "import", "jsonl", "a.jsonl").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("export", "last", "-o", "none/a.jsonl"), "none/a.jsonl: cannot be written"),
        (("import", "bundle", "script.json"), "script.json: is no bundle"),
    ],
)
def test_unusable_input(workbench: Run, arguments: tuple[str, ...], said: str) -> None:
    """Exit code 2 and a word on why."""
    done = workbench(*arguments)
    assert (done.returncode, said in done.stderr) == (2, True)
