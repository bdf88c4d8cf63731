"""A classifier learns what the rows say, and nothing else."""

import numpy as np
import pytest

from engine.contracts import ModelRequest, RouteAsk, RoutedRow, user
from engine.errors import BadInput
from engine.routing.calibration import area, log_loss, temperature
from engine.routing.classifier import LinearClassifier
from engine.routing.features import features
from engine.routing.grid import out_of_fold
from engine.routing.novelty import quantile
from engine.routing.training import FEWEST, train
from tests.unit.routing.conftest import Letters, made


def stated(model, text):
    ask = RouteAsk(request=ModelRequest(messages=(user(text),)))
    return LinearClassifier(model, Letters()).forecast(features(ask), text)


def test_what_is_hard_is_told(trained):
    """The small model's probability falls with what makes it fail; the large one's does not."""
    easy, hard = (stated(trained, text).probabilities for text in ("aaa", "aaa" + " 12" * 7))
    assert easy["small"] > 0.8
    assert hard["small"] < 0.4
    assert abs(easy["large"] - hard["large"]) < 0.2


def test_the_card_says_how_well(trained):
    """Out of fold, beside the base rate, with the diagram and its error."""
    small = next(one for one in trained.card.figures if one.model == "small")
    assert small.log_loss < small.base_log_loss
    assert small.auc > 0.65
    assert small.ece < 0.15
    assert sum(part.size for part in small.bins) == small.rows == 200


def test_training_is_the_same_again(rows, trained):
    """Byte for byte, of the same rows and seed."""
    assert train(rows, Letters(), data="made up", trained_at=1.0) == trained


def test_labels_without_meaning_are_not_believed():
    """Where outcomes are drawn by lot, the figures out of fold say that nothing was learned."""
    rng = np.random.default_rng(1)
    lots = [
        RoutedRow(prompt=row.prompt, outcomes={"m": float(rng.random() < 0.5)})
        for row in made(200, 1)
    ]
    figures = train(lots, None, data="", trained_at=0.0).card.figures[0]
    assert figures.log_loss > figures.base_log_loss - 0.02


def test_a_held_out_row_is_foreseen_without_it():
    """Its own outcome does not move what is said of it out of fold."""
    rng = np.random.default_rng(0)
    points, outcomes = rng.normal(size=(60, 3)), (rng.random(60) < 0.5).astype(float)
    other = outcomes.copy()
    other[7] = 1 - other[7]
    one, two = (out_of_fold(points, marks, 0.1, seed=0) for marks in (outcomes, other))
    assert one[7] == two[7]
    assert (one != two).any()


def test_a_share_counts_as_good_and_bad_answers():
    """Of four tries three: as if the row came four times."""
    rows = made(80)
    shares = [RoutedRow(prompt=row.prompt, outcomes={"m": 0.75}) for row in rows]
    model = train(shares, None, data="", trained_at=0.0)
    assert stated(model, "aaa").probabilities["m"] == pytest.approx(0.75, abs=0.02)


def test_too_few_rows_are_refused():
    """With how many there are, and how many it takes."""
    with pytest.raises(BadInput, match=f"3 of large.*at least {FEWEST}"):
        train(made(3), None, data="", trained_at=0.0)


def test_a_temperature_mends_confidence():
    """Log odds three times too far out are divided by three; their order stays."""
    rng = np.random.default_rng(0)
    odds = rng.normal(size=4000)
    outcomes = (rng.random(4000) < 1 / (1 + np.exp(-odds))).astype(float)
    heat = temperature(3 * odds, outcomes)
    assert heat == pytest.approx(3, rel=0.1)
    assert log_loss(3 * odds / heat, outcomes) < log_loss(3 * odds, outcomes)


@pytest.mark.parametrize(
    ("scores", "good", "expected"),
    [
        ([1, 2, 3, 4], [0, 0, 1, 1], 1.0),
        ([4, 3, 2, 1], [0, 0, 1, 1], 0.0),
        ([1, 1, 1, 1], [0, 1, 0, 1], 0.5),
        ([1, 2, 2, 3], [0, 0, 1, 1], 0.875),
        ([1, 2], [1, 1], None),
    ],
)
def test_area_under_roc(scores, good, expected):
    """How often a good answer is above a bad one, ties one half."""
    assert area(np.array(scores, float), np.array(good, bool)) == expected


def test_what_was_never_seen_is_new(trained):
    """A text among those of training is nearer than most; one of other letters is the farthest."""
    near, far = stated(trained, "aaa").novelty, stated(trained, "zzz").novelty
    assert near < 0.9
    assert far == 1.0


def test_novelty_is_a_quantile():
    """Of the distances of held-out rows; none of equally far ones lies nearer."""
    distances = [float(at) for at in range(101)]
    assert [quantile(at, distances) for at in (-1, 50, 200)] == [0, 0.5, 1]
    assert quantile(1e-9, [0.0] * 90 + [1.0] * 11) == 0
