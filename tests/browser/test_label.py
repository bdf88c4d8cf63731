"""The Label page: two people judge the same answers with the keyboard."""

import polars as pl
import pytest

from tests.browser.cdp import Tab
from tests.browser.conftest import Site
from tests.browser.world import BASELINE, FINISHED, IMPORTED, RUNNING
from workbench.store.queries import ratings

pytestmark = pytest.mark.asyncio(loop_scope="session")

RUNS = f"runs={FINISHED},{BASELINE}"
EVERYTHING = """
    Bokeh.documents.flatMap(d => [...d._all_models.values()])
        .filter(m => m.type !== 'panel.models.location.Location')
        .flatMap(m => Object.values(m.attributes)).filter(v => typeof v === 'string')
        .join(' ') + __text()
"""  # the address alone names the runs


def said(site: Site, rater: str) -> list[float]:
    """What counts of a rater's ratings, the oldest first."""
    found = ratings.standing(site.store.lake).filter(pl.col("rater") == rater)
    return found["value"].to_list()


async def label(tab: Tab, site: Site, rater: str, keys: str, runs: str = RUNS) -> None:
    """Open the queue and press a key for each answer, once the answer is on the page."""
    await tab.goto(site.page(f"label?{runs}&sample={len(keys)}&rater={rater}"))
    for place, key in enumerate(keys, 1):
        await tab.sees(f"{place} of {len(keys)} ·")
        await tab.press(key)
    await tab.sees("Every question is answered.")


async def test_each_press_is_kept_and_leads_on(site: Site, tab: Tab) -> None:
    """1, 2, 3, y and n are ratings under the rater's name, in the order they were pressed."""
    await label(tab, site, "kim", "123yn")
    assert said(site, "kim") == [0.0, 0.5, 1.0, 1.0, 0.0]
    await tab.until("location.search.includes('rater=kim')")


async def test_a_rater_goes_on_where_they_left_off(site: Site, tab: Tab) -> None:
    """What is rated stays rated; what was skipped comes back in the end."""
    page = site.page(f"label?{RUNS}&sample=3&rater=lou")
    await tab.goto(page)
    for place, key in ((1, "s"), (2, "y")):
        await tab.sees(f"{place} of 3 ·")
        await tab.press(key)
    await tab.sees("3 of 3 ·")
    await tab.goto(page)
    await tab.sees("1 of 3 ·")
    assert said(site, "lou") == [1.0]


async def test_a_press_is_taken_back(site: Site, tab: Tab) -> None:
    """The key u undoes the latest rating and shows its answer again; j and k only move."""
    await tab.goto(site.page(f"label?{RUNS}&sample=3&rater=max"))
    for seen, key in (("1 of 3 ·", "y"), ("2 of 3 ·", "j"), ("3 of 3 ·", "k"), ("2 of 3 ·", "u")):
        await tab.sees(seen)
        await tab.press(key)
    await tab.sees("1 of 3 ·")
    assert said(site, "max") == []


async def test_a_note_is_kept_with_the_press(site: Site, tab: Tab) -> None:
    """Letters typed into it press nothing; Escape leaves the field."""
    await tab.goto(site.page(f"label?{RUNS}&sample=2&rater=noa"))
    await tab.sees("1 of 2 ·")
    await tab.press("c")
    for letter in "nay":
        await tab.press(letter)
    await tab.press("Escape")
    await tab.press("n")
    await tab.sees("2 of 2 ·")
    rows = ratings.standing(site.store.lake).filter(pl.col("rater") == "noa")
    assert rows.select("value", "note").rows() == [(0.0, "nay")]


async def test_two_raters_see_how_far_they_agree(site: Site, tab: Tab) -> None:
    """Only once both are through, with the answers on which they differ."""
    await label(tab, site, "ann", "yyyy", f"runs={IMPORTED}")
    await tab.sees("Nobody else has rated one of these answers yet.")
    await tab.goto(site.page(f"label?runs={IMPORTED}&sample=4&rater=bob"))
    for place, key in enumerate("nyyy", 1):
        await tab.sees(f"{place} of 4 ·", "Shown when you have answered every question")
        await tab.press(key)
    await tab.sees("75.0 %", "Cohen's kappa", "Krippendorff's alpha", "Where raters differ: 1")


async def test_a_disagreement_is_resolved(site: Site, tab: Tab) -> None:
    """The key d leads to it, a new press replaces the old one, and the table says so."""
    await label(tab, site, "eva", "yy", f"runs={RUNNING}")
    await label(tab, site, "fay", "ny", f"runs={RUNNING}")
    await tab.press("d")
    await tab.sees("1 of 2 ·")
    await tab.press("y")
    await tab.sees("Where raters differ: 0", "latest 2 100.0 %", "first 2 50.0 %")
    assert said(site, "fay") == [1.0, 1.0]


async def test_the_page_does_not_say_whose_answer_it_is(site: Site, tab: Tab) -> None:
    """Neither in its text nor anywhere in its documents: no run, episode, agent or model."""
    await tab.goto(site.page(f"label?{RUNS}&sample=4&rater=gil"))
    await tab.sees("1 of 4 ·", "2 runs of helpdesk")
    text = str(await tab.run(EVERYTHING))
    assert "Question" in text
    assert [name for name in ("run-2", "ep-", "constant", "small ") if name in text] == []


async def test_without_a_name_nothing_is_asked(site: Site, tab: Tab) -> None:
    """A rater says who they are, and begins."""
    await tab.goto(site.page(f"label?{RUNS}&sample=2&rater=ida"))
    await tab.sees("1 of 2 ·")
    await tab.type("input[type=text]", "x")
    await tab.sees("rated by")
    await tab.until("location.search.includes('x')")
