"""Settings of a logistic regression, and what each foresees of rows it was not trained on."""

import itertools
from contextlib import AbstractContextManager
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
WEIGHTS: Final = (0.0, 2.0, 4.0, 8.0, 16.0)
"""Lengths of the embedding; each feature has deviation 1."""
INVERSE_PENALTIES: Final = (1e-3, 3e-3, 1e-2, 3e-2)
FOLDS: Final = 5
REPEATS: Final = 2
_ROUNDS: Final = 300
_TOLERANCE: Final = 1e-3
"""Of the gradient; the log loss changes below 1e-5."""


class Setting(NamedTuple):
    """A point of the grid."""

    weight: float
    """Length of the embedding; 0: left out."""
    inverse_penalty: float
    """C of the logistic regression."""


class Line(NamedTuple):
    """A linear function of the inputs."""

    intercept: float
    slopes: Floats


def settings(*, embedded: bool) -> list[Setting]:
    """The grid, without the embedding's weights where there is none."""
    weights = WEIGHTS if embedded else WEIGHTS[:1]
    return [Setting(*point) for point in itertools.product(weights, INVERSE_PENALTIES)]


def inputs(plain: Floats, meaning: Floats | None, weight: float) -> Floats:
    """The standardised features, with the embedding at that length beside them."""
    return plain if meaning is None or not weight else np.hstack([plain, weight * meaning])


def out_of_fold(rows: Floats, outcomes: Floats, inverse_penalty: float, seed: int) -> Floats:
    """Log odds of each row by models that have not seen it, the mean of all repeats."""
    count = len(rows)
    found = np.zeros(count)
    rng = np.random.default_rng(seed)
    for _ in range(REPEATS):
        for held in np.array_split(rng.permutation(count), FOLDS):
            rest = np.setdiff1d(np.arange(count), held, assume_unique=True)
            line = solve(rows[rest], outcomes[rest], inverse_penalty)
            found[held] += line.intercept + rows[held] @ line.slopes
    return found / REPEATS


def solve(rows: Floats, outcomes: Floats, inverse_penalty: float) -> Line:
    """The logistic regression of outcomes, shares from 0 to 1, with an L2 penalty.

    A share counts as a good and a bad answer, weighted. Of one kind alone: its smoothed log odds.
    """
    good, bad = outcomes.sum(), (1 - outcomes).sum()
    if not good or not bad:
        return Line(float(np.log((good + 0.5) / (bad + 0.5))), np.zeros(rows.shape[1]))
    mixed = (outcomes > 0) & (outcomes < 1)
    stacked = np.vstack([rows, rows[mixed]])
    marks = np.concatenate([outcomes > 0, np.zeros(mixed.sum(), dtype=bool)])
    shares = np.concatenate([np.where(outcomes > 0, outcomes, 1.0), 1 - outcomes[mixed]])
    model = _regression(inverse_penalty).fit(stacked, marks, sample_weight=shares)
    return Line(float(model.intercept_[0]), model.coef_[0])


def one_thread() -> AbstractContextManager[Any]:
    """While it lasts, numpy's libraries use one thread: many small fits are slower on more."""
    from threadpoolctl import threadpool_limits  # noqa: PLC0415  # of scikit-learn

    limits: AbstractContextManager[Any] = threadpool_limits(1)
    return limits


def _regression(inverse_penalty: float) -> Any:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  # 1 s; for training alone

    return LogisticRegression(C=inverse_penalty, max_iter=_ROUNDS, tol=_TOLERANCE)
