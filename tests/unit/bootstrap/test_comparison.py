"""Two runs of a store compared."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from engine.clock import ManualClock
from engine.contracts import Provenance, Run, RunEnd, user
from engine.errors import BadInput, NotFound
from tests.browser.samples import START, Sample, a_run, facts_of, step
from tests.browser.world import BASELINE, FINISHED, RUNNING, fill
from workbench.bootstrap.comparison import Comparison, compare_runs
from workbench.bootstrap.points import conclusion, families_apart, remarks
from workbench.store import Store

Evaluate = Callable[..., list[str]]


@pytest.fixture
def store() -> Iterator[Store]:
    """One of everything that pages show, in memory."""
    with Store.memory(clock=ManualClock(START)) as made:
        fill(made)
        yield made


def a_new(name: str, suite_hash: str = "5" * 32, **given: Any) -> Run:
    """A run like the finished one, told from others by the end of its id."""
    run = a_run(f"run-20260106-080000-{name}", "default", "large", 24)
    return run.model_copy(update={"provenance": Provenance(suite_hash=suite_hash), **given})


def recorded(store: Store, run: Run, passed: list[bool], **given: Any) -> str:
    """The run, finished, with an episode for each verdict, two epochs a task; gives its id."""
    with store.recorder() as recorder:
        recorder.add(run, RunEnd(run_id=run.run_id, status="finished", ended_at=START + 9e5))
        for number, verdict in enumerate(passed):
            recorder.add(*facts_of(Sample(run, number, "policy", number % 2, verdict, **given)))
    return run.run_id


def judge(store: Store, run: Run, episodes: int, scorer: str) -> None:
    """A further scorer whom no episode of the run satisfies."""
    named = {"scorer": scorer, "passed": False, "value": 0.0}
    with store.recorder() as recorder:
        for number in range(episodes):
            *_, score = facts_of(Sample(run, number, "policy", number % 2, passed=False))
            recorder.add(score.model_copy(update=named))


def asked(store: Store, run: Run, question: str) -> str:
    """The run, finished, with one task that was put in these words; gives its id."""
    sample = Sample(run, 0, "policy", 0, passed=True)
    _, *rest = facts_of(sample)
    with store.recorder() as recorder:
        recorder.add(run, RunEnd(run_id=run.run_id, status="finished", ended_at=START + 9e5))
        recorder.add(step(sample, 0, "input", (user(question),), (START, START)), *rest)
    return run.run_id


def test_the_runs_are_paired_by_task_and_epoch(store: Store) -> None:
    """Each sample that both have counts once; the second less the first is the difference."""
    found = compare_runs(store, FINISHED, BASELINE)
    row = found.families.to_dicts()[0]
    assert (row["family"], row["tasks"], row["pairs"]) == ("all", 6, 12)
    assert row["difference"] == pytest.approx(1 / 12 - 7 / 12)
    assert (found.left_out_a, found.left_out_b, found.notes) == (0, 0, ())


def test_tasks_name_the_episodes_that_differ(store: Store) -> None:
    """Of a lost task the first epoch in which the first run passes and the second does not."""
    tasks = compare_runs(store, FINISHED, BASELINE).tasks
    assert tasks["outcome"].to_list() == ["lost"] * 5 + ["tied"]
    row = tasks.filter(task_id="triage-04").to_dicts()[0]
    assert (row["a"], row["b"], row["epochs"]) == (1, 0, 2)
    assert row["episode_a"] == "ep-aaaa0000000000000009"
    assert row["episode_b"] == "ep-bbbb0000000000000009"


def test_an_unknown_cost_has_no_difference(store: Store) -> None:
    """It is not taken for 0; times are compared all the same."""
    cost, time = compare_runs(store, FINISHED, BASELINE).effort.to_dicts()
    assert (cost["measure"], cost["difference"]) == ("cost_usd", None)
    assert (time["measure"], time["a"], time["difference"]) == ("duration_s", 3.0, 0.0)


def test_known_costs_are_compared(store: Store) -> None:
    """The mean of an episode in each run, and what the second takes more."""
    cheap = recorded(store, a_new("eeee"), [True] * 6)
    dear = recorded(store, a_new("ffff"), [True] * 6, cost_usd=0.005)
    cost = compare_runs(store, cheap, dear).effort.to_dicts()[0]
    assert (cost["pairs"], cost["a"], cost["b"]) == (6, 0.002, 0.005)
    assert cost["difference"] == pytest.approx(0.003)


def test_samples_without_a_partner_are_counted(store: Store) -> None:
    """They are left out, and it is said how many of each run."""
    run = recorded(store, a_new("eeee"), [True] * 12)
    short = recorded(store, a_new("ffff"), [True, False] * 2)
    found = compare_runs(store, run, short)
    assert (found.families["pairs"][0], found.left_out_a, found.left_out_b) == (4, 8, 0)
    assert remarks(found) == ["Left out, for want of a partner: 8 scored samples of a, 0 of b."]


@pytest.mark.parametrize(("scorer", "difference"), [(None, 0.0), ("exact", -1.0)])
def test_one_scorer_alone(store: Store, scorer: str | None, difference: float) -> None:
    """Its verdicts count, whatever the others say; without a choice every one has to pass."""
    one, other = a_new("eeee"), a_new("ffff")
    recorded(store, one, [True] * 4)
    recorded(store, other, [False] * 4)
    judge(store, one, 4, "tone")
    found = compare_runs(store, one.run_id, other.run_id, scorer=scorer)
    assert found.families["difference"][0] == difference


def test_an_unknown_scorer(store: Store) -> None:
    """Those that there are, are named."""
    with pytest.raises(NotFound, match=r"no scorer 'tone' in .*its scorers: exact"):
        compare_runs(store, FINISHED, BASELINE, scorer="tone")


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        (FINISHED, FINISHED, "cannot be compared with itself"),
        (FINISHED, RUNNING, r"is running, 2 of 12 .*eval --resume run-20260105-100000-cccc"),
        (FINISHED, "run-none", "no run 'run-none'"),
    ],
)
def test_what_cannot_be_compared_is_said(store: Store, a: str, b: str, message: str) -> None:
    """With what to do about it."""
    with pytest.raises(BadInput, match=message):
        compare_runs(store, a, b)


def test_different_suites(store: Store) -> None:
    """Both are named."""
    run = recorded(store, a_new("eeee", suite="golden"), [True] * 4)
    with pytest.raises(BadInput, match=r"is of the suite helpdesk, run-.*-eeee of golden"):
        compare_runs(store, FINISHED, run)


def test_no_task_in_common(store: Store) -> None:
    """Runs over different tasks of a suite have nothing to compare."""
    run = recorded(store, a_new("eeee"), [])
    with pytest.raises(BadInput, match="share no scored sample"):
        compare_runs(store, FINISHED, run)


def test_a_task_of_another_version_is_refused(store: Store) -> None:
    """Where the suites' files differ, a task asked in other words is not the same task."""
    one = asked(store, a_new("eeee"), "What is 2 + 2?")
    other = asked(store, a_new("ffff", suite_hash="6" * 32), "What is 2 + 3?")
    with pytest.raises(BadInput, match="asked in other words: policy-00"):
        compare_runs(store, one, other)


