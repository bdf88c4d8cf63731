"""What a person can do on the pages, and who may."""

import re

import polars as pl
import pytest
from bokeh.util.token import get_token_payload
from httpx import AsyncClient
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.browser.cdp import Tab
from tests.browser.conftest import Site
from tests.browser.world import BASELINE, FINISHED, RICH, RUNNING

pytestmark = pytest.mark.asyncio(loop_scope="session")

TICK = "input[type=checkbox]"
INPUT = "input[placeholder^=tag]"


async def select(tab: Tab, *runs: str) -> None:
    """Tick runs in the table, one after the other."""
    for run in runs:
        row = f"__all('.tabulator-row').find(n => n.textContent.includes('{run}'))"
        box = f"{row}.querySelector('{TICK}')"
        await tab.until(f"({box}.checked || {box}.click(), {box}.checked)")
        await tab.until(f"__text().split('Selected:').slice(1).join().includes('{run}')")


async def test_two_runs_are_put_side_by_side(site: Site, tab: Tab) -> None:
    """Selecting two shows how they differ, their scores, and where their configurations differ."""
    await tab.goto(site.page("runs"))
    await select(tab, FINISHED, BASELINE)
    await tab.sees("b against a, paired by task", "-83.2 to -16.8", "Tasks lost by b: 5")
    await tab.sees("Scores side by side", "Where their configurations differ", "agent_hash")


async def test_several_runs_are_drawn_against_cost_and_latency(site: Site, tab: Tab) -> None:
    """A selection of runs that cannot be drawn together says why."""
    await tab.goto(site.page("runs"))
    await select(tab, FINISHED, BASELINE)
    await tab.sees("Means an episode over the tasks that all of them have scored")
    await select(tab, RUNNING)
    await tab.sees("Score against cost and latency: run-20260105-100000-cccc is running")


async def test_keys_move_through_an_episode(site: Site, tab: Tab) -> None:
    """The end, and one step back; the state shown is that of the step."""
    await tab.goto(site.page(f"episode?id={RICH}"))
    await tab.sees("Step by step", "(1 of 8)")
    for key, shown in (("End", "(8 of 8)"), ("ArrowLeft", "(7 of 8)"), ("Home", "(1 of 8)")):
        await tab.call("Input.dispatchKeyEvent", type="keyDown", key=key, code=key)
        await tab.sees(shown)


async def test_a_tag_is_kept_with_its_author(site: Site, tab: Tab) -> None:
    """What is put on from a page stands in the store, signed."""
    await tab.goto(site.page("runs"))
    await select(tab, BASELINE)
    await tab.type(INPUT, "for-review")
    await tab.click("button", "Add tag")
    await tab.sees(f"kept on {BASELINE}")
    kept = site.store.labels(run=BASELINE).filter(pl.col("text") == "for-review")
    assert kept["author"].to_list() == ["tester"]


async def test_a_tag_is_taken_away_and_the_trail_stays(site: Site, tab: Tab) -> None:
    """A removal is a fact of its own, beside the one it takes back."""
    site.store.tag(RICH, "odd")
    await tab.goto(site.page(f"episode?id={RICH}"))
    await tab.sees("Transcript", "1 change")
    await tab.type(INPUT, "odd")
    await tab.click("button", "Remove tag")
    await tab.sees("kept on", "2 changes")
    assert site.store.labels(episode=RICH)["removed"].to_list() == [False, True]


async def test_a_note_needs_words(site: Site, tab: Tab) -> None:
    """An empty note is refused on the page."""
    await tab.goto(site.page(f"run?id={FINISHED}"))
    await tab.click("button", "Add note")
    await tab.sees("write the tag or note first")


@pytest.mark.parametrize("path", ["", "runs", "run?id=last", "metrics", "?token=wrong"])
async def test_without_the_token_nothing_is_shown(site: Site, path: str) -> None:
    """Every address answers 403."""
    async with AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{site.address}/{path}")
    assert answer.status_code == 403


async def test_without_the_token_no_socket_opens(site: Site) -> None:
    """The data's way into a page is closed as the page is."""
    url = f"{site.address.replace('http', 'ws')}/ws"
    with pytest.raises(InvalidStatus, match="403"):
        await connect(url, subprotocols=["bokeh", "x"], origin=site.address, proxy=None)


async def test_the_token_leaves_the_address(site: Site, tab: Tab) -> None:
    """It stands in a cookie after the first visit, which no script can read."""
    await tab.goto(site.page("runs?status=running"))
    assert await tab.run("location.search + document.cookie") == "?status=running"
    await tab.goto(f"{site.address}/")
    await tab.sees("Latest runs")


async def test_the_token_is_not_in_the_page(site: Site) -> None:
    """A page that is saved or sent on gives nobody access."""
    async with AsyncClient(trust_env=False, follow_redirects=True) as client:
        page = await client.get(site.page("runs"))
    session = re.search(r'"token":"([^"]+)"', page.text)
    assert session
    assert site.token not in page.text + str(get_token_payload(session[1]))


async def test_metrics_take_a_bearer_token(site: Site) -> None:
    """Prometheus reads them as it reads others, and the store's facts are in them."""
    header = {"Authorization": f"Bearer {site.token}"}
    async with AsyncClient(trust_env=False, headers=header) as client:
        answer = await client.get(f"{site.address}/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'steps_total{agent="librarian",kind="model"} 1.0' in answer.text


async def test_metrics_take_a_token_in_the_address(site: Site) -> None:
    """A scraper is not sent elsewhere, for it keeps no cookie."""
    async with AsyncClient(trust_env=False) as client:
        answer = await client.get(site.page("metrics"))
    assert answer.status_code == 200
