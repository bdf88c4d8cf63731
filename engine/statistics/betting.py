"""Tests that may be looked at after every outcome: the wealth of one who bets against them.

A value whose mean is at most 0 if the hypothesis holds is bet on with a stake that is fixed before
it is seen. The wealth, the product of 1 + stake x value, is then a supermartingale: that it ever
reaches 1 / alpha has a chance of alpha at most (Ville, 1939). So whoever rejects at that point is
wrong that seldom, however often they look and whatever the distribution, if its range is bounded
(Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting", 2023). Two arms
drawn with a known chance give such a value by the doubly robust difference (Waudby-Smith et al.,
"Anytime-valid off-policy inference for contextual bandits", 2022).

All functions work on numbers and on arrays of them, element by element.
"""

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

CAUTION: Final = 0.5
"""Of what could be lost at most by one outcome, so much is staked: wealth never falls to 0."""
SHRINK: Final = 50
"""Outcomes of mean 0 that the estimate of the mean begins with; without, the first would decide."""


class Guess(NamedTuple):
    """What the mean of each arm is taken for, from outcomes before."""

    canary: Numbers
    control: Numbers


def difference(
    harm: Numbers, treated: npt.NDArray[np.bool_], share: Numbers, guess: Guess, ratio: float = 1.0
) -> Numbers:
    """For each outcome a value whose mean is the canary's less `ratio` times control's.

    `share` is the chance with which it was drawn as a canary. What `guess` says changes how far
    the values scatter, and never their mean.
    """
    canary = (harm - guess.canary) / share
    control = ratio * (harm - guess.control) / (1 - share)
    return guess.canary - ratio * guess.control + np.where(treated, canary, -control)


def extremes(share: Numbers, guess: Guess, ratio: float = 1.0) -> tuple[Numbers, Numbers]:
    """The least and the greatest that `difference` can give, harm being from 0 to 1."""
    base = guess.canary - ratio * guess.control
    low = np.minimum(-guess.canary / share, -ratio * (1 - guess.control) / (1 - share))
    high = np.maximum((1 - guess.canary) / share, ratio * guess.control / (1 - share))
    return base + low, base + high


def stake(count: Any, total: Any, squares: Any, loss: Any) -> Numbers:
    """How much to bet on the next value, from those before: their count, sum and sum of squares.

    The mean over the mean square (aGRAPA), which lets wealth grow fastest where it is right;
    never so much that an outcome of `-loss`, the worst one, takes more than `CAUTION` of it.
    """
    mean = np.asarray(total, dtype=float) / (np.asarray(count) + SHRINK)
    square = np.asarray(squares, dtype=float) / np.maximum(count, 1)
    best = np.divide(mean, square, out=np.zeros_like(mean), where=square > 0)
    limit = CAUTION / np.maximum(loss, 1e-12)
    return np.asarray(np.clip(best, 0.0, limit), dtype=float)


def growth(stakes: Numbers, values: Numbers) -> Numbers:
    """What each value adds to the natural logarithm of the wealth."""
    return np.asarray(np.log1p(stakes * values), dtype=float)
