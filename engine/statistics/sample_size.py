"""How many tasks it takes to see a difference of two runs."""

from typing import Final

from scipy.special import nctdtr, stdtrit

_FEWEST: Final = 2
"""One task has no spread."""
_MOST: Final = 100_000_000
"""Above this a difference is as good as none."""


def paired_power(tasks: int, difference: float, deviation: float, alpha: float = 0.05) -> float:
    """The chance that a two-sided paired t test over that many tasks sees the difference.

    With T of the noncentral t distribution with G - 1 degrees of freedom and noncentrality
    sqrt(G) * difference / deviation, the chance that |T| > t(1 - alpha / 2). `deviation` is that
    of the tasks' own differences. Raises ValueError for what is not positive. (Cohen, 1988.)
    """
    if tasks < _FEWEST or deviation <= 0 or not 0 < alpha < 1:
        raise ValueError("power needs two tasks, a deviation above 0, and alpha between 0 and 1")
    freedom, noncentrality = tasks - 1, abs(difference) / deviation * tasks**0.5
    bound = float(stdtrit(freedom, 1 - alpha / 2))
    # The lower tail as the upper one of the mirrored distribution: as it is, it can come out nan.
    tails = (float(nctdtr(freedom, side, bound)) for side in (noncentrality, -noncentrality))
    return sum(1 - below for below in tails)


def paired_sample_size(
    difference: float, deviation: float, *, power: float = 0.8, alpha: float = 0.05
) -> int | None:
    """The fewest tasks with which the difference is seen with that power, see `paired_power`.

    None for a difference of 0, or so small that 100 million tasks do not show it. Raises
    ValueError where `power` is not between `alpha` and 1.
    """
    if not alpha < power < 1:
        raise ValueError(f"power has to be between {alpha} and 1, not {power}")
    if difference == 0:
        return None
    high = _FEWEST
    while paired_power(high, difference, deviation, alpha) < power:
        high *= 2
        if high > _MOST:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        enough = middle >= _FEWEST and paired_power(middle, difference, deviation, alpha) >= power
        low, high = (low, middle) if enough else (middle, high)
    return high
