"""The Label page's state, numbers and views."""

from collections.abc import Iterator

import pytest

from engine.errors import NotFound
from engine.evals.judge.rubric import Criterion, Rubric
from tests.browser.samples import HOSTILE
from tests.browser.world import BASELINE, FINISHED, IMPORTED, fill
from workbench.bootstrap.labelling import ItemKey, Mark, rate
from workbench.bootstrap.references import References
from workbench.bootstrap.rubrics import OVERALL, Rubrics
from workbench.dashboards.numbers.rating import RatingNumbers, load_rating
from workbench.dashboards.rating_state import RatingState, following, moved, next_open
from workbench.dashboards.views.rating import draw_agreement, draw_question
from workbench.store import Store

KEYS = [ItemKey(name, "good") for name in "abcd"]
RUNS = f"{FINISHED},{BASELINE}"


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.memory() as made:
        fill(made)
        yield made


TONE = Rubric(name="tone", criteria=(Criterion(name="polite", question="Is it polite?"),))


def load(store: Store, rater: str = "ann", runs: str = RUNS, sample: int = 4) -> RatingNumbers:
    """A queue of four answers."""
    state = RatingState.of({"runs": runs, "sample": sample, "rater": rater})
    return load_rating(store, state, Rubrics(store), References(store))


def label(store: Store, rater: str, *marks: Mark) -> None:
    """Rate the first answers of the queue, as they are sorted by id."""
    items = sorted(load(store).items, key=lambda item: item.episode_id)
    for item, mark in zip(items, marks, strict=False):
        rate(store, item, OVERALL, (mark, HOSTILE), rater=rater)


@pytest.mark.parametrize(
    ("rated", "at", "found"),
    [("", None, "a"), ("a", None, "b"), ("b", "a", "c"), ("cd", "b", "a"), ("abcd", "b", None)],
)
def test_the_next_question_is_one_without_an_answer(
    rated: str, at: str | None, found: str | None
) -> None:
    """After the one on the page, then from the start."""
    done = {ItemKey(name, "good") for name in rated}
    key = next_open(KEYS, done, ItemKey(at, "good") if at else None)
    assert (key and key.episode_id) == found


@pytest.mark.parametrize(
    ("at", "steps", "found"), [(0, 1, 1), (0, -1, 0), (3, 1, 3), (None, -1, 3)]
)
def test_one_moves_within_the_queue(at: int | None, steps: int, found: int) -> None:
    """From beyond its end one comes back to the last."""
    assert moved(KEYS, None if at is None else KEYS[at], steps) == KEYS[found]


def test_marked_questions_are_gone_through_in_turn() -> None:
    """After the last of them comes the first again."""
    marked = {KEYS[1], KEYS[3]}
    assert following(KEYS, marked, KEYS[1]) == KEYS[3]
    assert following(KEYS, marked, KEYS[3]) == KEYS[1]
    assert following(KEYS, set(), KEYS[3]) is None


def test_nobody_sees_a_question_before_saying_who_they_are(store: Store) -> None:
    """There is a queue, and nothing on the page."""
    numbers = load(store, rater="")
    assert len(numbers.items) == 4
    assert numbers.question is None


def test_a_rater_goes_on_where_they_left_off(store: Store) -> None:
    """The first question without an answer of their own; others' answers do not count."""
    label(store, "ann", "yes", "no")
    numbers, other = load(store), load(store, rater="bob")
    assert len(numbers.own) == 2
    assert numbers.at not in numbers.own
    assert other.at == other.keys[0]


def test_agreement_is_hidden_until_a_rater_is_through(store: Store) -> None:
    """So that no rating depends on another's; then it is that of the queue."""
    label(store, "bob", "yes", "no", "no", "yes")
    label(store, "ann", "yes", "no", "no")
    assert load(store).agreement is None
    label(store, "ann", "yes", "no", "no", "no")
    found = load(store)
    assert found.agreement is not None
    assert found.agreement.pairs["agreed"].to_list() == [0.75]
    assert len(found.differing) == 1


def test_a_question_does_not_say_whose_answer_it_is(store: Store) -> None:
    """Run, episode, agent and model are not on the page, and the instructions are not either."""
    html = draw_question(load(store).question, 4, False, True)
    names = ("run-", "ep-", "default", "constant", "small", "You work at a customer desk")
    assert [name for name in names if name in html] == []
    assert "Question" in html


def test_what_raters_write_is_text(store: Store) -> None:
    """A script in a note is shown, never run."""
    label(store, "bob", "yes", "no", "no", "yes")
    label(store, "ann", "no", "no", "no", "no")
    html = draw_agreement(load(store))
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_a_recorded_answer_has_no_reference(store: Store) -> None:
    """Why is said."""
    question = load(store, runs=IMPORTED).question
    assert question is not None
    assert question.reference.why_not == "recorded elsewhere, by tau-bench: no target is kept"


def test_a_rubric_is_chosen_from_those_on_offer(store: Store) -> None:
    """The questions are its, and `overall` stands first among the names."""
    state = RatingState.of({"runs": RUNS, "sample": 4, "rater": "ann", "rubric": "tone"})
    numbers = load_rating(store, state, Rubrics(store, [TONE]), References(store))
    assert numbers.rubrics == ["overall", "tone"]
    assert {key.criterion for key in numbers.keys} == {"polite"}
    with pytest.raises(NotFound, match=r"no rubric 'tone' .known: overall"):
        load_rating(store, state, Rubrics(store), References(store))
