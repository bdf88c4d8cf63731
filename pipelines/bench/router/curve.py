"""How much of the way from the weak to the strong model a router goes, by share of strong calls.

PGR (performance gap recovered) is (router - weak) / (strong - weak); APGR its area over the share
of strong calls, CPT(x) the share of strong calls that x of the gap takes. Thresholds are the
deciles of the scores, as RouteLLM's evaluation has them.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
THRESHOLDS: Final = 10
_SHARES: Final = np.linspace(0, 1, THRESHOLDS + 1)


def pgr(scores: Floats, weak: Floats, strong: Floats) -> Floats:
    """PGR where 0, 10 … 100 % go to the strong model, those of the highest scores.

    Ties are kept in the order given.
    """
    order = np.argsort(-scores, kind="stable")
    return pgr_in_order((strong - weak)[order])


def pgr_in_order(gains: Floats, counts: Floats | None = None) -> Floats:
    """The same of what the strong model gains on each row, rows of the highest scores first.

    `counts`: how often each row counts; once each by default.
    """
    times = np.ones(len(gains)) if counts is None else counts
    sums, places = np.cumsum(times * gains), np.cumsum(times)
    taken = np.interp(_SHARES * places[-1], places, sums, left=0.0)
    taken[0] = 0.0
    found: Floats = taken / sums[-1]
    return found


def apgr(scores: Floats, weak: Floats, strong: Floats) -> float:
    """Area under `pgr`: 0.5 for random scores."""
    return area(pgr(scores, weak, strong))


def area(curve: Floats) -> float:
    """Area under a PGR curve."""
    return float(np.trapezoid(curve, _SHARES))


def cpt(scores: Floats, weak: Floats, strong: Floats, gap: float) -> float:
    """The least share of strong calls that recovers that share of the gap, 0 to 1."""
    curve = pgr(scores, weak, strong)
    at = int(np.argmax(curve >= gap))
    low, high = curve[at - 1], curve[at]
    return float(_SHARES[at - 1] + (gap - low) / (high - low) * (_SHARES[at] - _SHARES[at - 1]))