def test_a_suite_that_changed_around_its_tasks_is_noted(store: Store) -> None:
    """Such as a new prompt: the comparison is made, and the reader told."""
    one = asked(store, a_new("eeee"), "What is 2 + 2?")
    other = asked(store, a_new("ffff", suite_hash="6" * 32), "What is 2 + 2?")
    [note] = compare_runs(store, one, other).notes
    assert "targets and scorers may differ" in note


def test_an_import_cannot_vouch_for_its_tasks(store: Store) -> None:
    """Whether they are the same is not recorded, and that is said."""
    one = recorded(store, a_new("eeee"), [True] * 4)
    other = recorded(store, a_new("ffff", "7" * 32, source="tau-bench"), [True] * 4)
    [note] = compare_runs(store, one, other).notes
    assert "is not known" in note


@pytest.mark.parametrize("given", [{"alpha": 0.0}, {"alpha": 5.0}, {"difference": 5.0}], ids=str)
def test_numbers_out_of_range(store: Store, given: dict[str, float]) -> None:
    """They are refused by name."""
    with pytest.raises(BadInput, match=next(iter(given))):
        compare_runs(store, FINISHED, BASELINE, **given)


def said(found: Comparison) -> str:
    """The sentences under the table."""
    return f"{conclusion(found)} {families_apart(found)}"


def test_the_conclusion_names_test_and_chance(store: Store) -> None:
    """Shares, difference in points, test and p-value; and that few tasks prove little."""
    text = said(compare_runs(store, FINISHED, BASELINE))
    assert "b passes 8.3 % and a 58.3 % of 12 samples (6 tasks)" in text
    assert "-50.0 points, 95 % interval -83.2 to -16.8" in text
    assert "permutation, exact, by task: p = 0.0625. That may be chance (at 0.05)" in text
    assert "Of 3 families, corrected by Holm, none differs." in text


def test_a_drawn_p_value_comes_with_its_error(store: Store) -> None:
    """More tasks that differ than can be counted out are drawn, and the text says how exactly."""
    one = recorded(store, a_new("eeee"), [True] * 60)
    other = recorded(store, a_new("ffff"), [n % 3 == 0 for n in range(60)])
    assert "permutation, drawn, by task: p < 0.0001 (standard error of the draws" in said(
        compare_runs(store, one, other)
    )


def test_the_evaluated_are_compared(store: Store, evaluated: Evaluate) -> None:
    """Runs of the bundled suite, as the runner records them."""
    echo, constant = evaluated("echo", "constant", limit=24)
    found = compare_runs(store, echo, constant)
    assert found.families["pairs"][0] == 24
    assert found.families["test"].unique().to_list() == ["McNemar, exact"]
