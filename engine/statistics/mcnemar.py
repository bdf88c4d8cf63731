"""McNemar's test of whether two methods pass the same share of the same tasks."""

from typing import NamedTuple

from scipy.special import bdtr, chdtrc


class McNemar(NamedTuple):
    """The test's statistic and its two-sided p-value."""

    statistic: float
    p_value: float


def mcnemar_exact(won: int, lost: int) -> McNemar:
    """The binomial test of the pairs in which the two methods differ, `won` and `lost` ways.

    With n = won + lost, p = min(1, 2 * P(X <= min(won, lost))) for X ~ B(n, 1/2); 1 of no such
    pair. A pair is one task, tried once by each: repeated tries of a task are not independent,
    for them see `permutation_test`. Raises ValueError for negative counts. (McNemar, 1947.)
    """
    fewer, count = min(won, lost), _count(won, lost)
    if count == 0:
        return McNemar(0.0, 1.0)
    return McNemar(float(fewer), min(1.0, 2 * float(bdtr(fewer, count, 0.5))))


def mcnemar_corrected(won: int, lost: int) -> McNemar:
    """The chi-squared form with continuity correction, for many differing pairs.

    (|won - lost| - 1)^2 / (won + lost) on one degree of freedom; 1 of no differing pair. Raises
    ValueError for negative counts. (Edwards, 1948.)
    """
    count = _count(won, lost)
    if count == 0:
        return McNemar(0.0, 1.0)
    statistic = (abs(won - lost) - 1) ** 2 / count
    return McNemar(statistic, float(chdtrc(1, statistic)))


def _count(won: int, lost: int) -> int:
    if min(won, lost) < 0:
        raise ValueError(f"{won} won and {lost} lost are no counts")
    return won + lost
