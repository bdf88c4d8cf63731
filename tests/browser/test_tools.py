"""The Tools page, over tools that were called, and beside a process that calls one now."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from engine.tools import Answer, Held, KeyedCall
from tests.browser.cdp import Tab
from tests.browser.conftest import Site
from tests.browser.server import Address, serving
from tests.browser.tool_world import fill_tools
from workbench.bootstrap.tool_state import ToolState
from workbench.settings import Settings
from workbench.store import Store

pytestmark = pytest.mark.asyncio(loop_scope="session")
WHY = "input[placeholder='why, if you like']"
REASON = "input[placeholder^='why: a reason']"
CALLED_S = 30.0


@dataclass(frozen=True, slots=True)
class Shop:
    """A server over a home, and what a process that calls `find_order` writes down."""

    server: Address
    home: Path
    log: Path

    def page(self, parameters: str = "") -> str:
        """The page with these in its address."""
        return self.server.page(f"tools{parameters}")

    async def calls(self, code: str) -> None:
        """Wait until the latest call came to that."""
        until = time.monotonic() + CALLED_S
        while not self.log.exists() or self.log.read_text().split()[-1:] != [code]:
            assert time.monotonic() < until, f"no call came to {code}"
            await asyncio.sleep(0.05)  # a real process can only be polled

    def audits(self) -> list[tuple[str, str, str]]:
        """Subject, action and author of each."""
        with Store.open(Settings(home=self.home)) as store:
            return store.sql("SELECT subject, action, author FROM audits").rows()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    """Everything an hour ago, and one process at work."""
    home, log = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("log") / "calls"
    await fill_tools(Settings(home=home))
    command = [sys.executable, "-m", "tests.browser.tool_caller", str(home), str(log)]
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    caller = await asyncio.create_subprocess_exec(*command, env=here)
    try:
        async with serving(home) as server:
            yield Shop(server, home, log)
    finally:
        caller.kill()
        await caller.wait()


async def test_a_home_without_tools_says_so(site: Site, tab: Tab) -> None:
    """Where they will appear, and what is not there."""
    await tab.goto(site.page("tools"))
    await tab.sees("No guarded tool has been called yet", "Nothing waits", "No saga", "No call")


async def test_tools_sagas_and_calls_stand_on_the_page(shop: Shop, tab: Tab) -> None:
    """The live process with its slots; what waits; markup is shown as it is."""
    await shop.calls("ok")
    await tab.goto(shop.page())
    await tab.sees("shop/stock read only open", "parked saga trip-of-cid", "<img src=x")
    await tab.sees("call in doubt 14", "in doubt acme book_flight trip-of-eve/flight")
    await tab.until(
        "__all('tr').some(r => /find_order.*closed.*\\s10\\s.*3\\.0/s.test(r.innerText))"
    )


async def test_a_trip_stops_the_calls_of_a_running_process(shop: Shop, tab: Tab) -> None:
    """Until it is reset; each is an audit row of the person at the page."""
    await shop.calls("ok")
    await tab.goto(shop.page("?tool=shop/find_order"))
    await tab.sees("By process")
    await tab.type(WHY, "drill")
    await tab.click("button", "Trip")
    await tab.sees("trip: the breaker is forced open", "held open by hand", "drill")
    await shop.calls("breaker_open")
    await tab.click("button", "Reset")
    await tab.sees("reset: the breaker is closed")
    await shop.calls("ok")
    assert {("shop/find_order", "trip", "tester"), ("shop/find_order", "reset", "tester")} <= set(
        shop.audits()
    )


async def test_a_parked_saga_is_drawn_and_decided(shop: Shop, tab: Tab) -> None:
    """Its steps in a picture; not without a reason."""
    await tab.goto(shop.page("?saga=trip-of-cid"))
    await tab.sees("undoes what it has done", "fare is not refundable")
    await tab.until("__all('canvas').length > 0")
    await tab.click("button", "Give up")
    await tab.sees("write the reason first")
    await tab.type(REASON, "we pay for it")
    await tab.click("button", "Give up")
    await tab.sees("failed: the saga is compensating", "given up", "we pay for it")
    assert ("trip-of-cid", "failed", "tester") in shop.audits()


async def test_a_call_in_doubt_gets_the_answer_that_a_person_has_seen(shop: Shop, tab: Tab) -> None:
    """Its next caller is given it, and the tool is not called."""
    await tab.goto(shop.page("?call=13"))
    await tab.sees("It may have had its effect", '"order": "odd-1"')
    await tab.type("input[placeholder^='of done']", '"refund r-1"')
    await tab.type(REASON, "in the books")
    await tab.click("button", "Mark as done")
    await tab.sees("done: the call is done", "marked as done", "in the books")

    async def never(_held: Held) -> str:
        raise AssertionError("called")

    with closing(ToolState.of(shop.home)) as state:
        entry = state.journal.get(13)
        key = entry.model_copy()
        call = KeyedCall(key, entry.arguments)  # type: ignore[arg-type]
        assert await state.calls().call(call, never) == Answer("refund r-1", replayed=True)


async def test_the_journal_is_filtered_and_turned(shop: Shop, tab: Tab) -> None:
    """By state and by key, which stand in the address; page by page."""
    await tab.goto(shop.page())
    await tab.sees("trip-of-ann/car")
    await tab.click("button", "Older")
    await tab.sees('{"order":"3","cents":300}')
    await tab.choose("state", "compensated")
    await tab.until("!__text().includes('trip-of-ann/car')")
    await tab.sees("trip-of-bob/flight")
    assert "state=compensated" in await tab.run("location.search")
    await tab.goto(shop.page("?key=trip-of-eve"))
    await tab.until("!__text().includes('trip-of-bob/')")
    await tab.sees("in doubt acme book_flight trip-of-eve/flight")


async def test_what_is_not_there_is_said(shop: Shop, tab: Tab) -> None:
    """With the names there are."""
    await tab.goto(shop.page("?tool=shop/odd"))
    await tab.sees("no tool 'shop/odd' has been called", "shop/find_order, shop/refund")
