"""A run that is killed at drawn moments and resumed until it is done."""

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Run

DYING = Path(__file__).parent / "dying.py"
SAMPLES = 24
MOMENTS = 300
"""Calls and returns that a whole run of the samples makes, about."""

SUITE = """
name: numbers
version: "1"
families:
  - {name: copy, team: solo, scorers: [exact]}
teams:
  - {name: solo, entry: solver, agents: [{name: solver, instructions: Repeat the number.}]}
"""
# Slow enough for several commits in one run.
AGENT = """
import asyncio

async def answer(text: str) -> str:
    await asyncio.sleep(0.4)
    return text
"""
WIDE = ("--agent", "agent.py:answer", "--epochs", "3", "--concurrency", "3")


@pytest.fixture(autouse=True)
def suite(tmp_path: Path) -> None:
    """A suite of eight tasks in the current folder."""
    folder = tmp_path / "datasets" / "numbers"
    folder.mkdir(parents=True)
    (folder / "suite.yaml").write_text(SUITE)
    (tmp_path / "agent.py").write_text(AGENT)
    tasks = [{"id": f"t{n}", "family": "copy", "input": str(n), "target": str(n)} for n in range(8)]
    (folder / "tasks.jsonl").write_text("\n".join(map(json.dumps, tasks)))


def dies(home: Path, moment: int, *arguments: str) -> int:
    """Run the command until it dies at that moment, or ends; gives its exit code."""
    command = [sys.executable, str(DYING), f"eval:{moment}", "--home", str(home), *arguments]
    done = subprocess.run(
        command, capture_output=True, cwd=home.parent, env=os.environ, timeout=120, check=False
    )
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr
    return done.returncode


def answered(workbench: Run, sql: str) -> list[dict[str, object]]:
    done = workbench("sql", sql, "--json")
    assert done.returncode == 0, done.stderr
    found: list[dict[str, object]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    "seed", [0, 1, 2, *(pytest.param(seed, marks=pytest.mark.full) for seed in range(3, 60))]
)
def test_no_sample_is_lost_or_scored_twice(workbench: Run, home: Path, seed: int) -> None:
    """Whenever it is killed, and killed again while resuming, each sample is scored once."""
    rng = random.Random(seed)
    dies(home, rng.randint(1, MOMENTS), "eval", "numbers", *WIDE)
    if not answered(workbench, "select 1 a from runs"):
        return  # it died before there was anything to resume
    dies(home, rng.randint(1, MOMENTS // 2), "eval", "--resume", "last")
    done = workbench("eval", "--resume", "last")
    assert done.returncode == 0, done.stderr
    scored = answered(workbench, "select task_id, epoch from scores")
    counts = Counter((row["task_id"], row["epoch"]) for row in scored)
    assert (len(counts), set(counts.values())) == (SAMPLES, {1})
