"""Judges from the command line, and a run that is killed while its answers are judged."""

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from contextlib import chdir
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.conftest import COMMAND, Run
from workbench.bootstrap.labelling import Selection, queue, rate, selected_runs
from workbench.bootstrap.rubrics import Rubrics
from workbench.store import open_store

DYING = Path(__file__).parent / "dying.py"
SAMPLES = 12
MOMENTS = 240
"""Calls and returns that a whole run of the samples and their judging makes, about."""
RUBRIC = "name: tone\ncriteria:\n  - {name: polite, question: Is it polite}\n"
SUITE = """
name: desk
version: "1"
families:
  - name: copy
    team: solo
    scorers:
      - exact
      - {kind: judge, name: tone, rubric_file: tone.yaml, repeats: 2}
      - kind: composite
        name: whole
        parts: [exact, {kind: judge, name: both, rubric_file: tone.yaml}]
teams:
  - {name: solo, entry: solver, agents: [{name: solver, instructions: Repeat it.}]}
"""
WORD = {"reason": "so", "verdict": "pass", "score": 4, "confidence": 90}
PAIR = {"reason": "so", "verdict": "1", "confidence": 90}
EVAL = ("eval", "desk", "--agent", "echo", "--judge", "scripted:judge.json")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a suite that has judges, and judges that always say the same."""
    place = tmp_path_factory.mktemp("judge")
    folder = place / "datasets" / "desk"
    folder.mkdir(parents=True)
    (folder / "suite.yaml").write_text(SUITE)
    (folder / "tone.yaml").write_text(RUBRIC)
    tasks = [{"id": f"t{n}", "family": "copy", "input": str(n), "target": str(n)} for n in range(6)]
    (folder / "tasks.jsonl").write_text("\n".join(map(json.dumps, tasks)))
    (place / "judge.json").write_text(json.dumps([{"content": json.dumps({"polite": WORD})}]))
    (place / "pairs.json").write_text(json.dumps([{"content": json.dumps(PAIR)}]))
    (place / "tone.yaml").write_text(RUBRIC)
    return place


@pytest.fixture(scope="module")
def workbench(place: Path) -> Run:
    """The command in that folder, with one store for the whole file."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(COMMAND), "--home", str(place / "home"), *arguments]
        return subprocess.run(
            command, capture_output=True, text=True, cwd=place, timeout=300, check=False
        )

    return run


@pytest.fixture(scope="module")
def evaluated(workbench: Run) -> str:
    """What the second of two runs said."""
    return [done(workbench(*EVAL)) for _ in range(2)][1]


def done(process: subprocess.CompletedProcess[str]) -> str:
    assert process.returncode == 0, process.stderr
    return process.stdout


