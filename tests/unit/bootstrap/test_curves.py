"""Reliability, trade-offs and stability of runs."""

from collections.abc import Iterator

import pytest

from engine.clock import ManualClock
from engine.contracts import Run, RunEnd
from engine.errors import BadInput, NotFound
from engine.statistics import wilson_interval
from tests.browser.samples import START, Sample, a_run, facts_of
from tests.browser.world import BASELINE, FINISHED, IMPORTED, RUNNING, fill
from workbench.bootstrap.curves import pareto, reliability, tradeoff
from workbench.bootstrap.stability import flaky_tasks, stability
from workbench.store import Store


@pytest.fixture(scope="module")
def filled() -> Iterator[Store]:
    """One of everything that pages show; nothing is added to it."""
    with Store.memory(clock=ManualClock(START)) as made:
        fill(made)
        yield made


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.memory(clock=ManualClock(START)) as made:
        yield made


def recorded(
    store: Store, name: str, marks: str, *, cost: float | None = 0.002, seconds: float = 3.0
) -> str:
    """A finished run with two epochs a task, y for each episode that passes; gives its id."""
    run: Run = a_run(f"run-20260106-080000-{name}", "default", name, 24, planned=len(marks))
    with store.recorder() as recorder:
        recorder.add(run, RunEnd(run_id=run.run_id, status="finished", ended_at=START + 9e5))
        for number, mark in enumerate(marks):
            given = {"cost_usd": cost, "seconds": seconds * (1 + number % 2)}
            recorder.add(*facts_of(Sample(run, number, "qa", number % 2, mark == "y", **given)))
    return run.run_id


def test_reliability_falls_with_the_number_of_tries(filled: Store) -> None:
    """pass^1 is the share passed; all of two tries pass less often, one of them more often."""
    one, two = reliability(filled, [FINISHED]).to_dicts()
    assert (one["pass_hat"], one["pass_at"]) == pytest.approx((7 / 12, 7 / 12))
    assert (two["pass_hat"], two["pass_at"]) == pytest.approx((1 / 6, 1.0))
    assert (two["at_low"], two["at_high"]) == pytest.approx(wilson_interval(6, 6))
    assert 0 <= two["hat_low"] < 1 / 6 < two["hat_high"] <= 1


def test_a_single_task_has_no_interval_between_0_and_1(store: Store) -> None:
    """There is nothing to tell its spread from; all or none passed has Wilson's."""
    run = recorded(store, "aaaa", "yn")
    first, second = reliability(store, [run]).to_dicts()
    assert (first["pass_hat"], first["hat_low"]) == (0.5, None)
    assert (second["pass_hat"], second["hat_low"]) == (0.0, 0.0)


def test_the_front_is_what_no_run_beats(store: Store) -> None:
    """A run that costs more and passes less is on no front; best scores come first."""
    best = recorded(store, "aaaa", "yyyyyn", cost=0.004, seconds=9)
    worse = recorded(store, "bbbb", "yyynnn", cost=0.005, seconds=1)
    cheap = recorded(store, "cccc", "ynnnnn", cost=0.001, seconds=3)
    points = pareto(store, [cheap, worse, best])
    assert points["run_id"].to_list() == [best, worse, cheap]
    assert points["on_cost_front"].to_list() == [True, False, True]
    assert points["on_latency_front"].to_list() == [True, True, False]


def test_means_have_intervals_clustered_by_task(store: Store) -> None:
    """Cost and latency alike; where all is alike the interval has no width."""
    [row] = pareto(store, [recorded(store, "aaaa", "yyyyyn")]).to_dicts()
    assert (row["cost_usd"], row["latency_s"]) == pytest.approx((0.002, 4.5))
    assert (row["cost_low"], row["cost_high"]) == pytest.approx((0.002, 0.002))
    assert row["latency_low"] <= 4.5 <= row["latency_high"]


def test_an_unknown_cost_is_on_no_front(filled: Store) -> None:
    """It is not taken for 0: neither is the run drawn nor does it beat another."""
    rows = {row["run_id"]: row for row in pareto(filled, [FINISHED, BASELINE]).to_dicts()}
    assert (rows[FINISHED]["cost_usd"], rows[FINISHED]["on_cost_front"]) == (None, None)
    assert (rows[BASELINE]["cost_usd"], rows[BASELINE]["on_cost_front"]) == (0.0, True)


def test_a_recording_has_no_latency(filled: Store) -> None:
    """The time of its import says nothing."""
    assert pareto(filled, [IMPORTED])["latency_s"].to_list() == [None]


def test_only_tasks_that_all_have_are_weighed(store: Store) -> None:
    """Others are counted: a run over easy tasks is not better for it."""
    long = recorded(store, "aaaa", "yynn")
    short = recorded(store, "bbbb", "yy")
    found = tradeoff(store, [long, short])
    assert found.points["passed"].to_list() == [1.0, 1.0]
    assert found.left_out == 1


@pytest.mark.parametrize(
    ("runs", "message"),
    [
        ([], "no run is named"),
        ([FINISHED, RUNNING], "is running"),
        ([FINISHED, IMPORTED], "no scored task in common"),
        (["run-none"], "no run 'run-none'"),
    ],
)
def test_what_cannot_be_drawn_together_is_said(
    filled: Store, runs: list[str], message: str
) -> None:
    """As where two runs are compared."""
    with pytest.raises((BadInput, NotFound), match=message):
        tradeoff(filled, runs)


def test_epochs_have_a_score_each(filled: Store) -> None:
    """With Wilson's interval over the tasks of the epoch."""
    first, second = stability(filled, FINISHED).epochs.to_dicts()
    assert (first["epoch"], first["passed"], first["tasks"]) == (0, 4, 6)
    assert (second["share"], second["low"]) == pytest.approx((0.5, wilson_interval(3, 6)[0]))


def test_tasks_pass_always_sometimes_or_never(store: Store) -> None:
    """Each task is one of them; shares add up to 1."""
    found = stability(store, recorded(store, "aaaa", "yyynnnny")).outcomes
    assert dict(found.select("outcome", "tasks").rows()) == {
        "always": 1,
        "sometimes": 2,
        "never": 1,
    }
    assert found["share"].sum() == 1.0


def test_a_flaky_task_has_an_episode_of_either_kind(store: Store) -> None:
    """Those that always or never pass are not among them."""
    run = recorded(store, "aaaa", "yyynnnny")
    found = flaky_tasks(store, run)
    rows = found.select("task_id", "episode_passed", "episode_failed").rows()
    ids = {row["episode_id"]: row["passed"] for row in store.episodes(run).to_dicts()}
    assert [task for task, *_ in rows] == ["qa-01", "qa-03"]
    assert [(ids[passed], ids[failed]) for _, passed, failed in rows] == [(True, False)] * 2


def test_one_epoch_tells_nothing_of_stability(store: Store) -> None:
    """No task is called flaky, nor stable."""
    run = recorded(store, "aaaa", "y")
    found = stability(store, run)
    assert found.outcomes.is_empty()
    assert found.flaky.is_empty()
