"""The Escalations page, over a real run whose episodes wait."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from tests.browser.cdp import Tab
from tests.browser.server import Address, serving
from workbench.bootstrap import Bench, Request, evaluate
from workbench.settings import Settings
from workbench.store import Store

pytestmark = pytest.mark.asyncio(loop_scope="session")

SUITE = """
name: shop
version: "1"
families:
  - {name: money, team: desk, scorers: [contains]}
teams:
  - name: desk
    entry: clerk
    guard: {same_result: {warn_at: 2, cut_at: 3}, escalate: [same_result]}
    agents:
      - {name: clerk, instructions: Pay back., tools: [pay, look], approvals: [pay]}
"""
TOOLS = '''
from pathlib import Path


def pay(cents: int) -> str:
    """Pay back."""
    with Path(__file__).with_name(".effects").open("a") as file:
        file.write(f"{cents}\\n")
    return f"paid {cents}"


def look(what: str) -> str:
    """Look."""
    return f"no {what}"


TOOLS = [pay, look]
'''
TASKS = ("approve", "edit", "refuse", "loop")
SCRIPT = [
    *(
        {"when": task, "tool_calls": [{"name": "pay", "arguments": {"cents": at}}]}
        for at, task in enumerate(TASKS[:3], 1)
    ),
    {"when": "paid", "content": "done"},
    {"when": "in vain", "content": "sorry"},
    {"when": "", "tool_calls": [{"name": "look", "arguments": {"what": "luck"}}]},
]
NOTE = "textarea[placeholder^='a word']"
ARGUMENTS = "textarea[placeholder^=other]"


@dataclass(frozen=True, slots=True)
class Desk:
    """A server over a store where one episode a task waits."""

    server: Address
    store: Store
    effects: Path

    def wait(self, task: str) -> dict[str, object]:
        """The latest wait of that task."""
        return self.store.escalations().filter(task_id=task).to_dicts()[-1]

    def page(self, task: str) -> str:
        """The page with that task's wait chosen."""
        return self.server.page(f"escalations?id={self.wait(task)['escalation_id']}")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """The run, done up to where it waits."""
    place = tmp_path_factory.mktemp("shop")
    (place / "suite.yaml").write_text(SUITE)
    (place / "tools.py").write_text(TOOLS)
    tasks = [{"id": t, "family": "money", "input": t, "target": "done"} for t in TASKS]
    (place / "tasks.jsonl").write_text("\n".join(map(json.dumps, tasks)))
    script = tmp_path_factory.mktemp("script") / "script.jsonl"  # no part of the suite
    script.write_text("\n".join(map(json.dumps, SCRIPT)))
    settings = Settings(home=tmp_path_factory.mktemp("home"), author="tester")
    with Store.open(settings) as store:
        request = Request(suite=str(place), models=[f"scripted:{script}"])
        await evaluate(request, Bench(settings, store))
        async with serving(settings.home) as server:
            yield Desk(server, store, place / ".effects")


async def test_what_waits_is_listed_with_its_call(desk: Desk, tab: Tab) -> None:
    """Run, task, agent, why, and the arguments of the pending call."""
    await tab.goto(desk.page("approve"))
    await tab.sees(
        "Waiting for a person", "clerk wants to call pay", "approve, epoch 0", '"cents": 1'
    )


async def test_an_approved_episode_goes_on_while_the_page_is_open(desk: Desk, tab: Tab) -> None:
    """The call is made once, the page follows, and the audit names who it was."""
    await tab.goto(desk.page("approve"))
    await tab.sees('"cents": 1')
    await tab.click("button", "Approve")
    await tab.sees("by tester", "done", "clerk: a call needs approval done")
    assert desk.effects.read_text() == "1\n"
    audits = desk.store.sql("SELECT author, action, subject FROM audits").rows()
    assert ("tester", "approve", desk.wait("approve")["escalation_id"]) in audits


async def test_an_edit_that_does_not_fit_is_refused_on_the_page(desk: Desk, tab: Tab) -> None:
    """The tool's own words say what is wrong, and the episode still waits."""
    await tab.goto(desk.page("edit"))
    await tab.sees('"cents": 2')
    await tab.type(ARGUMENTS, '{"cents": "many"}')
    await tab.click("button", "Edit")
    await tab.sees("pay: cents: Input should be a valid integer")
    assert desk.wait("edit")["state"] == "waiting"


async def test_an_edit_without_words_is_refused_on_the_page(desk: Desk, tab: Tab) -> None:
    """Nothing is changed by nothing."""
    await tab.goto(desk.page("edit"))
    await tab.sees('"cents": 2')
    await tab.click("button", "Edit")
    await tab.sees("an edit needs a note or arguments")


async def test_a_stopped_episode_ends_with_the_reason(desk: Desk, tab: Tab) -> None:
    """The note stands beside the decision, and the call is never made."""
    await tab.goto(desk.page("refuse"))
    await tab.sees('"cents": 3')
    await tab.type(NOTE, "not this one")
    await tab.click("button", "Stop")
    await tab.sees("stop", "not this one", "needs approval done")
    assert "3" not in desk.effects.read_text()


async def test_a_waiting_episode_says_so_with_a_link(desk: Desk, tab: Tab) -> None:
    """From the Episode page one gets to the decision."""
    wait = desk.wait("loop")
    await tab.goto(desk.server.page(f"episode?id={wait['episode_id']}"))
    await tab.sees("It waits for a person", "escalate", "same_result: 3 counted, limit 3")
    await tab.click("a", f"Decide: {wait['escalation_id']}")
    await tab.sees("clerk: the guard would cut", "Evidence", 'look({ "what": "luck" })')


async def test_evidence_leads_to_its_step(desk: Desk, tab: Tab) -> None:
    """The step is brought into view, out of whatever component draws it."""
    await tab.goto(desk.page("loop"))
    await tab.sees("Evidence")
    await tab.click("a", "step 1")
    await tab.until("__all('.step.here').some(n => n.textContent.includes('1 · clerk'))")


async def test_the_overview_counts_what_waits(desk: Desk, tab: Tab) -> None:
    """One number, with the way there."""
    await tab.goto(desk.server.page(""))
    waiting = desk.store.escalations().filter(state="waiting").height
    await tab.sees(f"{waiting} waiting for a person")


async def test_what_a_person_says_to_a_loop_stands_on_the_timeline(desk: Desk, tab: Tab) -> None:
    """The note reaches the agent, and the Episode page shows whose it was."""
    await tab.goto(desk.page("loop"))
    await tab.sees("Evidence")
    await tab.type(NOTE, "in vain: say sorry")
    await tab.click("button", "Edit")
    await tab.sees("the guard would cut done")
    await tab.goto(desk.server.page(f"episode?id={desk.wait('loop')['episode_id']}"))
    await tab.sees("by tester “in vain: say sorry”", "sorry")
