"""Several judges as one."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import lsq_linear

from engine.errors import BadInput
from engine.evals.jury import (
    Jury,
    accuracy,
    best_single,
    fit_dawid_skene,
    fit_regression,
    majority,
)

NAMES = ("sound", "fair", "coin", "contrary")
VOTES = st.lists(st.lists(st.sampled_from((-1.0, 0.0, 1.0)), min_size=3, max_size=3), min_size=2)


def judged(items: int, seed: int = 0) -> tuple[list[list[float]], list[int]]:
    """Votes of four judges that are right in 95, 70, 50 and 10 of 100 items, and the labels."""
    rng = random.Random(seed)
    labels = [rng.choice((1, -1)) for _ in range(items)]
    chances = (0.95, 0.7, 0.5, 0.1)
    return [[y if rng.random() < p else -y for p in chances] for y in labels], labels


def share(jury: Jury, votes: list[list[float]], labels: list[int]) -> float:
    """How often a jury is right."""
    return sum(accuracy(jury.decide(votes), labels)) / len(labels)


def test_a_majority_counts_heads() -> None:
    """Every judge weighs the same, and an even split is a tie."""
    assert majority("abc").decide([[1, 1, -1], [-1, -1, 1], [1, -1, 0]]) == [1, -1, 0]


@given(VOTES, st.randoms(use_true_random=False))
def test_no_weight_is_negative(votes: list[list[float]], rng: random.Random) -> None:
    """Whatever the votes, with labels and without; and weights add up to 1."""
    labels = [rng.choice((1, -1)) for _ in votes]
    for jury in (fit_regression("abc", votes, labels), fit_dawid_skene("abc", votes)):
        assert min(jury.weights) >= 0
        assert sum(jury.weights) == pytest.approx(1)


@pytest.mark.parametrize("ridge", [0.5, 10.0, 200.0])
def test_the_regression_is_the_constrained_least_squares(ridge: float) -> None:
    """An independent solver of the same problem finds the same weights."""
    votes, labels = judged(60)
    rows = [*votes, *([ridge**0.5 * (i == j) for j in range(4)] for i in range(4))]
    found = lsq_linear(rows, [*labels, 0, 0, 0, 0], bounds=(0, float("inf")), tol=1e-14).x
    ours = fit_regression(NAMES, votes, labels, ridge=ridge).weights
    assert ours == pytest.approx(tuple(found / found.sum()), abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_who_is_right_is_heard(seed: int) -> None:
    """The regression follows the sound judge most and the contrary one not at all."""
    votes, labels = judged(200, seed)
    weights = dict(zip(NAMES, fit_regression(NAMES, votes, labels).weights, strict=True))
    assert weights["sound"] == max(weights.values())
    assert weights["contrary"] == 0


@pytest.mark.parametrize("seed", range(3))
def test_dawid_and_skene_need_no_labels(seed: int) -> None:
    """Where most judges do better than chance, the better ones are found by how they agree."""
    rng = random.Random(seed)
    labels = [rng.choice((1, -1)) for _ in range(1000)]
    chances = (0.95, 0.8, 0.65, 0.5)
    votes = [[y if rng.random() < p else -y for p in chances] for y in labels]
    weights = fit_dawid_skene(NAMES, votes).weights
    assert list(weights) == sorted(weights, reverse=True)


def test_a_jury_beats_the_majority_it_is_drawn_from() -> None:
    """Weights from one half of the items are right more often on the other."""
    votes, labels = judged(400)
    jury = fit_regression(NAMES, votes[:200], labels[:200])
    held_out = votes[200:], labels[200:]
    assert share(jury, *held_out) > share(majority(NAMES), *held_out)


def test_the_best_single_judge_is_the_one_most_often_right() -> None:
    """A judge that says nothing of an item is half right there; the first of equals is taken."""
    votes = [[1.0, 0.0, 1.0], [-1.0, 0.0, -1.0], [-1.0, 0.0, -1.0]]
    assert best_single("abc", votes, [1, -1, 1]).weights == (1, 0, 0)


def test_a_tie_is_half_right() -> None:
    """A coin would decide it."""
    assert accuracy([1, -1, 0, 0.5], [1, 1, 1, 1]) == [1, 0, 0.5, 0.75]


def test_where_no_judge_is_of_use_all_are_heard() -> None:
    """Judges that are always wrong give no weights to tell apart."""
    jury = fit_regression("ab", [[-1, -1], [1, 1]] * 4, [1, -1] * 4)
    assert jury.weights == (0.5, 0.5)


@pytest.mark.parametrize(
    ("votes", "labels", "message"),
    [
        ([], [], "2 columns"),
        ([[1.0]], [1], "2 columns"),
        ([[1.0, 3.0]], [1], "between -1 and 1"),
        ([[1.0, float("nan")]], [1], "between -1 and 1"),
        ([[1.0, 1.0]], [2], "labels are 1"),
        ([[1.0, 1.0]], [1, 1], "one for each of the 1 items"),
    ],
    ids=str,
)
@pytest.mark.parametrize("fit", [fit_regression, best_single])
def test_unusable_votes_and_labels(
    fit: Callable[..., Jury], votes: list[list[float]], labels: list[int], message: str
) -> None:
    """They are refused with what they should be."""
    with pytest.raises(BadInput, match=message):
        fit("ab", votes, labels)


@pytest.mark.parametrize("weights", [[1.5, -0.5], [0.5, 0.4], [1.0]], ids=str)
def test_a_jury_is_sound(weights: list[float]) -> None:
    """Stored weights are checked when they are read."""
    with pytest.raises(BadInput, match="weight"):
        Jury.parse({"judges": ["a", "b"], "weights": weights, "method": "by hand"})
