"""What a right answer is, for people who judge answers."""

import asyncio
from pathlib import Path

import pytest

from workbench.bootstrap.evaluation import evaluate
from workbench.bootstrap.references import References
from workbench.bootstrap.request import Bench, Request
from workbench.settings import Settings
from workbench.store import Store

SUITE = """
name: sums
version: "1"
families: [{name: sums, team: one, scorers: [exact]}]
teams: [{name: one, entry: a, agents: [{name: a, instructions: Add.}]}]
"""
TASKS = """{"id": "text", "family": "sums", "input": "1 + 1", "target": "2"}
{"id": "list", "family": "sums", "input": "1 + 1", "target": ["2", "two"]}
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """Two tasks whose targets differ in kind."""
    (tmp_path / "suite.yaml").write_text(SUITE)
    (tmp_path / "tasks.jsonl").write_text(TASKS)
    return tmp_path


@pytest.fixture
def run(store: Store, suite: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A run of it by a baseline."""
    bench = Bench(Settings(home=tmp_path_factory.mktemp("home")), store)
    return asyncio.run(evaluate(Request(str(suite), agents=("echo",)), bench))[0]


def test_a_reference_is_the_tasks_target(store: Store, run: str) -> None:
    """A text as it is, anything else as JSON."""
    references = References(store)
    assert references.of(run, "text").text == "2"
    assert references.of(run, "list").text == '[\n  "2",\n  "two"\n]'


def test_a_suite_that_changed_has_no_references(store: Store, run: str, suite: Path) -> None:
    """A target that the run did not have would mislead; why is said, and not which run it is."""
    (suite / "tasks.jsonl").write_text(TASKS.replace('"2"', '"3"'))
    found = References(store).of(run, "text")
    assert found.text == ""
    assert found.why_not == "the suite has changed since its run began"


def test_a_task_that_is_gone_has_no_reference(store: Store, run: str) -> None:
    """The answer can be judged all the same."""
    assert References(store).of(run, "other").why_not == "the task has no target"
