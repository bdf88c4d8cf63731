"""What a person does about trials on the Router page, and what is written down of it."""

import pytest

from tests.browser.cdp import Tab
from tests.browser.conftest import Site
from tests.browser.trials import ALONE, PAUSED

pytestmark = pytest.mark.asyncio(loop_scope="session")
WHY = "input[placeholder='why, if you like']"
NAME = "input[placeholder^='letters']"
TENANTS = "input[placeholder^='several']"


def told(site: Site, canary: str) -> list[tuple[str, str, str]]:
    """What each person did to a trial, in order, with the note."""
    acts = "SELECT subject, action, author, details ->> 'note' FROM audits ORDER BY acted_at"
    rows = site.store.sql(acts).rows()
    return [row[1:] for row in rows if row[0] == canary and row[2] == "tester"]


async def test_a_trial_is_paused_and_rolled_back(site: Site, tab: Tab) -> None:
    """A rollback only after a question; the page shows each state at once, the lake has both."""
    await tab.goto(site.page(f"router?canary={ALONE}"))
    await tab.sees(f"Evidence of {ALONE}")
    await tab.type(WHY, "slow today")
    await tab.click("button", "Pause")
    await tab.sees(f"{ALONE} is paused", "slow today")
    await tab.click("button", "Roll back")
    await tab.sees(f"Roll {ALONE} back: low gets no more requests of desk, for fern, for good?")
    assert told(site, ALONE) == [("canary pause", "tester", "slow today")]
    await tab.click("button", "Yes, do it")
    await tab.sees(f"{ALONE} is rolled back")
    await tab.until("!__all('button').some(b => b.textContent === 'Roll back' && b.offsetParent)")
    assert told(site, ALONE)[1:] == [("canary roll back", "tester", "")]


async def test_a_trial_is_started_where_its_tenants_are_free(site: Site, tab: Tab) -> None:
    """One that cannot be is refused beside the form; the new one is what the page then shows."""
    await tab.goto(site.page("router"))
    await tab.sees(PAUSED)
    await tab.type(NAME, "mini-2")
    await tab.type(TENANTS, "gale")
    await tab.click("button", "Start the trial")
    await tab.sees(f"tenant 'gale' is in the canary '{PAUSED}'")
    await tab.type(TENANTS, "1, hope")  # after what stands there
    await tab.click("button", "Start the trial")
    await tab.sees("mini-2 runs, with 5 % of the conversations", "No outcome has been counted yet")
    assert "canary=mini-2" in await tab.run("location.search")
    assert told(site, "mini-2") == [("canary start", "tester", "")] * 2
