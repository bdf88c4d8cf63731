"""Percentile intervals of any statistic by resampling whole clusters."""

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

T = TypeVar("T")


class Estimate(NamedTuple):
    """A statistic with its interval; nan where undefined."""

    value: float
    low: float
    high: float


def cluster_bootstrap(
    statistic: Callable[[Sequence[T]], float],
    items: Sequence[T],
    clusters: Sequence[Hashable],
    *,
    confidence: float = 0.95,
    resamples: int = 1_000,
    seed: int = 0,
) -> Estimate:
    """The statistic of the items, and the percentile interval over seeded resamples of clusters.

    Items of one cluster, such as epochs of a task, are drawn together (Field and Welsh, 2007).
    Resamples on which the statistic is undefined do not count; the interval is nan of fewer than
    two clusters, and where all resamples are undefined. Raises ValueError where lengths differ.
    """
    groups: dict[Hashable, list[T]] = defaultdict(list)
    for item, cluster in zip(items, clusters, strict=True):
        groups[cluster].append(item)
    parts = list(groups.values())
    value = statistic(items) if items else math.nan
    if len(parts) < 2:  # noqa: PLR2004 - one cluster has no spread
        return Estimate(value, math.nan, math.nan)
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, len(parts), (resamples, len(parts)))
    values = np.array([statistic([i for at in row for i in parts[at]]) for row in drawn])
    known = values[~np.isnan(values)]
    if not len(known):
        return Estimate(value, math.nan, math.nan)
    low, high = np.quantile(known, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Estimate(value, float(low), float(high))
