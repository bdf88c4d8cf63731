"""What a judge beside people comes to, and when that is enough."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from engine.evals.calibrating import Figures, Labelled, Thresholds, figures, why_not


def item(at: int, truth: str, said: str, **more: object) -> Labelled:
    one = Labelled(f"i{at}", f"t{at}", truth, said, confidence=0.8, length=float(at % 7))
    return replace(one, **more)  # type: ignore[arg-type]


def sheet(right: int, wrong: int) -> list[Labelled]:
    """So many right and wrong words, half of each on answers that pass."""
    words = ("pass", "fail")
    good = [item(at, words[at % 2], words[at % 2]) for at in range(right)]
    return good + [item(right + at, words[at % 2], words[1 - at % 2]) for at in range(wrong)]


def of(items: Sequence[Labelled], **more: object) -> Figures:
    return figures(items, resamples=200, **more)  # type: ignore[arg-type]


def test_agreement_is_as_counted() -> None:
    """Accuracy, kappa and the confusion matrix are those of the words."""
    found = of(sheet(60, 20))
    assert (found.accuracy.value, found.kappa.value) == (0.75, pytest.approx(0.5))
    assert [(c.truth, c.said, c.count) for c in found.confusion] == [
        ("pass", "pass", 30),
        ("pass", "fail", 10),
        ("fail", "pass", 10),
        ("fail", "fail", 30),
    ]


def test_intervals_hold_their_estimate() -> None:
    """Each interval lies around its figure, and is the same each time."""
    found = of(sheet(60, 20))
    for figure in (found.accuracy, found.kappa, found.alpha):
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low < (figure.value or 0) < figure.high
    assert found == of(sheet(60, 20))


def test_epochs_of_a_task_make_an_interval_no_shorter() -> None:
    """The same answers four times over are no more labels: tasks are what is drawn."""
    once, often = of(sheet(30, 10)), of(sheet(30, 10) * 4)
    assert often.accuracy.low == pytest.approx(once.accuracy.low, abs=0.03)


def test_confidence_is_held_against_what_was_right() -> None:
    """Eight of ten right at 80 % is well calibrated; at 100 % it is two tenths off."""
    assert of(sheet(80, 20)).ece == pytest.approx(0.0)
    sure = [replace(i, confidence=1.0) for i in sheet(80, 20)]
    assert of(sure).ece == pytest.approx(0.2)


def test_a_taste_for_length_is_seen() -> None:
    """A judge that passes what is long, whatever people say, is biased; a fair one is not."""
    words = ("pass", "fail")
    long = [item(at, words[at // 7 % 2], "pass" if at % 7 > 3 else "fail") for at in range(140)]
    assert (of(long).length_bias.low or 0) > 0.3
    assert of(sheet(80, 0)).length_bias.value is None


def test_labels_that_length_gives_away_show() -> None:
    """Where people pass what is long, counting letters is right on tasks it has not seen."""
    items = [item(at, "pass" if at % 7 > 3 else "fail", "pass") for at in range(140)]
    assert of(items).baselines["length"] == 1.0


def test_disagreements_come_surest_first() -> None:
    """What to read is listed, and what is agreed on is not."""
    items = [*sheet(10, 2), item(99, "pass", "fail", confidence=0.99)]
    assert [d.item for d in of(items).disagreements] == ["i99", "i10", "i11"]


def test_pairs_show_what_the_order_did() -> None:
    """Inconsistent pairs are ties, half right, and their share is told."""
    tie = item(0, "1", "tie", consistent=False, first_shown=1.0)
    found = of([tie, item(1, "2", "2", first_shown=0.5)], kind="pair")
    assert (found.accuracy.value, found.inconsistent) == (0.75, 0.5)
    assert found.first_shown is not None
    assert found.first_shown.value == 0.75


def test_a_judge_that_agrees_may_gate() -> None:
    """Enough labels, a kappa surely above the bound, and better than any baseline."""
    assert why_not(of(sheet(90, 10))) == ""


@pytest.mark.parametrize(
    ("found", "threshold"),
    [
        (of(sheet(40, 0)), "min_labels"),
        (of([i for i in sheet(200, 0) if i.truth == "pass"]), "min_each"),
        (of(sheet(60, 40)), "min_kappa_low"),
        (of(sheet(90, 10), failed=10), "max_failed"),
        (of([item(at, "1", "1", consistent=False) for at in range(60)], kind="pair"), "max_incons"),
    ],
)
def test_each_threshold_is_named_where_it_is_missed(found: Figures, threshold: str) -> None:
    """A judge that may not gate is told why, by the threshold's name."""
    assert threshold in why_not(found)


def test_a_judge_has_to_beat_the_baselines() -> None:
    """Where nearly all answers pass, saying so of all is no skill."""
    items = [item(at, "pass" if at % 10 else "fail", "pass") for at in range(100)]
    assert "not surely above what majority" in why_not(of(items), Thresholds(min_kappa_low=-1.0))


def test_nothing_judged_is_nothing_known() -> None:
    """No item has no figure, and gates nothing."""
    found = of([])
    assert (found.labels, found.accuracy.value, found.ece) == (0, None, None)
    assert why_not(found)
