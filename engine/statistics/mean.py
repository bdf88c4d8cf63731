"""The mean of values and its standard error when they are independent."""

import math
from collections.abc import Sequence


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean; nan of no values."""
    return math.fsum(values) / len(values) if values else math.nan


def standard_error(values: Sequence[float]) -> float:
    """The sample standard deviation (n - 1) over sqrt(n); nan of fewer than two values.

    Too small where several values come from one task: see `clustered_standard_error`.
    """
    count = len(values)
    if count < 2:  # noqa: PLR2004 - one value has no spread
        return math.nan
    centre = mean(values)
    squares = math.fsum((value - centre) ** 2 for value in values)
    return math.sqrt(squares / (count - 1) / count)
