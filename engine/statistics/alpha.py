"""Krippendorff's alpha: how far several raters agree beyond chance, some ratings missing."""

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

_Counts = npt.NDArray[np.float64]


class Alpha(NamedTuple):
    """Agreement up to 1, 0 being chance; nan where undefined."""

    value: float
    low: float
    high: float


def krippendorffs_alpha(
    units: Sequence[Sequence[Hashable | None]],
    *,
    confidence: float = 0.95,
    resamples: int = 1_000,
    seed: int = 0,
) -> Alpha:
    """Nominal alpha of the ratings of each unit, None being missing, with a bootstrap interval.

    1 - D_o / D_e, where D_o is the share of unequal pairs within units, each unit of m ratings
    weighing m, and D_e that among all n ratings paired at random (Krippendorff, 2011). Units with
    fewer than two ratings do not count. The interval is that of seeded resamples of whole units;
    resamples of one single category count as undefined. nan where all ratings are one category.
    """
    counts = _counts(units)
    rng = np.random.default_rng(seed)
    drawn = (counts[rng.integers(0, len(counts), len(counts))] for _ in range(resamples))
    values = np.array([_alpha(sample) for sample in drawn] if len(counts) else [], dtype=float)
    known = values[~np.isnan(values)]
    if not len(known):
        return Alpha(_alpha(counts), math.nan, math.nan)
    low, high = np.quantile(known, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Alpha(_alpha(counts), float(low), float(high))


def _counts(units: Sequence[Sequence[Hashable | None]]) -> _Counts:
    """How often each unit was given each category: a row a unit with two ratings or more."""
    rows = [Counter(rating for rating in unit if rating is not None) for unit in units]
    paired = [row for row in rows if row.total() > 1]
    categories = list({category: None for row in paired for category in row})
    table = [[row[category] for category in categories] for row in paired]
    return np.array(table, dtype=float).reshape(len(paired), len(categories))


def _alpha(counts: _Counts) -> float:
    ratings = counts.sum(axis=1)
    unequal = (ratings**2 - (counts**2).sum(axis=1)) / (ratings - 1)
    margins = counts.sum(axis=0)
    total = float(margins.sum())
    by_chance = total**2 - float((margins**2).sum())
    return 1 - (total - 1) * float(unequal.sum()) / by_chance if by_chance else math.nan
