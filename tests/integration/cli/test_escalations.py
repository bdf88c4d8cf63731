"""Episodes that wait for a person, through real processes that are killed."""

import json
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli import dying
from tests.integration.cli.conftest import Run, Start, wait_for
from workbench.settings import Settings
from workbench.store import Store

SUITE = """
name: shop
version: "1"
families:
  - {name: money, team: desk, scorers: [contains]}
teams:
  - name: desk
    entry: clerk
    guard: {escalate: [same_result]}
    agents:
      - name: clerk
        instructions: Pay back.
        tools: [pay, note, rest]
        approvals: [pay]
        ladder: {rungs: [{rung: tell, at: 0.95}]}
"""
TOOLS = '''
import asyncio
import os
from pathlib import Path


def effect(what: str, cents: int) -> str:
    with Path("effects").open("a") as file:
        file.write(f"{what} {cents}\\n")
        file.flush()
        os.fsync(file.fileno())
    return f"{what} made"


def pay(cents: int) -> str:
    """Pay back, which wants approval."""
    return effect("pay", cents)


def note(cents: int) -> str:
    """Note it down, which does not."""
    return effect("note", cents)


async def rest() -> str:
    """Wait until the file `go` is there."""
    Path("resting").touch()
    while not Path("go").exists():
        await asyncio.sleep(0.01)
    return "note made"


TOOLS = [pay, note, rest]
'''
SCRIPT = [
    {"when": "refund", "tool_calls": [{"name": "note", "arguments": {"cents": 7}}]},
    {"when": "note made", "tool_calls": [{"name": "pay", "arguments": {"cents": 7}}]},
    {"when": "rest", "tool_calls": [{"name": "rest", "arguments": {}}]},
    {"when": "", "content": "done"},
]
EVAL = ("eval", "shop", "--model", "scripted:script.jsonl")
NEVER = "never"
Die = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(autouse=True)
def shop(tmp_path: Path) -> Path:
    """The suite and its script in the current folder of the commands; gives the suite's folder."""
    return make_shop(tmp_path)


def make_shop(place: Path) -> Path:
    folder = place / "datasets" / "shop"
    folder.mkdir(parents=True)
    (folder / "suite.yaml").write_text(SUITE)
    (folder / "tools.py").write_text(TOOLS)
    task = {"id": "t1", "family": "money", "input": "refund", "target": "done"}
    (folder / "tasks.jsonl").write_text(json.dumps(task))
    (place / "script.jsonl").write_text("\n".join(map(json.dumps, SCRIPT)))
    return folder


