"""`workbench eval` from start to finish, with agents that need no model."""

import json
import signal
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Run, Start, wait_for

SUITE = """
name: numbers
version: "1"
families:
  - name: copy
    team: solo
    scorers: [exact]
teams:
  - name: solo
    entry: solver
    agents:
      - {name: solver, instructions: Repeat the number.}
"""

# Answers with its input; at the task named in the file `stop` it says so and hangs.
AGENT = """
import threading
from pathlib import Path

def answer(text: str) -> str:
    stop = Path("stop")
    if stop.exists() and stop.read_text() == text:
        Path("reached").touch()
        threading.Event().wait()
    return text

async def patient(text: str) -> str:
    import asyncio
    stop = Path("stop")
    if stop.exists() and stop.read_text() == text:
        Path("reached").touch()
        await asyncio.Event().wait()
    return text
"""


@pytest.fixture(autouse=True)
def suite(tmp_path: Path) -> Path:
    """A suite of eight tasks and two agents that copy, in the current folder."""
    folder = tmp_path / "datasets" / "numbers"
    folder.mkdir(parents=True)
    (folder / "suite.yaml").write_text(SUITE)
    tasks = [{"id": f"t{n}", "family": "copy", "input": str(n), "target": str(n)} for n in range(8)]
    (folder / "tasks.jsonl").write_text("\n".join(map(json.dumps, tasks)))
    (tmp_path / "agent.py").write_text(AGENT)
    return folder


def all_of(board: str) -> dict[str, object]:
    return next(row for row in json.loads(board) if row["family"] == "all")


def test_a_run_ends_with_its_scores(workbench: Run) -> None:
    """Every task is run and scored, and the store holds it."""
    done = workbench("eval", "numbers", "--agent", "agent.py:answer", "--epochs", "2", "--json")
    assert done.returncode == 0, done.stderr
    row = all_of(done.stdout)
    assert (row["tasks"], row["episodes"], row["passed"]) == (8, 16, 1.0)


def test_a_matrix_is_one_run_a_combination(workbench: Run) -> None:
    """Each agent has a run of its own, in one table."""
    done = workbench("eval", "numbers", "--agent", "echo", "--agent", "constant", "--json")
    assert [row["agent"] for row in json.loads(done.stdout)] == ["echo", "constant"]


def test_a_killed_run_is_resumed_without_repeating(
    workbench: Run, started: Start, tmp_path: Path
) -> None:
    """After SIGKILL in the middle the missing samples run, and each is scored once."""
    (tmp_path / "stop").write_text("5")
    process = started("eval", "numbers", "--agent", "agent.py:answer", "--concurrency", "1")
    wait_for(tmp_path / "reached", process)
    process.send_signal(signal.SIGKILL)
    process.wait()
    (tmp_path / "stop").unlink()
    done = workbench("eval", "--resume", "last", "--json")
    assert done.returncode == 0, done.stderr
    assert all_of(done.stdout)["episodes"] == 8
    counts = workbench("sql", "select count(*) n from scores group by task_id", "--json")
    assert [row["n"] for row in json.loads(counts.stdout)] == [1] * 8


def test_an_interrupt_keeps_what_was_done(workbench: Run, started: Start, tmp_path: Path) -> None:
    """Ctrl-C ends with 130, says how to go on, and the finished samples are there."""
    (tmp_path / "stop").write_text("3")
    process = started("eval", "numbers", "--agent", "agent.py:patient", "--concurrency", "1")
    wait_for(tmp_path / "reached", process)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == 130
    assert "workbench eval --resume run-" in said
    [run] = json.loads(workbench("runs", "--json").stdout)
    assert (run["status"], run["done"]) == ("cancelled", 3)


def test_an_interrupted_matrix_names_what_was_not_begun(started: Start, tmp_path: Path) -> None:
    """What a resumption cannot bring is not passed over in silence."""
    (tmp_path / "stop").write_text("5")
    agents = ("--agent", "agent.py:patient", "--agent", "echo", "--agent", "constant")
    process = started("eval", "numbers", *agents, "--concurrency", "1")
    wait_for(tmp_path / "reached", process)
    process.send_signal(signal.SIGINT)
    assert "not begun: echo, constant" in process.communicate(timeout=60)[1]


def test_a_terminated_run_keeps_what_was_done(
    workbench: Run, started: Start, tmp_path: Path
) -> None:
    """SIGTERM, as service managers send it, ends a run as Ctrl-C does."""
    (tmp_path / "stop").write_text("5")
    process = started("eval", "numbers", "--agent", "agent.py:patient", "--concurrency", "1")
    wait_for(tmp_path / "reached", process)
    process.send_signal(signal.SIGTERM)
    said = process.communicate(timeout=60)[1]
    assert (process.returncode, "continue with: workbench eval --resume" in said) == (130, True)
    assert json.loads(workbench("runs", "--json").stdout)[0]["status"] == "cancelled"


def test_a_killed_run_is_said_to_be_interrupted(
    workbench: Run, started: Start, tmp_path: Path
) -> None:
    """A run without an end that no process works on any more is not called running."""
    (tmp_path / "stop").write_text("5")
    process = started("eval", "numbers", "--agent", "agent.py:patient", "--concurrency", "1")
    wait_for(tmp_path / "reached", process)
    running = json.loads(workbench("runs", "--json").stdout)[0]["status"]
    process.kill()
    process.communicate()
    assert (running, json.loads(workbench("runs", "--json").stdout)[0]["status"]) == (
        "running",
        "interrupted",
    )


