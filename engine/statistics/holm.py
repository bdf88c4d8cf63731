"""Several tests at once: p-values such that the chance of any false alarm stays bounded."""

from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p-values, in the order given: reject those at or below alpha.

    The i-th smallest of m becomes the largest of (m - j + 1) p_j for j <= i, at most 1. Raises
    ValueError for what is not between 0 and 1. (Holm, 1979.)
    """
    if not all(0 <= p <= 1 for p in p_values):
        raise ValueError("p-values lie between 0 and 1")
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = highest
    return adjusted
