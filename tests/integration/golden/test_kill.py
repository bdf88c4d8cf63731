"""Files of a suite whose writer is killed, at each of its system calls."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.evals.golden import begun, write_entry
from tests.integration.golden.dying import ENTRY, TASK
from tests.unit.evals.golden.conftest import SUITE, WHY, a_task

OLD = {
    "tasks.jsonl": "\n".join(json.dumps(a_task(name)) for name in "ab") + "\n",
    "golden.jsonl": "",
}


@pytest.fixture(scope="module")
def deaths(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What the files hold after each death, and after the write that was let live."""
    folder = tmp_path_factory.mktemp("dying") / "suite"
    folder.mkdir()
    (folder / "suite.yaml").write_text(SUITE)
    (folder / "tasks.jsonl").write_text(OLD["tasks.jsonl"])
    write_entry(folder, begun("b", "0" * 32, "ann", WHY))
    OLD["golden.jsonl"] = (folder / "golden.jsonl").read_text()
    script = Path(__file__).with_name("dying.py")
    done = subprocess.run(
        [sys.executable, str(script), str(folder)],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_there_are_deaths_at_many_moments(deaths: list[dict[str, Any]]) -> None:
    """And one write that came to its end."""
    assert [found["killed"] for found in deaths] == [True] * (len(deaths) - 1) + [False]
    assert len(deaths) > 20


@pytest.mark.parametrize("name", ["tasks.jsonl", "golden.jsonl"])
def test_each_file_is_old_or_new(deaths: list[dict[str, Any]], name: str) -> None:
    """Never a part of one; both are met."""
    new = deaths[-1][name]
    assert {found[name] for found in deaths} == {OLD[name], new}


def test_no_task_comes_without_its_entry(deaths: list[dict[str, Any]]) -> None:
    """It would run though nobody has reviewed it."""
    for found in deaths:
        assert TASK.id not in found["tasks.jsonl"] or ENTRY.hash in found["golden.jsonl"]
