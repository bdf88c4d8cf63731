"""Confidence intervals of means and shares."""

import math
from typing import NamedTuple

from scipy.special import ndtri, stdtrit


class Interval(NamedTuple):
    """The ends of an interval, in the unit of the estimate."""

    low: float
    high: float


def t_interval(
    centre: float, standard_error: float, degrees_of_freedom: int, confidence: float = 0.95
) -> Interval:
    """Student's t interval; of a mean clustered in G groups with G - 1 degrees of freedom.

    (nan, nan) where there is no standard error or no degree of freedom. The ends are not cut to
    the range of scores.
    """
    if math.isnan(standard_error) or degrees_of_freedom < 1:
        return Interval(math.nan, math.nan)
    half = float(stdtrit(degrees_of_freedom, _upper(confidence))) * standard_error
    return Interval(centre - half, centre + half)


def wilson_interval(passed: int, count: int, confidence: float = 0.95) -> Interval:
    """Wilson's score interval of a share, for independent trials (Wilson, 1927).

    (nan, nan) of no trials; raises ValueError where `passed` is not within 0 and `count`.
    """
    if not 0 <= passed <= count:
        raise ValueError(f"{passed} of {count} is no share")
    if count == 0:
        return Interval(math.nan, math.nan)
    z = float(ndtri(_upper(confidence)))
    share, weight = passed / count, z * z / count
    centre = (share + weight / 2) / (1 + weight)
    half = math.sqrt(share * (1 - share) * weight + weight * weight / 4) / (1 + weight)
    return Interval(centre - half, 1.0 if passed == count else centre + half)


def _upper(confidence: float) -> float:
    """The quantile of a two-sided interval's upper end."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence has to be between 0 and 1, not {confidence}")
    return (1 + confidence) / 2
