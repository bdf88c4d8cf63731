"""The form on the Episode page that makes a recorded step a draft task."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.browser.cdp import Tab
from tests.browser.conftest import Site
from tests.browser.world import IMPORTED, RICH

pytestmark = pytest.mark.asyncio(loop_scope="session")

SUITE = """
name: desk
version: "1"
families:
  - {name: words, team: solo, scorers: [exact]}
teams:
  - name: solo
    entry: solver
    agents: [{name: solver, instructions: Answer.}]
"""
FIRST = "ep-dddd0000000000000000"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A suite that may be written."""
    (tmp_path / "suite.yaml").write_text(SUITE)
    task = {"id": "t0", "family": "words", "input": "Say it.", "target": "it"}
    (tmp_path / "tasks.jsonl").write_text(json.dumps(task) + "\n")
    return tmp_path


def last(folder: Path) -> dict[str, Any]:
    """The last task of the suite."""
    task: dict[str, Any] = json.loads((folder / "tasks.jsonl").read_text().splitlines()[-1])
    return task


async def fill(tab: Tab, folder: Path, family: str) -> None:
    """Name the suite, and a family of it."""
    await tab.type("input[placeholder=helpdesk]", str(folder))
    await tab.type("input[placeholder=extraction], input[placeholder=airline]", family)


async def test_an_imported_episode_is_made_a_draft(site: Site, tab: Tab, folder: Path) -> None:
    """The file has it, the store knows it, the audit names who it was."""
    await tab.goto(site.page(f"episode?id={FIRST}"))
    await tab.sees("Make it a task")
    await fill(tab, folder, "words")
    await tab.click("button", "Draft task")
    await tab.sees("the draft desk/words-00000000 is kept")
    assert last(folder)["target"] == "Answer 0."
    await tab.goto(site.page("golden"))
    await tab.sees("Tasks under review", "words-00000000", FIRST)
    audits = site.store.sql("SELECT run_id, author, action, subject FROM audits").rows()
    assert (IMPORTED, "tester", "draft", "desk/words-00000000") in audits


async def test_a_step_is_made_a_draft_with_another_answer(
    site: Site, tab: Tab, folder: Path
) -> None:
    """What a person types counts before what was answered."""
    await tab.goto(site.page(f"episode?id={RICH}"))
    await tab.sees("Make it a task")
    await tab.until("__all('option').some(found => found.text === 'step 4 · librarian')")
    await tab.choose("Step", "step 4 · librarian")
    await fill(tab, folder, "words")
    await tab.type("textarea[placeholder='what was answered']", "Sixty days.")
    await tab.click("button", "Draft task")
    await tab.sees("the draft desk/words-00000000-4 is kept")
    task = last(folder)
    assert (task["input"], task["target"]) == ("What is our policy?", "Sixty days.")


async def test_what_cannot_be_made_a_task_is_said(site: Site, tab: Tab, folder: Path) -> None:
    """In the words of the command, and nothing is written."""
    await tab.goto(site.page(f"episode?id={RICH}"))
    await tab.sees("Make it a task")
    await fill(tab, folder, "numbers")
    await tab.click("button", "Draft task")
    await tab.sees("desk has no family 'numbers' (--family, one of: words)")
    assert not (folder / "golden.jsonl").exists()
