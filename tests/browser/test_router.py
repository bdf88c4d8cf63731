"""The Router page, and the decision on an episode's page, in a real browser."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.browser.cdp import Tab
from tests.browser.routed import CANARY, ROUTER, fill_canaries, fill_routes
from tests.browser.server import Address, serving
from workbench.settings import Settings
from workbench.store import Store

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def routed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Address]:
    """Dashboards over a home in which a router was used."""
    home: Path = tmp_path_factory.mktemp("routed")
    with Store.open(Settings(home=home)) as store:
        fill_routes(store)
        fill_canaries(store, Settings(home=home))
    async with serving(home) as server:
        yield server


async def test_a_misroute_leads_to_its_decision(routed: Address, tab: Tab) -> None:
    """From the rate to the row, the episode, and there what would have changed the decision."""
    await tab.goto(routed.page("router"))
    await tab.sees(f"Router {ROUTER}", "20.8 %", "9.2 to 40.5 %", CANARY, "rolled_back")
    names = "Bokeh.documents.flatMap(d => [...d._all_models.values()])"
    await tab.until(f"{names}.some(m => m.label && m.label.value === 'other targets')")
    await tab.click("a", "routed")
    await tab.sees("Where its calls were routed", "What would have changed it", "token_count")
    assert await tab.run("__all('nav a.here')[0].textContent") == "Runs"