@pytest.fixture
def dies(home: Path, tmp_path: Path) -> Die:
    """Run the command with the moment of its death."""

    def run(moment: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(Path(dying.__file__)), moment, "--home", str(home)]
        done = subprocess.run(
            [*command, *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=120,
            check=False,
        )
        assert done.returncode in {0, -signal.SIGKILL}, done.stderr
        return done

    return run


@pytest.fixture(scope="session")
def parked_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the suite and a store where its episode waits."""
    folder = tmp_path_factory.mktemp("parked")
    make_shop(folder)
    command = [sys.executable, str(Path(dying.__file__)), NEVER, "--home", "home", *EVAL]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
    return folder


@pytest.fixture
def parked(parked_once: Path, home: Path) -> Path:
    """The episode waits, and its first call has had its effect."""
    shutil.copytree(parked_once / "home", home)
    shutil.copy(parked_once / "effects", home.parent)
    return home


def ask(workbench: Run, *arguments: str) -> Any:
    done = workbench("escalations", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@contextmanager
def opened(home: Path) -> Iterator[Store]:
    with Store.open(Settings.load(home=home)) as store:
        yield store


def waits(home: Path, *states: str) -> list[dict[str, Any]]:
    with opened(home) as store:
        return [w for w in store.escalations().to_dicts() if w["state"] in states]


def effects(home: Path) -> list[str]:
    path = home.parent / "effects"
    return sorted(path.read_text().splitlines()) if path.exists() else []


def decision(wait: dict[str, Any], done: list[str]) -> tuple[str, ...]:
    """What a person who looks into the books says: not again, if it is there already."""
    what = wait["tool"]
    if wait["kind"] == "unknown" and any(line.startswith(what) for line in done):
        return ("edit", wait["escalation_id"], "--note", f"{what} made")
    return ("approve", wait["escalation_id"])


def lead(dies: Die, home: Path, moments: list[str]) -> None:
    """Start, decide and resume until nothing is left, dying at these moments."""
    while True:
        moment = moments.pop(0) if moments else NEVER
        with opened(home) as store:
            runs = store.runs().to_dicts()
        if waiting := waits(home, "waiting"):
            dies(moment, "escalations", *decision(waiting[0], effects(home)))
        elif not runs:
            dies(moment, *EVAL)
        elif runs[0]["done"] < runs[0]["planned"] or waits(home, "decided", "continuing"):
            dies(moment, "eval", "--resume", "last")
        else:
            return


KEYS = {
    "steps": 'episode_id, "index"',
    "exchanges": 'episode_id, step_index, "position"',
    "episodes": "task_id",
    "scores": "episode_id",
    "audits": "subject",
}


def check(home: Path) -> None:
    """Each effect once, no fact twice, everything at its end."""
    assert effects(home) == ["note 7", "pay 7"]
    with opened(home) as store:
        for table, key in KEYS.items():
            assert store.sql(
                f"FROM {table} SELECT {key} GROUP BY ALL HAVING count(*) > 1"
            ).is_empty()
        [episode] = store.episodes().to_dicts()
        steps = store.steps().to_dicts()
    assert (episode["answer"], episode["state_hash"]) == ("done", steps[-1]["state_hash"])
    assert [step["index"] for step in steps] == list(range(len(steps)))
    assert waits(home, "waiting", "decided", "continuing") == []


@pytest.mark.parametrize(
    "moments",
    [
        ["return effect"],  # after the first effect, before its outcome is kept
        ["return flush"],  # before the episode or the run itself is known
        pytest.param(["call park"], marks=pytest.mark.full),  # between the facts and the wait
        pytest.param(["return park"], marks=pytest.mark.full),
        pytest.param([NEVER, "return decide"], marks=pytest.mark.full),
        pytest.param([NEVER, "return take_up"], marks=pytest.mark.full),
        [NEVER, "return effect"],
        [NEVER, "call finish"],  # its end is recorded, and nobody has said so
    ],
    ids=" then ".join,
)
def test_nothing_is_done_or_kept_twice_wherever_it_dies(
    dies: Die, home: Path, moments: list[str]
) -> None:
    """SIGKILL at the moments that hurt most."""
    lead(dies, home, moments)
    check(home)


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.full) for seed in range(1, 60))]
)
def test_nothing_is_done_or_kept_twice_whenever_it_dies(dies: Die, home: Path, seed: int) -> None:
    """SIGKILL at drawn moments of three processes in a row."""
    rng = random.Random(seed)
    lead(dies, home, [str(rng.randint(1, 60)) for _ in range(3)])
    check(home)


def test_a_run_says_how_many_wait(workbench: Run, home: Path) -> None:
    """And how to see them."""
    done = workbench(*EVAL)
    assert (done.returncode, len(waits(home, "waiting"))) == (0, 1)
    assert "1 episode waits for a person: workbench escalations --run run-" in done.stderr


def test_a_resumption_lets_what_waits_wait(workbench: Run, parked: Path) -> None:
    """It is neither run anew nor led on."""
    done = workbench("eval", "--resume", "last")
    assert (done.returncode, effects(parked)) == (0, ["note 7"])
    assert len(waits(parked, "waiting")) == 1


def test_decided_later_goes_on_with_the_run(workbench: Run, parked: Path) -> None:
    """`--later` decides alone; a resumption of the run leads it on."""
    said = ask(workbench, "approve", "esc-", "--later")
    assert (said["escalation"]["state"], said["episode"]) == ("decided", None)
    workbench("eval", "--resume", "last")
    check(parked)


def test_a_stopped_episode_has_ended(workbench: Run, parked: Path) -> None:
    """It ends as `stopped`, the call is not made, and who did it stands in the books."""
    said = ask(workbench, "stop", "esc-", "--note", "not now")
    assert said["episode"]["stop_reason"] == "stopped"
    assert effects(parked) == ["note 7"]
    with opened(parked) as store:
        [audit] = store.sql("FROM audits").to_dicts()
    assert (audit["action"], json.loads(audit["details"])) == ("stop", {"note": "not now"})


def test_show_tells_what_waits(workbench: Run, parked: Path) -> None:
    """The pending call, whose it is, and the steps before it."""
    assert waits(parked, "waiting")
    said = workbench("escalations", "show", "esc-").stdout
    assert 'pay({"cents": 7})' in said
    assert "clerk wants to call pay" in said
    assert "note made" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["approve", "esc-nothing"], "no escalation 'esc-nothing' (near: esc-"),
        (["edit", "esc-"], "an edit needs a note or arguments"),
        (["edit", "esc-", "--arguments", "[1]"], "--arguments: a JSON object is expected"),
        (["edit", "esc-", "--arguments", "{"], "--arguments: no JSON"),
        (["edit", "esc-", "--arguments", "@nowhere"], "--arguments: nowhere: No such file"),
        (["edit", "esc-", "--arguments", '{"cents": "7"}'], "pay: cents: Input should be a valid"),
        (["--run", "run-nothing"], "no run 'run-nothing'"),
    ],
)
def test_an_unusable_decision_says_what_to_do(
    workbench: Run, parked: Path, arguments: list[str], said: str
) -> None:
    """Exit code 2, one line that helps, and the episode still waits."""
    done = workbench("escalations", *arguments)
    assert (done.returncode, said in done.stderr, "Traceback" in done.stderr) == (2, True, False)
    assert len(waits(parked, "waiting")) == 1


def test_a_wait_is_decided_once(workbench: Run, parked: Path) -> None:
    """The second one learns who was first."""
    workbench("escalations", "approve", "esc-", "--later", WORKBENCH_AUTHOR="ann")
    done = workbench("escalations", "stop", "esc-")
    assert (done.returncode, "decided already: approve by ann" in done.stderr) == (2, True)
    assert len(waits(parked, "decided")) == 1


def test_a_decision_does_not_wait_for_the_runs_end_to_be_kept(
    started: Start, shop: Path, home: Path
) -> None:
    """While another process is at the run, that one or this leads the episode on, and once."""
    task = {"id": "t2", "family": "money", "input": "rest", "target": "done"}
    with (shop / "tasks.jsonl").open("a") as file:
        file.write(f"\n{json.dumps(task)}")
    run = started(*EVAL, "--concurrency", "1")
    wait_for(home.parent / "resting", run)
    person = started("escalations", "approve", "esc-")
    assert person.stderr
    assert "another process works on run-" in person.stderr.readline()
    (home.parent / "go").touch()
    assert (person.wait(60), run.wait(60)) == (0, 0)
    assert effects(home).count("pay 7") == 1


def test_a_changed_suite_lets_nothing_go_on(workbench: Run, parked: Path, shop: Path) -> None:
    """The decision is refused before it is kept."""
    with (shop / "tools.py").open("a") as file:
        file.write("# another version\n")
    done = workbench("escalations", "approve", "esc-")
    assert (done.returncode, "the suite has changed" in done.stderr) == (2, True)
    assert len(waits(parked, "waiting")) == 1
