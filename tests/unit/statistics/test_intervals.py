"""Confidence intervals."""

import math

import pytest
from scipy.stats import t
from statsmodels.stats.proportion import proportion_confint

from engine.statistics import t_interval, wilson_interval


@pytest.mark.parametrize("freedom", [1, 2, 9, 49, 1000])
@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95, 0.999])
def test_t(freedom: int, confidence: float) -> None:
    """The interval is Student's."""
    expected = t.interval(confidence, freedom, loc=0.4, scale=0.05)
    assert t_interval(0.4, 0.05, freedom, confidence) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("error", "freedom"), [(math.nan, 5), (0.1, 0)])
def test_t_of_nothing(error: float, freedom: int) -> None:
    """Without a standard error or degree of freedom there is no interval."""
    assert all(map(math.isnan, t_interval(0.4, error, freedom)))


@pytest.mark.parametrize(("passed", "count"), [(0, 1), (0, 20), (7, 20), (20, 20), (1, 1000)])
@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_wilson(passed: int, count: int, confidence: float) -> None:
    """The interval is Wilson's."""
    expected = proportion_confint(passed, count, 1 - confidence, method="wilson")
    ours = wilson_interval(passed, count, confidence)
    assert ours == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("count", range(1, 30))
def test_wilson_stays_within(count: int) -> None:
    """None or all passed ends at exactly 0 or 1, and no interval leaves that range."""
    assert wilson_interval(0, count).low == 0.0
    assert wilson_interval(count, count).high == 1.0


def test_wilson_of_nothing() -> None:
    """No trials have no interval."""
    assert all(map(math.isnan, wilson_interval(0, 0)))


@pytest.mark.parametrize(("passed", "count"), [(-1, 3), (4, 3)])
def test_wilson_of_no_share(passed: int, count: int) -> None:
    """A count outside the trials is an error."""
    with pytest.raises(ValueError, match="is no share"):
        wilson_interval(passed, count)


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95.0])
def test_confidence(confidence: float) -> None:
    """Confidence lies between 0 and 1."""
    with pytest.raises(ValueError, match="confidence"):
        wilson_interval(1, 2, confidence)
