"""Mean and the standard error of independent values."""

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.statistics import mean, standard_error

VALUES = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30)


@given(VALUES)
def test_against_the_standard_library(values: list[float]) -> None:
    """The standard error is the sample deviation over the root of n."""
    expected = statistics.stdev(values) / math.sqrt(len(values))
    assert standard_error(values) == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_mean_keeps_small_terms() -> None:
    """Adding up does not lose small terms beside large ones."""
    assert mean([1e16, 1.0, -1e16]) == pytest.approx(1 / 3)


@pytest.mark.parametrize("values", [[], [1.0]])
def test_too_few(values: list[float]) -> None:
    """Fewer than two values have no standard error."""
    assert math.isnan(standard_error(values))


def test_mean_of_nothing() -> None:
    """No values have no mean."""
    assert math.isnan(mean([]))
