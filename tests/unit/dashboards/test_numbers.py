"""What pages ask of the store."""

from html import escape

import pytest

from engine.errors import NotFound
from tests.browser.world import BASELINE, BROKEN, FINISHED, IMPORTED, RICH, RUNNING
from workbench.bootstrap.comparison import compare_runs
from workbench.bootstrap.points import conclusion
from workbench.dashboards.numbers.contracts import load_contracts
from workbench.dashboards.numbers.episode import load_episode
from workbench.dashboards.numbers.golden import load_golden
from workbench.dashboards.numbers.overview import load_overview
from workbench.dashboards.numbers.run import load_run
from workbench.dashboards.numbers.runs import load_runs
from workbench.dashboards.state import RunsState
from workbench.dashboards.views.contracts import (
    draw_contracts_tiles,
    draw_unknown,
    draw_violations,
)
from workbench.dashboards.views.golden import draw_golden_tasks, draw_golden_tiles
from workbench.dashboards.views.rows import episodes_table, run_rows, runs_table
from workbench.dashboards.views.runs import draw_paired
from workbench.store import Store


def test_overview_has_runs_failures_and_spend(store: Store) -> None:
    """Every table has what the store holds."""
    numbers = load_overview(store)
    assert numbers.latest["run_id"].to_list() == [IMPORTED, RUNNING, BASELINE, FINISHED]
    assert numbers.failures["episode_id"].to_list() == [BROKEN]
    assert numbers.spend["episodes"].sum() == 30


def test_an_empty_store_has_an_overview() -> None:
    """The first visit comes before the first run."""
    with Store.memory() as store:
        numbers = load_overview(store)
        assert (numbers.latest.height, numbers.spend.height) == (0, 0)
        assert runs_table(numbers.latest).height == 0


@pytest.mark.parametrize(
    ("state", "found"),
    [
        (RunsState(status="running"), [RUNNING]),
        (RunsState(agent="default"), [RUNNING, FINISHED]),
        (RunsState(agent="default", model="small"), [FINISHED]),
        (RunsState(tag="nightly"), [FINISHED]),
        (RunsState(search="TAU-BENCH"), [IMPORTED]),
        (RunsState(suite="none"), []),
    ],
)
def test_runs_are_those_that_fit(store: Store, state: RunsState, found: list[str]) -> None:
    """Each filter narrows; all of them hold together."""
    assert load_runs(store, state).listed["run_id"].to_list() == found


def test_two_selected_runs_are_compared(store: Store) -> None:
    """In the order of their selection, the second against the first; one or three are not."""
    two = load_runs(store, RunsState(selected=(FINISHED, BASELINE))).two
    assert two
    assert two.comparison
    assert (two.comparison.a, two.comparison.b) == (FINISHED, BASELINE)
    assert two.board["run_id"].unique(maintain_order=True).to_list() == [FINISHED, BASELINE]
    assert "agent_hash" in two.differences["name"].to_list()
    assert load_runs(store, RunsState(selected=(FINISHED,))).two is None


def test_what_cannot_be_compared_stands_side_by_side(store: Store) -> None:
    """With the reason in place of a test."""
    two = load_runs(store, RunsState(selected=(FINISHED, RUNNING))).two
    assert two
    assert two.comparison is None
    assert "is running" in draw_paired(two.comparison, two.refused)


def test_the_page_shows_what_the_command_does(store: Store) -> None:
    """The same comparison: difference, p-value, conclusion, and links to episodes that differ."""
    two = load_runs(store, RunsState(selected=(FINISHED, BASELINE))).two
    assert two
    html = draw_paired(two.comparison, "")
    assert "-83.2 to -16.8" in html
    assert escape(conclusion(compare_runs(store, FINISHED, BASELINE))) in html
    assert 'href="episode?id=ep-aaaa0000000000000009"' in html
    assert 'href="episode?id=ep-bbbb0000000000000009"' in html


def test_a_run_comes_with_its_baselines(store: Store) -> None:
    """Those over the same samples, after the run itself."""
    board = load_run(store, FINISHED).board
    assert board["run_id"].unique(maintain_order=True).to_list() == [FINISHED, BASELINE]


def test_an_episode_knows_its_neighbours(store: Store) -> None:
    """In the run's order; the first has none before it."""
    numbers = load_episode(store, RICH)
    assert (numbers.before, numbers.after) == (None, BROKEN)


def test_an_unknown_episode_is_not_found(store: Store) -> None:
    """The page gets an error that says so."""
    with pytest.raises(NotFound, match="no episode"):
        load_episode(store, "ep-none")


def test_the_time_of_an_import_is_not_the_runs(store: Store) -> None:
    """A recorded run has neither start nor duration, its episodes none either."""
    row = run_rows(load_overview(store).latest)[0]
    assert (row["run_id"], row["started_at"], row["duration_s"]) == (IMPORTED, None, None)
    table = episodes_table(load_run(store, IMPORTED).episodes)
    assert table["duration_s"].null_count() == table.height


def test_contracts_has_fields_and_violations(store: Store) -> None:
    """The most frequent field first; a violation once, with the episode it ended."""
    numbers = load_contracts(store)
    assert numbers.unknown["count"].to_list() == [11, 7, 1]
    [violation] = numbers.violations.to_dicts()
    assert (violation["count"], violation["episodes"]) == (1, [RICH])


def test_an_empty_store_has_a_contracts_page() -> None:
    """Both tables say what would stand there."""
    with Store.memory() as store:
        numbers = load_contracts(store)
        assert "Here would stand" in draw_unknown(numbers.unknown)
        assert "Here would stand" in draw_violations(numbers.violations)
        assert "0</b>" in draw_contracts_tiles(numbers.unknown, numbers.violations)


def test_an_empty_store_has_a_golden_page() -> None:
    """It says how a first draft is made."""
    with Store.memory() as store:
        tasks = load_golden(store).tasks
        assert "workbench golden add" in draw_golden_tasks(tasks)
        assert draw_golden_tiles(tasks).count("<b>0</b>") == 4


def test_labels_are_those_of_their_own(store: Store) -> None:
    """A run's tags are not its episodes', and the trail names who put them there."""
    labels = load_run(store, FINISHED).labels
    assert labels.standing["kind"].to_list() == ["tag", "note"]
    assert set(labels.history["author"]) == {"tester"}
    assert load_episode(store, RICH).labels.standing.is_empty()
