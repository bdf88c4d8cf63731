"""One server and one browser for all tests; a tab for each, which must keep to itself."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio

from tests.browser.cdp import CHROMIUM, Browser, Tab
from tests.browser.world import fill
from workbench.settings import Settings
from workbench.store import Store

_START_S = 60.0
_LOOPBACK = {"127.0.0.1", ""}  # the latter: data that stands in the page itself


@dataclass(frozen=True, slots=True)
class Site:
    """The server under test, and the store it reads."""

    address: str
    token: str
    store: Store

    def page(self, path: str) -> str:
        """A page's address with the token."""
        return f"{self.address}/{path}{'&' if '?' in path else '?'}token={self.token}"


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store on disk with one of everything."""
    home = tmp_path_factory.mktemp("home")
    with Store.open(Settings(home=home, author="tester")) as made:
        fill(made)
        yield made


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def site(store: Store) -> AsyncIterator[Site]:
    """The dashboards as a user starts them, in a process of their own."""
    assert store.lake.location
    command = Path(sys.executable).with_name("workbench")
    process = await asyncio.create_subprocess_exec(
        command,
        "--home",
        store.lake.location.home,
        "dashboards",
        "--port",
        "0",
        env={"WORKBENCH_AUTHOR": "tester", "PATH": "/usr/bin:/bin"},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    line = (await asyncio.wait_for(process.stdout.readline(), _START_S)).decode().strip()
    url = urlsplit(line)
    yield Site(f"http://{url.netloc}", parse_qs(url.query)["token"][0], store)
    process.terminate()
    await process.wait()


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
