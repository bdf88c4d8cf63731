"""Confidence held against what was right."""

import math

import pytest

from engine.statistics import calibration_error, reliability


def test_bins_are_of_equal_width_and_empty_ones_left_out() -> None:
    """A confidence of 1 belongs to the last bin."""
    bins = reliability([0.05, 0.95, 1.0], [False, True, False])
    assert [(b.size, b.confidence, b.accuracy) for b in bins] == [
        (1, 0.05, 0.0),
        (2, pytest.approx(0.975), 0.5),
    ]


def test_the_error_is_weighed_by_statements() -> None:
    """3 of 4 at 0.9 and 1 of 1 at 0.5: (4 * 0.15 + 0.5) / 5."""
    bins = reliability([0.9] * 4 + [0.5], [True, True, True, False, True])
    assert calibration_error(bins) == pytest.approx(0.22)


def test_nothing_said_has_no_error() -> None:
    """No statement, no figure."""
    assert math.isnan(calibration_error(reliability([], [])))


def test_a_confidence_lies_between_0_and_1() -> None:
    """Anything else is refused."""
    with pytest.raises(ValueError, match="no confidence"):
        reliability([1.2], [True])
