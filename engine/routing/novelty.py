"""How far a request lies from what was seen in training."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.contracts.router_model import QUANTILES

Floats = npt.NDArray[np.float64]
CENTRES: Final = 48
_ROUNDS: Final = 15
_DIGITS: Final = 6
"""Distances that differ by less are the same: that is what rounding leaves of equal ones."""


def centres_of(points: Floats, seed: int) -> Floats:
    """At most `CENTRES` centres of the points (Lloyd, 1982), begun from points drawn by `seed`."""
    rng = np.random.default_rng(seed)
    count = min(CENTRES, len(points))
    centres: Floats = points[rng.choice(len(points), count, replace=False)].copy()
    for _ in range(_ROUNDS):
        near = _squares(points, centres).argmin(axis=1)
        for at in range(count):
            if (own := near == at).any():
                centres[at] = points[own].mean(axis=0)
    return centres


def distances(points: Floats, centres: Floats) -> Floats:
    """Euclidean distance of each point to its nearest centre."""
    found: Floats = np.sqrt(np.maximum(_squares(points, centres).min(axis=1), 0.0))
    return found


def quantiles_of(found: Floats) -> tuple[float, ...]:
    """The 0 %, 1 % … 100 % quantiles."""
    return tuple(float(value) for value in np.quantile(found, np.linspace(0, 1, QUANTILES)))


def quantile(distance: float, quantiles: Sequence[float] | Floats) -> float:
    """Share of held-out training rows that lay nearer, 0 to 1; calibrated to those rows."""
    marks, first = np.unique(np.round(quantiles, _DIGITS), return_index=True)
    if (far := round(distance, _DIGITS)) > marks[-1]:
        return 1.0
    return float(np.interp(far, marks, first / (len(quantiles) - 1)))


def _squares(points: Floats, centres: Floats) -> Floats:
    found: Floats = (
        (points**2).sum(axis=1)[:, None]
        - 2 * points @ centres.T
        + (centres**2).sum(axis=1)[None, :]
    )
    return found
