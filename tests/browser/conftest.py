"""One server and one browser for all tests; a tab for each, which must keep to itself."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from tests.browser.cdp import CHROMIUM, Browser, Tab
from tests.browser.server import Address, serving
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
    """A store on disk with one of everything."""
    home = tmp_path_factory.mktemp("home")
    with Store.open(Settings(home=home, author="tester")) as made:
        fill(made)
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
    """A page that asks nobody but this machine for anything, and writes no error."""
    opened = await browser.tab()
    await opened.resize(1400, 900)
    yield opened
    outside = [url for url in opened.requests if (urlsplit(url).hostname or "") not in _LOOPBACK]
    errors = opened.errors
    await opened.close()
    assert outside == []
    assert errors == []
