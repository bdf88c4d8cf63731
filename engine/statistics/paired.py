"""The mean difference of two series over the same tasks."""

import math
from collections.abc import Hashable, Sequence
from typing import Final, NamedTuple

from engine.statistics.clustered import clustered_standard_error
from engine.statistics.intervals import t_interval
from engine.statistics.mean import mean

_ROUNDING: Final = 1e-12
"""An error that is a smaller part of the largest difference comes of adding up."""


class Difference(NamedTuple):
    """A mean difference in the unit of the values; nan where undefined."""

    mean: float
    error: float
    """Standard error, clustered by task."""
    low: float
    high: float
    tasks: int
    pairs: int


def paired_difference(
    one: Sequence[float],
    other: Sequence[float],
    tasks: Sequence[Hashable],
    confidence: float = 0.95,
) -> Difference:
    """The mean of `other` minus `one` over pairs, such as the epochs of tasks tried by both.

    With d the differences and G tasks, the error is CR0 * sqrt(G / (G - 1)) of the mean of d, the
    interval Student's with G - 1 degrees of freedom (Liang and Zeger, 1986; Miller, 2024). Error
    and interval are nan of fewer than two tasks, the interval also where all tasks differ alike:
    there nothing is known of their spread. Raises ValueError where the lengths differ.
    """
    apart = [b - a for a, b in zip(one, other, strict=True)]
    centre, count = mean(apart), len(set(tasks))
    error = clustered_standard_error(apart, tasks)
    largest = max(map(abs, apart), default=0.0)
    spread = error if error > _ROUNDING * largest else math.nan
    low, high = t_interval(centre, spread, count - 1, confidence)
    return Difference(centre, error, low, high, count, len(apart))