def answered(workbench: Run, sql: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(done(workbench("sql", sql, "--json")))
    return found


def dies(home: Path, moment: int, *arguments: str) -> None:
    """Run the command until it dies at that moment, or ends."""
    command = [sys.executable, str(DYING), f"eval:{moment}", "--home", str(home), *arguments]
    ended = subprocess.run(
        command, capture_output=True, cwd=home.parent, env=os.environ, timeout=300, check=False
    )
    assert ended.returncode in {0, 2, -signal.SIGKILL}, ended.stderr  # 2: there is no run yet


def test_a_run_says_what_its_judges_were(workbench: Run, evaluated: str) -> None:
    """The scoreboard ends with who judged, whether it counts, and what that cost."""
    assert "tone: judged by scripted:judge.json, informs (no calibration" in evaluated
    assert "judging $0.0000, 12 calls" in evaluated
    assert "whole.both: judged by scripted:judge.json" in evaluated
    shown = json.loads(done(workbench("runs", "show", "last", "--json")))
    assert [row["standing"] for row in shown["judges"]] == ["informs", "informs"]


@pytest.mark.usefixtures("evaluated")
def test_a_run_can_be_judged_afterwards(workbench: Run) -> None:
    """Any rubric, on any run; what the judge has said by it is not asked again."""
    ask = ("judge", "run", "last", "--rubric", "tone.yaml", "--model", "scripted:judge.json")
    rows = json.loads(done(workbench(*ask, "--json")))
    assert {row["scorer"]: row["calls"] for row in rows} == {"tone": 12, "whole.both": 6}


@pytest.mark.usefixtures("evaluated")
def test_two_runs_are_judged_in_both_orders(workbench: Run) -> None:
    """A judge that always names the first shown ties every pair, and is found out."""
    runs = [row["run_id"] for row in answered(workbench, "select run_id from runs order by 1")]
    ask = ("judge", "pairs", *runs, "--rubric", "tone.yaml", "--model", "scripted:pairs.json")
    found = json.loads(done(workbench(*ask, "--json")))
    assert (found["tied"], found["inconsistent"], found["first_shown"]) == (6, 1.0, 1.0)
    assert found["calls"] == 12


def test_a_file_of_labels_calibrates(workbench: Run, place: Path) -> None:
    """A judge that passes everything has no kappa and no leave to gate; it is kept and listed."""
    rows = [{"input": "?", "answer": "x" * at, "passed": at % 2 == 0} for at in range(60)]
    (place / "labels.jsonl").write_text("\n".join(map(json.dumps, rows)))
    ask = ("judge", "calibrate", "--file", "labels.jsonl", "--rubric", "tone.yaml")
    said = done(workbench(*ask, "--model", "scripted:judge.json"))
    assert "baseline: majority" in said
    assert "not valid, the judge informs: kappa's interval" in said
    (listed,) = json.loads(done(workbench("judge", "list", "--json")))
    assert (listed["labels"], listed["accuracy"], listed["valid"]) == (60, 0.5, False)


def rated(place: Path, rubric: str, *raters: str) -> str:
    """Every answer of the latest run rated as good by these people; gives the run's id."""
    with chdir(place), open_store(place / "home") as store:
        chosen = Selection(runs=("last",))
        [run_id] = selected_runs(store, chosen).run_ids
        asked = replace(chosen, rubric=Rubrics(store).find(rubric, [run_id]))
        for rater in raters:
            for item in queue(store, asked, rater):
                rate(store, item, asked.rubric, ("yes", ""), rater=rater)
        return run_id


@pytest.mark.usefixtures("evaluated")
def test_people_and_a_judge_are_asked_by_one_rubric(workbench: Run, place: Path) -> None:
    """Two people rate by the rubric of the suite's judge, and it is calibrated on their word."""
    run_id = rated(place, "tone", "ann", "bob")
    found = json.loads(done(workbench("judge", "calibrate", run_id, "--rubric", "tone", "--json")))
    assert (found["labels"], found["accuracy"], found["rubric"]) == (6, 1.0, "tone")
    said = done(workbench("ratings", "agreement", "--run", run_id, "--rubric", "tone", "--json"))
    assert json.loads(said)["pairs"][0]["agreed"] == 1.0
    queued = json.loads(done(workbench("ratings", "queue", "--rubric", "tone", "--json")))
    assert [row["rated"] for row in queued["raters"]] == [6, 6]


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("judge", "calibrate"), "give runs"),
        (("judge", "calibrate", "--file", "none.jsonl", "--rubric", "tone.yaml"), "no judge"),
    ],
)
def test_what_cannot_be_judged_is_told(
    workbench: Run, arguments: tuple[str, ...], hint: str
) -> None:
    """Unusable input is exit code 2 and one line."""
    process = workbench(*arguments)
    assert (process.returncode, process.stdout) == (2, "")
    assert hint in process.stderr
    assert "Traceback" not in process.stderr


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.full) for seed in range(1, 40))]
)
def test_no_judgement_is_lost_or_given_twice(place: Path, seed: int) -> None:
    """Whenever it is killed, and killed again while resuming, each scorer speaks of each once."""
    rng, home = random.Random(seed), place / f"killed-{seed}"
    dies(home, rng.randint(1, MOMENTS), *EVAL, "--epochs", "2")
    dies(home, rng.randint(1, MOMENTS // 2), "eval", "--resume", "last")
    with open_store(home) as store:
        if store.runs().is_empty():
            return  # it died before there was anything to resume
    dies(home, 0, "eval", "--resume", "last")
    with open_store(home) as store:
        scored = Counter(store.sql("select task_id, epoch, scorer from scores").iter_rows())
        words = Counter(store.sql("select episode_id, scorer from judgements").iter_rows())
    assert (len(scored), {*scored.values()}) == (3 * SAMPLES, {1})
    assert (len(words), {*words.values()}) == (2 * SAMPLES, {1})
