"""What another policy would have earned, from a log of choices with their propensities."""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from engine.statistics.bootstrap import Estimate
from engine.statistics.intervals import t_interval

Numbers = npt.NDArray[np.float64]


class Weights(NamedTuple):
    """How much rests on how few rows."""

    effective: float
    """Kish's effective sample size: (sum of weights)² / sum of squared weights."""
    largest: float


def ips(weights: Numbers, rewards: Numbers, confidence: float = 0.95) -> Estimate:
    """Inverse propensity scores: the mean of weight x reward (Horvitz and Thompson, 1952).

    A weight is the chance that the policy would have made the choice, over its propensity.
    Unbiased; nan of no row, without an interval of one.
    """
    return mean_estimate(weights * rewards, confidence)


def snips(weights: Numbers, rewards: Numbers, confidence: float = 0.95) -> Estimate:
    """Self-normalised: over the sum of weights (Swaminathan and Joachims, 2015).

    Less scattered than `ips`, with a bias that vanishes as rows grow; the interval is by the delta
    method. nan where no weight is above 0.
    """
    total = float(weights.sum())
    if total <= 0:
        return Estimate(math.nan, math.nan, math.nan)
    value = float(weights @ rewards) / total
    error = math.sqrt(float(((weights * (rewards - value)) ** 2).sum())) / total
    low, high = t_interval(value, error, len(weights) - 1, confidence)
    return Estimate(value, low, high)


def doubly_robust(
    weights: Numbers,
    rewards: Numbers,
    chosen: Numbers,
    expected: Numbers,
    confidence: float = 0.95,
) -> Estimate:
    """A model's prediction, corrected where the log knows better (Dudík, Langford and Li, 2011).

    `chosen` is what the model predicts for the choice that was made, `expected` for what the policy
    would choose, weighted by its chances. Right where either the propensities or the model are; the
    model has to be fitted on other rows than it predicts for.
    """
    return mean_estimate(expected + weights * (rewards - chosen), confidence)


def weights_of(target: Numbers, propensity: Numbers) -> tuple[Numbers, Weights]:
    """The weight of each row, and how far they can be relied on."""
    weights = np.asarray(target / propensity, dtype=float)
    square = float(weights @ weights)
    effective = float(weights.sum()) ** 2 / square if square > 0 else 0.0
    return weights, Weights(effective, float(weights.max(initial=0.0)))


def mean_estimate(values: Numbers, confidence: float = 0.95) -> Estimate:
    """The mean with Student's t interval; nan of no value, no interval of fewer than two."""
    if not len(values):
        return Estimate(math.nan, math.nan, math.nan)
    value = float(values.mean())
    error = float(values.std(ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else math.nan
    low, high = t_interval(value, error, len(values) - 1, confidence)
    return Estimate(value, low, high)
