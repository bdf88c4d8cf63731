"""The standard error of a mean whose values come in clusters, such as epochs of one task."""

import math
from collections import defaultdict
from collections.abc import Hashable, Sequence


def clustered_standard_error(values: Sequence[float], clusters: Sequence[Hashable]) -> float:
    """The cluster-robust standard error of the mean: CR0 times sqrt(G / (G - 1)).

    With residuals e and G clusters, sqrt(sum over g of (sum of e in g)^2) / n * sqrt(G / (G - 1)).
    With one value a cluster it is `standard_error`. Returns nan of fewer than two clusters; raises
    ValueError where the lengths differ. (Liang and Zeger, 1986; Miller, 2024.)
    """
    centre = math.fsum(values) / len(values) if values else math.nan
    sums: dict[Hashable, float] = defaultdict(float)
    for value, cluster in zip(values, clusters, strict=True):
        sums[cluster] += value - centre
    count = len(sums)
    if count < 2:  # noqa: PLR2004 - one cluster has no spread
        return math.nan
    squares = math.fsum(total**2 for total in sums.values())
    return math.sqrt(squares * count / (count - 1)) / len(values)
