"""The population stability index: how far a distribution has moved from what it was."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_PSEUDO = 0.5


def population_stability(expected: Sequence[float], actual: Sequence[float]) -> float:
    """PSI of two histograms over the same bins, from their counts: the symmetrised divergence.

    Below 0.1 is read as stable, above 0.25 as moved (Lewis, "An Introduction to Credit Scoring",
    1994). It is not 0 for samples of one distribution: it has a mean of about (bins - 1) x
    (1 / expected + 1 / actual) then (Yurdakul and Naranjo, 2020), see `psi_noise`. Half an outcome
    is added to each bin, as an empty one would make it infinite. nan where either has no outcome;
    raises ValueError where the numbers of bins differ.
    """
    if len(expected) != len(actual):
        raise ValueError(f"{len(expected)} bins beside {len(actual)}")
    if not sum(expected) or not sum(actual):
        return math.nan
    before, after = _shares(expected), _shares(actual)
    return float(np.sum((after - before) * np.log(after / before)))


def psi_noise(bins: int, expected: float, actual: float) -> tuple[float, float]:
    """Mean and standard deviation of the index where nothing has moved: a scaled chi-square."""
    if not expected or not actual:
        return math.nan, math.nan
    scale = 1 / expected + 1 / actual
    return (bins - 1) * scale, math.sqrt(2 * (bins - 1)) * scale


def quantile_edges(values: Sequence[float], bins: int = 10) -> tuple[float, ...]:
    """Inner edges of bins that hold equally many of the values; fewer where values are tied.

    Below the least and above the greatest of them lies one more, for what was never seen.
    """
    if not len(values):
        return ()
    inner = np.quantile(values, np.linspace(0, 1, bins + 1)[1:-1])
    below = np.nextafter(min(values), -np.inf)
    return tuple(float(edge) for edge in np.unique([below, *inner, max(values)]))


def histogram(values: Sequence[float], edges: Sequence[float]) -> tuple[int, ...]:
    """How many values lie in each bin: one more than there are edges; an edge is of the lower."""
    places = np.searchsorted(edges, values, side="left")
    return tuple(int(count) for count in np.bincount(places, minlength=len(edges) + 1))


def _shares(counts: Sequence[float]) -> npt.NDArray[np.float64]:
    smoothed = np.asarray(counts, dtype=float) + _PSEUDO
    return np.asarray(smoothed / smoothed.sum())
