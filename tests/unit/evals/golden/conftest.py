"""A small suite in a folder, with a task in each state."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.evals.golden import Said, begun, promoted, read_reviewed, retired, write_entry

SUITE = """
name: small
version: "1"
families:
  - {name: words, team: solo, scorers: [exact]}
  - {name: sums, team: solo, scorers: [numeric]}
teams:
  - name: solo
    entry: solver
    agents: [{name: solver, instructions: Answer.}]
"""
WHY = Said("ann", "it is clear", 1_767_600_000.0)
NAMES = ("unreviewed", "draft", "reviewed", "golden", "retired")
Make = Callable[..., Path]


def a_task(task_id: str, **given: Any) -> dict[str, Any]:
    return {"id": task_id, "family": "words", "input": f"Say {task_id}.", "target": task_id} | given


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Writes a suite with these tasks."""

    def write(*tasks: dict[str, Any], name: str = "small") -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        (folder / "suite.yaml").write_text(SUITE.replace("small", name, 1))
        lines = [json.dumps(task, ensure_ascii=False) for task in tasks]
        (folder / "tasks.jsonl").write_text("\n".join(lines))
        return folder

    return write


@pytest.fixture
def folder(make: Make) -> Path:
    """A task in each state, named by it."""
    folder = make(*map(a_task, NAMES))
    for name in NAMES[1:]:
        task = read_reviewed(folder).task(name)
        assert task
        entry = begun(name, task.hash, "ann", WHY)
        if name in {"reviewed", "golden"}:
            entry = promoted(entry, "bo", WHY)
        if name == "golden":
            entry = promoted(entry, "bo", WHY)
        write_entry(folder, retired(entry, WHY) if name == "retired" else entry)
    return folder
