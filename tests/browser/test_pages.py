"""What each page shows, in a real browser."""

import pytest

from tests.browser.cdp import Tab
from tests.browser.conftest import Site
from tests.browser.samples import HOSTILE, facts_of
from tests.browser.world import BASELINE, BROKEN, FINISHED, IMPORTED, RICH, RUNNING, running_sample

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_overview_lists_runs_with_their_progress(site: Site, tab: Tab) -> None:
    """A run that is going on says how far it is; a finished one its score."""
    await tab.goto(site.page(""))
    await tab.sees(RUNNING, "of 12", FINISHED, "58.3 %", "running")


async def test_overview_lists_failures(site: Site, tab: Tab) -> None:
    """An episode that ended with an error is named with its reason."""
    await tab.goto(site.page(""))
    await tab.sees(BROKEN, "model_timeout", "no answer in 60 s")


async def test_a_page_follows_a_run_that_is_going_on(site: Site, tab: Tab) -> None:
    """Facts added while the page is open appear without a reload."""
    await tab.goto(site.page(f"run?id={RUNNING}"))
    await tab.sees("2 of 12 episodes")
    with site.store.recorder() as recorder:
        recorder.add(*facts_of(running_sample(2)))
    await tab.sees("3 of 12 episodes")


async def test_a_run_shows_scores_beside_its_baseline(site: Site, tab: Tab) -> None:
    """Families, intervals, both standard errors, and pass^k where tasks were repeated."""
    await tab.goto(site.page(f"run?id={FINISHED}"))
    await tab.sees("extraction", "clustered by task", "naive", "pass^k", "k = 2", "0.1667")
    names = "Bokeh.documents.flatMap(d => [...d._all_models.values()])"
    await tab.until(f"{names}.some(m => m.label && m.label.value === 'constant')")


async def test_a_flaky_task_leads_to_an_episode_of_either_kind(site: Site, tab: Tab) -> None:
    """What passes in one epoch and fails in another stands with both, a click away."""
    await tab.goto(site.page(f"run?id={FINISHED}"))
    await tab.sees("Flaky tasks", "policy-02", "1 of 2", "9.5 to 90.5 %")
    await tab.click("a", "ep-aaaa0000000000000005")
    await tab.sees("Transcript", "Answer 5.")


async def test_a_run_shows_what_it_was_made_with(site: Site, tab: Tab) -> None:
    """Provenance is there by name, and nothing unknown is a zero."""
    await tab.goto(site.page(f"run?id={FINISHED}"))
    await tab.sees("git_commit", "0123abc", "suite_hash", "packages.polars", "unknown")


async def test_a_runs_episodes_are_links(site: Site, tab: Tab) -> None:
    """A click on one opens it."""
    await tab.goto(site.page(f"run?id={FINISHED}"))
    await tab.click("a", RICH)
    await tab.sees("Transcript", "front_desk")


async def test_a_recorded_run_has_no_times(site: Site, tab: Tab) -> None:
    """The time of an import is not passed off as the run's, and unknown costs say so."""
    await tab.goto(site.page(f"run?id={IMPORTED}"))
    await tab.sees("recorded elsewhere, taken in from tau-bench", "unknown", "–")  # noqa: RUF001


async def test_an_episode_is_a_timeline(site: Site, tab: Tab) -> None:
    """Arguments and results, the handoff, the error, tokens and latency stand in order."""
    await tab.goto(site.page(f"episode?id={RICH}"))
    await tab.sees("handoff to refunds", "as expected", "120 + 20 tokens", "250 ms")
    text = await tab.text()
    parts = ['"order": "A-17"', '"total": 42.5', "Thirty days.", "Handed over", "model_garbled"]
    assert [part for part in parts if part not in text] == []
    assert sorted(parts, key=text.index) == parts


async def test_a_worker_stands_below_its_supervisor(site: Site, tab: Tab) -> None:
    """Its steps are set in under the step that asked."""
    await tab.goto(site.page(f"episode?id={RICH}"))
    await tab.sees("librarian")
    left = "__all('.step').find(n => n.textContent.includes('{}')).getBoundingClientRect().x"
    worker, supervisor = left.format("4 · librarian"), left.format("2 · front_desk")
    await tab.until(f"{supervisor} > 0 && {worker} > {supervisor}")


async def test_episodes_are_leafed_through(site: Site, tab: Tab) -> None:
    """The next episode is one click away, in the order of tasks and epochs."""
    await tab.goto(site.page(f"episode?id={RICH}"))
    await tab.click("a", "next episode")
    await tab.sees("extraction-00, epoch 1", "previous episode")


async def test_contracts_lists_unknown_fields(site: Site, tab: Tab) -> None:
    """Each by sender and place, with its count and the run that saw it last."""
    await tab.goto(site.page("contracts"))
    await tab.sees("/usage/queue_time", "/choices/*/reasoning", "11", FINISHED)


async def test_a_violation_leads_to_its_episode(site: Site, tab: Tab) -> None:
    """Boundary, code and what was expected stand beside a link."""
    await tab.goto(site.page("contracts"))
    await tab.sees("model.answer", "model_garbled", "a valid string, not an array")
    await tab.click("a", RICH)
    await tab.sees("Transcript", "front_desk")


@pytest.mark.parametrize(
    "path", ["", f"run?id={FINISHED}", f"episode?id={RICH}", "runs", "contracts"]
)
async def test_what_models_say_is_text(site: Site, tab: Tab, path: str) -> None:
    """A script in a transcript, a verdict, an error, a note or a tag is shown, never run."""
    site.store.tag(FINISHED, HOSTILE)
    await tab.goto(site.page(path))
    await tab.sees(HOSTILE)
    assert await tab.run("window.stolen === undefined && !__all('img[src=x]').length")


@pytest.mark.parametrize("path", ["run?id=run-none", "episode"])
async def test_an_unknown_id_is_a_message(site: Site, tab: Tab, path: str) -> None:
    """A page says what it does not find, and where to go on."""
    await tab.goto(site.page(path))
    await tab.sees("no run" if path.startswith("run") else "no episode", "All runs")


async def test_runs_are_searched(site: Site, tab: Tab) -> None:
    """What does not fit goes, and the address keeps the choice."""
    await tab.goto(site.page("runs"))
    await tab.sees("7 runs.")
    await tab.type("input[placeholder^=id]", "constant")
    await tab.sees("1 run.", BASELINE)
    await tab.until("location.search === '?search=constant'")


async def test_filters_come_from_the_address(site: Site, tab: Tab) -> None:
    """A view can be sent on as a link."""
    await tab.goto(site.page("runs?status=running"))
    await tab.sees("1 run.", RUNNING)
    await tab.choose("status", "any")
    await tab.sees("7 runs.")