def test_what_models_say_is_printed_as_it_is(workbench: Run, tmp_path: Path) -> None:
    """Brackets and colons of a hostile text neither break a table nor vanish from it."""
    text = "[/INST] [red]4 :x: [/bold]"
    row = {"id": "a", "input": text, "target": text}
    (tmp_path / "hostile.jsonl").write_text(json.dumps(row))
    made = workbench("eval", "hostile.jsonl", "--agent", "echo", "--tag", text)
    listed = [workbench("runs"), workbench("episodes", "list", "last"), workbench("search", "INST")]
    assert [done.returncode for done in (made, *listed)] == [0] * 4, made.stderr
    assert [text in done.stdout.replace("\n", " ") for done in listed[1:2]] == [True]


def test_a_suite_function_that_fails_is_named_with_its_line(workbench: Run, tmp_path: Path) -> None:
    """The author of a Python suite reads the line, not a traceback."""
    (tmp_path / "own.py").write_text("def nightly():\n    return {}['x']\n")
    done = workbench("eval", "own.py:nightly")
    assert (done.returncode, done.stderr) == (2, "error: own.py:2: KeyError: 'x'\n")


def test_two_runs_at_once_share_the_store(started: Start, workbench: Run) -> None:
    """Runs that are started together both end well, the store's first opening included."""
    both = [started("eval", "numbers", "--agent", "echo", "--epochs", "5") for _ in range(2)]
    for process in both:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
    assert [run["done"] for run in json.loads(workbench("runs", "--json").stdout)] == [40, 40]


def test_a_run_under_way_is_not_resumed_twice(
    workbench: Run, started: Start, tmp_path: Path
) -> None:
    """While one process is at a run another is turned away."""
    (tmp_path / "stop").write_text("3")
    process = started("eval", "numbers", "--agent", "agent.py:answer", "--concurrency", "1")
    wait_for(tmp_path / "reached", process)
    done = workbench("eval", "--resume", "last")
    assert done.returncode == 2
    assert "another process is working on run-" in done.stderr


def test_a_changed_suite_is_not_resumed(workbench: Run, suite: Path) -> None:
    """Samples of another version would not be comparable."""
    workbench("eval", "numbers", "--agent", "echo")
    with (suite / "tasks.jsonl").open("a") as file:
        file.write('\n{"id": "t9", "family": "copy", "input": "9", "target": "9"}')
    done = workbench("eval", "--resume", "last")
    assert (done.returncode, "the suite has changed" in done.stderr) == (2, True)


def test_an_own_table_is_evaluated(workbench: Run, tmp_path: Path) -> None:
    """A CSV with a field map is a suite."""
    (tmp_path / "own.csv").write_text("question,answer\n1,1\n2,3\n")
    fields = ["--field", "input=question", "--field", "target=answer"]
    done = workbench("eval", "own.csv", *fields, "--agent", "agent.py:answer", "--json")
    assert done.returncode == 0, done.stderr
    assert all_of(done.stdout)["passed"] == 0.5


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["eval"], "give a suite, or --resume RUN"),
        (["eval", "nothing"], "no suite 'nothing' (known: "),
        (["eval", "numbers", "--model", "huge"], "no model named 'huge' (known: small, large"),
        (["eval", "numbers", "--agent", "nobody"], "no agent 'nobody' (known: default"),
        (["eval", "numbers", "--sample", "t99"], "no sample 't99' in numbers (near: "),
        (["eval", "numbers", "--limit", "0"], "limit of 0"),
        (["eval", "--resume", "run-1"], "no run 'run-1'"),
        (["eval", "--resume", "run-1", "--model", "large"], "--model cannot be changed"),
        (["sql", "select 1 a", "--out", "a.xyz"], "a.xyz: the ending says the form"),
        (["sql", "select 1 a", "--out", "no/such/a.csv"], "cannot write no/such/a.csv"),
        (["sql", "select [1] a", "--out", "a.csv"], "a.csv: "),
        (["runs", "show", "last"], "the store has no runs yet"),
        (["episodes", "show", "ep-1"], "no episode 'ep-1'"),
        (["import", "tau-bench", "nowhere"], "nowhere: no such file or folder"),
        (["sql", "drop table runs"], "sql: "),
        (["bench", "speed"], "no benchmark 'speed'"),
    ],
)
def test_unusable_input_says_what_to_do(workbench: Run, arguments: list[str], said: str) -> None:
    """Exit code 2, one line of error that helps, no traceback."""
    done = workbench(*arguments)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_malformed_line_is_named(workbench: Run, suite: Path) -> None:
    """File and line number of the line at fault."""
    with (suite / "tasks.jsonl").open("a") as file:
        file.write("\n{broken")
    done = workbench("eval", "numbers", "--agent", "echo")
    assert (done.returncode, "tasks.jsonl:9" in done.stderr) == (2, True)


def test_an_unreachable_endpoint_fails_with_a_way_on(workbench: Run) -> None:
    """The run ends soon, says what could not be reached and how to continue."""
    done = workbench(
        "eval", "numbers", "--model", "http://127.0.0.1:9/v1#none", "--concurrency", "1"
    )
    assert done.returncode == 1
    assert "127.0.0.1:9" in done.stderr
    assert "--resume run-" in done.stderr


def test_runs_can_be_compared_tagged_and_annotated(workbench: Run) -> None:
    """Differences in configuration, tags and notes from the command line."""
    workbench("eval", "numbers", "--agent", "echo", "--tag", "first")
    workbench("eval", "numbers", "--agent", "echo", "--seed", "3", "--tag", "second")
    workbench("runs", "note", "last", "other seed")
    runs = json.loads(workbench("runs", "--json").stdout)
    diff = json.loads(workbench("runs", "diff", runs[1]["run_id"], "last", "--json").stdout)
    assert {"name": "seed", "one": "0", "other": "3"} in diff
    assert [run["tags"] for run in runs] == [["second"], ["first"]]
