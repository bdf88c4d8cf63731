"""One server and one browser for all tests; a tab for each, which must keep to itself."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from tests.browser.cdp import CHROMIUM, Browser, Tab
from tests.browser.routed import fill_canaries, fill_routes
from tests.browser.server import Address, serving
from tests.browser.trials import fill_trials
from tests.browser.world import fill
from workbench.settings import Settings
from workbench.store import Store

_LOOPBACK = {"127.0.0.1", ""}  # the latter: data that stands in the page itself


@dataclass(frozen=True, slots=True)
class Site:
    """The server under test, and the store it reads."""

    server: Address
    store: Store

    @property
    def address(self) -> str:
        """The server's, without a path."""
        return self.server.url

    @property
    def token(self) -> str:
        """What lets in."""
        return self.server.token

    def page(self, path: str) -> str:
        """A page's address with the token."""
        return self.server.page(path)


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store on disk with one of everything, a router and its trials among them."""
    settings = Settings(home=tmp_path_factory.mktemp("home"), author="tester")
    with Store.open(settings) as made:
        fill(made)
        fill_routes(made)
        fill_canaries(made, settings)
        fill_trials(made, settings)
        yield made


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def site(store: Store) -> AsyncIterator[Site]:
    """The dashboards over that store."""
    assert store.lake.location
    async with serving(store.lake.location.home) as server:
        yield Site(server, store)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    """Headless Chromium with an empty profile."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium on the PATH")
    async with Browser(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest_asyncio.fixture(loop_scope="session")
async def tab(browser: Browser) -> AsyncIterator[Tab]:
    """A page of a test's own."""
    async with opened(browser) as made:
        yield made


@asynccontextmanager
async def opened(browser: Browser) -> AsyncIterator[Tab]:
    """A page that asks nobody but this machine for anything, and writes no error."""
    made = await browser.tab()
    await made.resize(1400, 900)
    yield made
    outside = [url for url in made.requests if (urlsplit(url).hostname or "") not in _LOOPBACK]
    errors = made.errors
    await made.close()
    assert outside == []
    assert errors == []
