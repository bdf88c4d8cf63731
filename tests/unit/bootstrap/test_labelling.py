"""The queue of answers that people label."""

from collections.abc import Iterator

import pytest

from engine.clock import ManualClock
from engine.errors import BadInput, NotFound
from tests.browser.samples import START, a_run
from tests.browser.world import BASELINE, BROKEN, FINISHED, IMPORTED, fill
from workbench.bootstrap.labelling import Item, Mark, Selection, queue, rate, withdraw
from workbench.bootstrap.rubrics import OVERALL
from workbench.store import Store
from workbench.store.queries import ratings

BOTH = Selection(runs=(FINISHED, BASELINE))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START + 1e6)


@pytest.fixture(scope="module")
def filled() -> Iterator[Store]:
    """One of everything that pages show, in memory; nothing is added to it."""
    with Store.memory() as made:
        fill(made)
        yield made


@pytest.fixture
def store() -> Iterator[Store]:
    """The same, to add to."""
    with Store.memory() as made:
        fill(made)
        yield made


def ids(items: tuple[Item, ...]) -> list[str]:
    """Whose answers they are, in order."""
    return [item.episode_id for item in items]


def test_a_queue_mixes_the_runs(filled: Store) -> None:
    """Neither run's answers stand together: the order says nothing of where they come from."""
    runs = [item.run_id for item in queue(filled, BOTH, "ann")]
    assert (runs.count(FINISHED), runs.count(BASELINE)) == (11, 12)
    assert len({*runs[:8]}) == len({*runs[-8:]}) == 2


def test_raters_have_the_same_answers_in_their_own_order(filled: Store) -> None:
    """And each the same order whenever they come back."""
    ann, bob = (ids(queue(filled, BOTH, rater)) for rater in ("ann", "bob"))
    assert sorted(ann) == sorted(bob)
    assert ann != bob
    assert ann == ids(queue(filled, BOTH, "ann"))


def test_a_sample_is_the_same_for_every_rater(filled: Store) -> None:
    """Else there would be nothing to agree about; another seed draws others."""
    drawn = [
        sorted(ids(queue(filled, Selection(runs=BOTH.runs, sample=6, seed=seed), rater)))
        for seed, rater in ((0, "ann"), (0, "bob"), (1, "ann"))
    ]
    assert len(drawn[0]) == 6
    assert drawn[0] == drawn[1] != drawn[2]


def test_an_episode_that_failed_has_no_answer_to_label(filled: Store) -> None:
    """It is not asked for."""
    assert BROKEN not in ids(queue(filled, BOTH, "ann"))


def test_a_suite_means_all_its_runs(filled: Store) -> None:
    """Without a name it is the suite that was used last."""
    runs = {item.run_id for item in queue(filled, Selection(), "ann")}
    assert {FINISHED, BASELINE, IMPORTED} < runs


def test_runs_of_two_suites_are_refused(store: Store) -> None:
    """One rubric rarely fits both; the suites are named."""
    run = a_run("run-20260107-080000-eeee", "default", "small", 48)
    other = run.model_copy(update={"suite": "tone"})
    with store.recorder() as recorder:
        recorder.add(other)
    with pytest.raises(BadInput, match="several suites: helpdesk, tone"):
        queue(store, Selection(runs=(FINISHED, other.run_id)), "ann")


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        (Selection(suite="golf"), "no run is of the suite 'golf'"),
        (Selection(runs=("run-none",)), "no run 'run-none'"),
        (Selection(sample=0), "a sample of 0"),
    ],
)
def test_what_cannot_be_labelled_is_said(filled: Store, selection: Selection, message: str) -> None:
    """By name."""
    with pytest.raises((BadInput, NotFound), match=message):
        queue(filled, selection, "ann")


def say(store: Store, clock: ManualClock, item: Item, mark: Mark, rater: str = "ann") -> None:
    """A press, a second after what was before it."""
    clock.advance(1)
    rate(store, item, OVERALL, (mark, " because "), rater=rater, clock=clock)


@pytest.mark.parametrize(
    ("mark", "value", "verdict"), [("no", 0.0, False), ("partly", 0.5, False), ("yes", 1.0, True)]
)
def test_a_press_is_a_rating(
    store: Store, clock: ManualClock, mark: Mark, value: float, *, verdict: bool
) -> None:
    """With rubric, criterion, note and rater; partly good is not good enough."""
    item = queue(store, BOTH, "ann")[0]
    say(store, clock, item, mark)
    [row] = ratings.standing(store.lake).to_dicts()
    assert (row["value"], row["passed"], row["note"]) == (value, verdict, "because")
    assert (row["rubric_hash"], row["criterion"]) == (OVERALL.hash, "good_enough")
    assert (row["episode_id"], row["run_id"]) == (item.episode_id, item.run_id)


def test_the_latest_word_of_a_rater_counts(store: Store, clock: ManualClock) -> None:
    """The earlier one stays in the trail; another rater's is another's."""
    item = queue(store, BOTH, "ann")[0]
    for mark, rater in (("yes", "ann"), ("no", "bob"), ("no", "ann")):
        say(store, clock, item, mark, rater)  # type: ignore[arg-type]
    found = ratings.standing(store.lake).select("rater", "passed").rows()
    assert found == [("bob", False), ("ann", False)]
    assert ratings.every(store.lake).height == 3


def test_what_is_taken_back_no_longer_counts(store: Store, clock: ManualClock) -> None:
    """Until the rater says something anew."""
    item = queue(store, BOTH, "ann")[0]
    say(store, clock, item, "yes")
    clock.advance(1)
    withdraw(store, item, OVERALL, rater="ann", clock=clock)
    assert ratings.standing(store.lake).is_empty()
    say(store, clock, item, "no")
    assert ratings.standing(store.lake)["passed"].to_list() == [False]


def test_first_words_stay_beside_the_latest(store: Store, clock: ManualClock) -> None:
    """What was said before anything was talked over; what was taken back is no first word."""
    one, other = queue(store, BOTH, "ann")[:2]
    for item, mark in ((one, "no"), (one, "yes"), (other, "no")):
        say(store, clock, item, mark)  # type: ignore[arg-type]
    clock.advance(1)
    withdraw(store, other, OVERALL, rater="ann", clock=clock)
    say(store, clock, other, "yes")
    found = ratings.standing(store.lake, first=True).select("episode_id", "passed").rows()
    assert found == [(one.episode_id, False), (other.episode_id, True)]
