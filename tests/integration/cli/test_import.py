"""`workbench import` from start to finish, killed and resumed."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipelines.bench.inspect_log import write_log
from tests.integration.cli.conftest import COMMAND, Run
from tests.unit.interchange.recordings import CHAT, write

DYING = Path(__file__).parent / "dying.py"
SAMPLES = 160
"""Enough for several commits."""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "orders.eval"
    write_log(path, SAMPLES)
    return path


def told(workbench: Run, *arguments: str) -> Any:
    done = workbench(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def counts(workbench: Run) -> dict[str, int]:
    """Rows, and of episodes and steps those that are not the same."""
    sql = (
        "select count(*) as episodes, count(distinct episode_id) as different,"
        " (select count(*) from steps) as steps, (select count(*) from exchanges) as exchanges,"
        " (select count(*) from run_ends) as ends, (select count(*) from runs) as runs"
        " from episodes"
    )
    [row] = told(workbench, "sql", sql)
    return dict(row)


WHOLE = {
    "episodes": SAMPLES,
    "different": SAMPLES,
    "steps": 17 * SAMPLES,
    "exchanges": 31 * SAMPLES,
    "ends": 1,
    "runs": 1,
}


@pytest.mark.parametrize(
    "moment",
    [
        "eval:return append_rows",
        *(pytest.param(f"eval:{n}", marks=pytest.mark.full) for n in range(1, 340, 20)),
    ],
)
def test_an_import_that_was_killed_goes_on(
    workbench: Run, home: Path, log: Path, moment: str
) -> None:
    """What was kept is kept, the rest is added, and nothing is there twice."""
    command = [sys.executable, str(DYING), moment, "--home", str(home), "import", "inspect"]
    died = subprocess.run(
        [*command, str(log)], capture_output=True, env=os.environ, timeout=120, check=False
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
    before = counts(workbench)
    [run] = told(workbench, "import", "inspect", str(log))
    assert run["new"] == SAMPLES - before["episodes"]
    assert before["ends"] == 0
    assert counts(workbench) == WHOLE


def test_two_imports_at_once_are_one(home: Path, workbench: Run, log: Path) -> None:
    """Two processes that import the same file bring it once; the later one changes nothing."""
    command = [str(COMMAND), "--home", str(home), "import", "inspect", str(log), "--json"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    told = [json.loads(process.communicate(timeout=120)[0]) for process in both]
    assert sorted(run["new"] for [run] in told) == [0, SAMPLES]
    assert counts(workbench) == WHOLE


def test_a_fault_leaves_no_trace(workbench: Run, tmp_path: Path) -> None:
    """A file with a broken line is refused whole, in one sentence, with 2."""
    path = write(tmp_path / "a.jsonl", *([CHAT] * 50), {"messages": 1})
    done = workbench("import", "chat", str(path))
    assert (done.returncode, "line 51: messages" in done.stderr) == (2, True)
    assert "Traceback" not in done.stderr
    assert told(workbench, "runs") == []


def test_what_was_not_read_ends_the_report(workbench: Run, tmp_path: Path) -> None:
    """In the table and as JSON, and in the lake."""
    path = str(write(tmp_path / "a.jsonl", {**CHAT, "mood": 1}))
    shown = workbench("import", "chat", path, "--suite-name", "calls", "--tenant", "acme")
    assert "/mood" in shown.stdout
    [run] = told(workbench, "import", "chat", path, "--suite-name", "calls", "--tenant", "acme")
    assert run["unknown_fields"] == [{"field": "/mood", "count": 1, "type": "integer"}]
    [row] = told(workbench, "sql", "select tenant, suite, source from runs")
    assert row == {"tenant": "acme", "suite": "calls", "source": "chat"}
