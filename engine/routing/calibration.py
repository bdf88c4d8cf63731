"""Making probabilities mean what they say, and showing how far they do."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.contracts.router_model import ModelFigures, ReliabilityBin
from engine.statistics.reliability import calibration_error, reliability

BINS: Final = 10
"""Of one width, as in `engine.statistics.reliability`."""
_COLDEST, _HOTTEST = 0.1, 10.0
_EDGE: Final = 1e-9

Floats = npt.NDArray[np.float64]


def temperature(log_odds: Floats, outcomes: Floats) -> float:
    """What log odds are to be divided by for the greatest likelihood of held-out outcomes.

    One number, so that the order of requests stays (Guo et al., 2017, "On Calibration of Modern
    Neural Networks"); between 0.1 and 10. Outcomes are shares from 0 to 1.
    """
    from scipy.optimize import minimize_scalar  # noqa: PLC0415  # 0.3 s; for training alone

    found = minimize_scalar(
        lambda log: log_loss(log_odds / np.exp(log), outcomes),
        bounds=(np.log(_COLDEST), np.log(_HOTTEST)),
        method="bounded",
    )
    return float(np.exp(found.x))


def log_loss(log_odds: Floats, outcomes: Floats) -> float:
    """Mean negative log likelihood, in nats."""
    return float(np.mean(losses(log_odds, outcomes)))


def losses(log_odds: Floats, outcomes: Floats) -> Floats:
    """The same of each row."""
    found: Floats = np.logaddexp(0.0, log_odds) - outcomes * log_odds
    return found


def figures(model: str, log_odds: Floats, outcomes: Floats) -> ModelFigures:
    """How well the probabilities hold; a share of 0.5 or more counts as good enough in the bins."""
    stated, good = 1 / (1 + np.exp(-log_odds)), outcomes >= 0.5  # noqa: PLR2004
    bins = reliability(stated.tolist(), good.tolist(), BINS)
    rate = float(np.clip(outcomes.mean(), _EDGE, 1 - _EDGE))
    base = np.full(len(outcomes), np.log(rate / (1 - rate)))
    return ModelFigures(
        model=model,
        rows=len(outcomes),
        base_rate=float(outcomes.mean()),
        log_loss=log_loss(log_odds, outcomes),
        base_log_loss=log_loss(base, outcomes),
        ece=calibration_error(bins),
        auc=area(log_odds, good),
        bins=tuple(
            ReliabilityBin(
                size=one.size,
                probability=min(1.0, one.confidence),
                share=one.accuracy,
                low=one.low,
                high=one.high,
            )
            for one in bins
        ),
    )


def area(scores: Floats, good: Sequence[bool] | npt.NDArray[np.bool_]) -> float | None:
    """Area under ROC: how often a good answer's score is above a bad one's, ties one half."""
    marks = np.asarray(good, dtype=bool)
    hits, misses = int(marks.sum()), int((~marks).sum())
    if not hits or not misses:
        return None
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return float((ranks[marks].sum() - hits * (hits + 1) / 2) / (hits * misses))
