"""Several pairwise judges as one: weights that are never negative, and what they are measured by.

A vote is 1 for the first answer, -1 for the second, 0 for neither, or between; a judge asked in
both orders votes the mean of the two, so that one whose word depends on the order votes 0. Weights
below 0 are left out of reach on purpose: a judge is then followed by doing the opposite of what it
says, which pays only on a set that was built to mislead it.
"""

from collections.abc import Sequence
from typing import Final, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator
from scipy.optimize import nnls

from engine.contracts import Record
from engine.errors import BadInput

RIDGES: Final = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
"""Penalties that `fit_regression` chooses among, from next to none to near equal weights."""
_FOLDS: Final = 5
_ROUNDS: Final = 100
"""Of expectation and maximization; on a hundred items it stands still after about ten."""
_SURE: Final = 0.01
"""No judge is taken to be right, or wrong, more surely than this leaves."""
_EVEN: Final = 1e-9
"""A sum of votes nearer to 0 is a tie: adding up rounds."""

Votes = Sequence[Sequence[float]]
_Floats = npt.NDArray[np.float64]


class Jury(Record):
    """Judges by name with their weights, which are not negative and add up to 1."""

    judges: tuple[str, ...] = Field(min_length=1, description="The judges by name.")
    weights: tuple[float, ...] = Field(description="A weight for each, in the same order.")
    method: str = Field(description="How the weights came about.")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if len(self.weights) != len(self.judges) or min(self.weights) < 0:
            raise ValueError("a jury has one weight a judge, none below 0")
        if abs(sum(self.weights) - 1) > _EVEN:
            raise ValueError(f"weights add up to 1, not {sum(self.weights):g}")
        return self

    def decide(self, votes: Votes) -> list[int]:
        """For each item 1, -1, or 0 for a tie; raises `BadInput` where votes do not fit."""
        totals = _matrix(votes, len(self.judges)) @ np.array(self.weights)
        return [int(sign) for sign in np.where(np.abs(totals) < _EVEN, 0, np.sign(totals))]


def accuracy(decisions: Sequence[float], labels: Sequence[int]) -> list[float]:
    """How right each decision is: 1, 0, or 1/2 for a tie, which a coin would decide.

    A vote between counts in proportion. Raises `BadInput` where labels are not 1 or -1.
    """
    truth = _labels(labels, len(decisions))
    return [(1 + float(said) * right) / 2 for said, right in zip(decisions, truth, strict=True)]


def majority(judges: Sequence[str]) -> Jury:
    """Every judge weighs the same."""
    return _jury(judges, np.ones(len(judges)), "majority")


def best_single(judges: Sequence[str], votes: Votes, labels: Sequence[int]) -> Jury:
    """The judge that is right most often on labelled items is followed; the first of equals."""
    table = _matrix(votes, len(judges))
    right = table.T @ _labels(labels, len(table))
    return _jury(judges, np.eye(len(judges))[int(np.argmax(right))], "best single judge")


def fit_regression(
    judges: Sequence[str], votes: Votes, labels: Sequence[int], *, ridge: float | None = None
) -> Jury:
    """Weights of at least 0 that come nearest to the labels: regression with a ridge penalty.

    Minimizes sum (label - votes * w)^2 + ridge * sum w^2 over w >= 0 (Lawson and Hanson, 1974);
    then scaled to add up to 1. Without a `ridge` the one of `RIDGES` is taken that errs least on
    held-out fifths of the items given. Where no judge is of use, all weigh the same. Raises
    `BadInput` where votes or labels do not fit.
    """
    table = _matrix(votes, len(judges))
    truth = _labels(labels, len(table))
    chosen = _best_ridge(table, truth) if ridge is None else ridge
    return _jury(judges, _solve(table, truth, chosen), f"non-negative regression, ridge {chosen:g}")


def fit_dawid_skene(judges: Sequence[str], votes: Votes) -> Jury:
    """Weights without labels, from how the judges agree: Dawid and Skene (1979), one coin a judge.

    Expectation: how likely each answer is the better one, given how often each judge is right.
    Maximization: how often each judge is right, given that. A judge that is right with chance p
    weighs log(p / (1 - p)), or 0 where that is negative. Judges are taken to err independently;
    where most are misled the same way, they are believed.
    """
    table = _matrix(votes, len(judges))
    belief = table.mean(axis=1)  # from -1 to 1, as votes are
    for _ in range(_ROUNDS):
        right = np.clip((1 + (table * belief[:, None]).mean(axis=0)) / 2, _SURE, 1 - _SURE)
        weights = np.log(right / (1 - right))
        belief = np.tanh(table @ weights / 2)
    return _jury(judges, np.maximum(weights, 0.0), "Dawid-Skene, one coin")


def _solve(table: _Floats, truth: _Floats, ridge: float) -> _Floats:
    judges = table.shape[1]
    rows = np.vstack([table, np.sqrt(ridge) * np.eye(judges)])
    weights: _Floats = nnls(rows, np.concatenate([truth, np.zeros(judges)]))[0]
    return weights


def _best_ridge(table: _Floats, truth: _Floats) -> float:
    """The penalty with the least squared error on items that were held out."""
    return min(RIDGES, key=lambda ridge: _held_out_error(table, truth, ridge))


def _held_out_error(table: _Floats, truth: _Floats, ridge: float) -> float:
    fold = np.arange(len(truth)) % _FOLDS
    error = 0.0
    for out in range(min(_FOLDS, len(truth))):
        kept, held = fold != out, fold == out
        weights = _solve(table[kept], truth[kept], ridge)
        error += float(((truth[held] - table[held] @ weights) ** 2).sum())
    return error


def _jury(judges: Sequence[str], weights: _Floats, method: str) -> Jury:
    total = float(weights.sum())
    shares = weights / total if total > 0 else np.full(len(judges), 1 / len(judges))
    return Jury(judges=tuple(judges), weights=tuple(map(float, shares)), method=method)


def _matrix(votes: Votes, judges: int) -> _Floats:
    """Items in rows, judges in columns."""
    if not votes or any(len(row) != judges for row in votes):
        raise BadInput(f"votes are to have {judges} columns, one a judge, and a row", where="votes")
    table = np.array(votes, dtype=float)
    if not np.all(np.abs(table) <= 1):
        raise BadInput("a vote lies between -1 and 1", where="votes")
    return table


def _labels(labels: Sequence[int], items: int) -> _Floats:
    if len(labels) != items or not {*labels} <= {1, -1}:
        hint = f"one for each of the {items} items"
        raise BadInput("labels are 1 (the first answer is better) or -1", where="labels", hint=hint)
    return np.array(labels, dtype=float)
