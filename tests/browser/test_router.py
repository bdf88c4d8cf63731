"""The Router page, and the decision on an episode's page, in a real browser."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.browser.cdp import Browser, Tab
from tests.browser.conftest import Site, opened
from tests.browser.routed import CANARY, ROUTED, ROUTER
from tests.browser.trials import POOLED

pytestmark = pytest.mark.asyncio(loop_scope="session")
FIGURES = "Bokeh.documents.flatMap(d => [...d._all_models.values()])"
LINK = "__all('a').find(n => n.textContent === 'routed')"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(browser: Browser, site: Site) -> AsyncIterator[Tab]:
    """The Router page at a pool under way, loaded once for those that only look."""
    async with opened(browser) as tab:
        await tab.goto(site.page(f"router?name={ROUTER}&canary={POOLED}"))
        await tab.sees(f"Router {ROUTER}")
        yield tab


async def test_the_page_shows_tiers_and_what_routing_buys(page: Tab) -> None:
    """Figures are drawn, metrics named; each tier alone and the oracle stand beside the router."""
    await page.sees("router_misroute_rate", "20.8 %", "low alone", "oracle")
    for text in ("Decisions by tier over time", "Quality against cost", "Episodes passed by what"):
        await page.until(f"{FIGURES}.some(m => (m.text || '').startsWith({text!r}))")


async def test_a_misroute_is_a_click_away(page: Tab, tab: Tab) -> None:
    """It leads to the episode, which says why it went there and what would have changed that."""
    await page.sees("Misroutes to read", "too high")
    await tab.goto(await page.run(f"{LINK}.href"))
    await tab.sees("Where its calls were routed", "cheapest_good_enough", "if quality_target")


async def test_a_canary_shows_its_evidence(page: Tab) -> None:
    """By metric, with the limits at which it is rolled back, and what became of others."""
    await page.sees(
        f"Evidence of {POOLED}", "p, valid at any look", CANARY, "rolled back", "itself"
    )
    await page.sees("Quality by tenant", "dune", "echo", "5.30")
    await page.until(f"{FIGURES}.some(m => (m.label || {{}}).value === 'worse: for one tenant')")


async def test_a_run_leads_to_its_own_decisions(site: Site, tab: Tab) -> None:
    """The router's, over that run alone, and back; its own page has the link (a unit test)."""
    await tab.goto(site.page(f"router?run={ROUTED}"))
    await tab.sees(f"Router {ROUTER}", "In run", ROUTED, "9.2 to 40.5 %")


async def test_an_unknown_router_is_said(site: Site, tab: Tab) -> None:
    """With those that are known."""
    await tab.goto(site.page("router?name=none"))
    await tab.sees("no router 'none' has decided anything", ROUTER)


async def test_an_episode_of_a_tier_that_was_down_says_so(site: Site, tab: Tab) -> None:
    """The failover, the bound, and both calls."""
    await tab.goto(site.page(f"episode?id=ep-{ROUTED[-4:]}{10:016x}"))
    await tab.sees("failover, 2 calls", "low without the bound down", "token_count")
