"""Cohen's kappa: how far two raters agree beyond chance."""

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import NamedTuple

from scipy.special import ndtri


class Kappa(NamedTuple):
    """Agreement from -1 to 1, 0 being chance; nan where undefined."""

    value: float
    error: float
    """Asymptotic standard error."""
    low: float
    high: float


def cohens_kappa(
    one: Sequence[Hashable], other: Sequence[Hashable], confidence: float = 0.95
) -> Kappa:
    """Nominal kappa of two raters over the same items, with its large-sample interval.

    (p_o - p_e) / (1 - p_e), with p_o the share of equal ratings and p_e that expected of the
    raters' own shares (Cohen, 1960); error as in Fleiss, Cohen and Everitt (1969). nan of no
    items, or where both raters always say the same one thing. Raises ValueError where the lengths
    differ.
    """
    shares = _shares(one, other)
    row, column = _margin(shares, 0), _margin(shares, 1)
    expected = math.fsum(share * column[category] for category, share in row.items())
    if not shares or math.isclose(expected, 1.0, abs_tol=1e-15):
        return Kappa(math.nan, math.nan, math.nan, math.nan)
    observed = math.fsum(share for (a, b), share in shares.items() if a == b)
    value = (observed - expected) / (1 - expected)
    squares = _squares(shares, value, (row, column)) - (value - expected * (1 - value)) ** 2
    error = math.sqrt(max(squares, 0.0) / len(one)) / (1 - expected)
    half = float(ndtri((1 + confidence) / 2)) * error
    return Kappa(value, error, value - half, value + half)


def _shares(
    one: Sequence[Hashable], other: Sequence[Hashable]
) -> dict[tuple[Hashable, Hashable], float]:
    counts = Counter(zip(one, other, strict=True))
    return {pair: count / len(one) for pair, count in counts.items()}


def _margin(shares: dict[tuple[Hashable, Hashable], float], side: int) -> Counter[Hashable]:
    margin: Counter[Hashable] = Counter()
    for pair, share in shares.items():
        margin[pair[side]] += share  # type: ignore[assignment]  # shares, not whole counts
    return margin


def _squares(
    shares: dict[tuple[Hashable, Hashable], float],
    value: float,
    margins: tuple[Counter[Hashable], Counter[Hashable]],
) -> float:
    """What equal and unequal ratings add to the variance."""
    row, column = margins
    return math.fsum(
        share
        * (
            (1 - (row[a] + column[a]) * (1 - value)) ** 2
            if a == b
            else (1 - value) ** 2 * (column[a] + row[b]) ** 2
        )
        for (a, b), share in shares.items()
    )
