"""The Router page, and the decision on an episode's page, in a real browser."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.browser.cdp import Tab
from tests.browser.conftest import Site
from tests.browser.routed import CANARY, ROUTED, ROUTER, fill_canaries, fill_routes
from tests.browser.server import serving
from workbench.settings import Settings
from workbench.store import Store

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """The dashboards over a store of a router, with a canary that was rolled back."""
    settings = Settings(home=tmp_path_factory.mktemp("home"), author="tester")
    with Store.open(settings) as store:
        fill_routes(store)
        fill_canaries(store, settings)
        async with serving(settings.home) as server:
            yield Site(server, store)


async def test_the_page_shows_tiers_and_what_routing_buys(site: Site, tab: Tab) -> None:
    """Figures are drawn, metrics named; each tier alone and the oracle stand beside the router."""
    await tab.goto(site.page("router"))
    await tab.sees(f"Router {ROUTER}", "router_misroute_rate", "20.8 %", "low alone", "oracle")
    names = "Bokeh.documents.flatMap(d => [...d._all_models.values()])"
    for text in ("Decisions by tier over time", "Quality against cost", "Episodes passed by what"):
        await tab.until(f"{names}.some(m => (m.text || '').startsWith({text!r}))")


async def test_a_misroute_is_a_click_away(site: Site, tab: Tab) -> None:
    """It leads to the episode, which says why it went there and what would have changed that."""
    await tab.goto(site.page("router"))
    await tab.sees("Misroutes to read", "too high")
    await tab.click("a", "routed")
    await tab.sees("Where its calls were routed", "cheapest_good_enough", "if quality_target")


async def test_a_canary_shows_its_evidence(site: Site, tab: Tab) -> None:
    """By metric, with the limit at which it was rolled back, and the change itself."""
    await tab.goto(site.page(f"router?name={ROUTER}&canary={CANARY}"))
    await tab.sees(f"Evidence of {CANARY}", "rolled_back", "p, valid at any look", "itself")


async def test_a_run_leads_to_its_own_decisions(site: Site, tab: Tab) -> None:
    """From its page to the router's, over that run alone, and back."""
    await tab.goto(site.page(f"run?id={ROUTED}"))
    await tab.click("a", "where its calls were routed")
    await tab.sees(f"Router {ROUTER}", "In run", ROUTED, "9.2 to 40.5 %")


async def test_an_unknown_router_is_said(site: Site, tab: Tab) -> None:
    """With those that are known."""
    await tab.goto(site.page("router?name=none"))
    await tab.sees("no router 'none' has decided anything", ROUTER)


async def test_an_episode_of_a_tier_that_was_down_says_so(site: Site, tab: Tab) -> None:
    """The failover, the bound, and both calls."""
    await tab.goto(site.page(f"episode?id=ep-{ROUTED[-4:]}{10:016x}"))
    await tab.sees("failover, 2 calls", "low without the bound down", "token_count")
