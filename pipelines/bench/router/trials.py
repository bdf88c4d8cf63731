"""A classifier trained on few rows of a set, and what it foresees of the rest; five times."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from engine.contracts.router_model import ModelCard, RouterModel
from engine.routing.calibration import BINS
from engine.routing.classifier import standardised
from engine.routing.matrix import Matrix
from engine.routing.training import Fit, fit, packed
from engine.statistics.reliability import calibration_error, reliability
from pipelines.bench.router.curve import area, pgr_in_order
from pipelines.bench.router.routellm import STRONG, WEAK, RecordedSet

Floats = npt.NDArray[np.float64]
SEEDS: Final = range(5)
RESAMPLES: Final = 500
_PERCENTILES: Final = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Trial:
    """One seed: the held-out rows, and scores of each by which the strong model is called."""

    held: npt.NDArray[np.intp]
    scores: dict[str, Floats]
    """By name of the router: `router`, `lexical`, `length`, `random`, `oracle`."""
    ece: float
    """Of the worse of both models' probabilities."""
    fit: Fit


def run(found: RecordedSet, labels: int, seed: int) -> Trial:
    """Train on that many rows drawn by the seed; nothing of the others is looked at."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(found.data))
    seen, held = order[:labels], order[labels:]
    trained = fit(found.data.take(seen), seed)
    lexical = fit(_without_meaning(found.data.take(seen)), seed)
    rest = found.data.take(held)
    stated = probabilities(trained, rest)
    weak, strong = rest.outcomes[WEAK], rest.outcomes[STRONG]
    plain = probabilities(lexical, _without_meaning(rest))
    lengths = np.array([len(found.prompts[at]) for at in held], dtype=float)
    scores = {
        "router": stated[STRONG] - stated[WEAK],
        "lexical": plain[STRONG] - plain[WEAK],
        "length": lengths,
        "random": rng.random(len(held)),
        "oracle": strong - weak,
    }
    return Trial(held, scores, max(_ece(stated[m], rest.outcomes[m]) for m in stated), trained)


def probabilities(trained: Fit, rows: Matrix) -> dict[str, Floats]:
    """By model: what the classifier states of each row, as it does of a request."""
    plain = standardised(rows.plain, trained.means, trained.scales)
    stated = {}
    for one in trained.models:
        odds = one.intercept + plain @ np.array(one.features)
        if rows.meaning is not None:
            odds = odds + rows.meaning @ np.array(one.embedding)
        stated[one.model] = expit(odds / one.temperature)
    return stated


def areas(found: RecordedSet, trials: Sequence[Trial], name: str) -> Floats:
    """APGR of each seed's held-out rows."""
    return np.array([area(pgr_in_order(_in_order(found, trial, name)[1])) for trial in trials])


def gain(
    found: RecordedSet, trials: Sequence[Trial], name: str, other: str
) -> tuple[float, float, float]:
    """APGR of one router over another's, the mean of all seeds, with its paired 95 % interval.

    Rows of the set are drawn anew with replacement, each counting alike for both routers and in
    every seed that holds it out.
    """
    rng = np.random.default_rng(0)
    size = len(found.data)
    sorted_ = [
        (sign / len(trials), *_in_order(found, trial, router))
        for trial in trials
        for router, sign in ((name, 1.0), (other, -1.0))
    ]

    def difference(counts: Floats) -> float:
        return sum(sign * area(pgr_in_order(gains, counts[rows])) for sign, rows, gains in sorted_)

    draws = [
        difference(np.bincount(rng.integers(size, size=size), minlength=size).astype(float))
        for _ in range(RESAMPLES)
    ]
    low, high = np.percentile(draws, _PERCENTILES)
    return difference(np.ones(size)), float(low), float(high)


def mean_of(trials: Sequence[Trial], value: Callable[[Trial], float]) -> tuple[float, float]:
    """Mean and standard deviation over seeds."""
    values = [value(trial) for trial in trials]
    return float(np.mean(values)), float(np.std(values, ddof=1))


def as_model(trial: Trial, embedder: str | None, labels: int) -> RouterModel:
    """The trial's classifier as the router reads it."""
    card = ModelCard(
        data="RouteLLM's recorded answers",
        data_digest="",
        rows=labels,
        split="rows drawn by seed 0",
        seed=0,
        trained_at=0.0,
        averaged=trial.fit.averaged,
        figures=(),
    )
    return packed(trial.fit, embedder, card)


def _in_order(found: RecordedSet, trial: Trial, name: str) -> tuple[npt.NDArray[np.intp], Floats]:
    """Held-out rows in the order of a router's scores, and what the strong model gains on them."""
    rows = trial.held[np.argsort(-trial.scores[name], kind="stable")]
    return rows, found.right(STRONG)[rows] - found.right(WEAK)[rows]


def _ece(stated: Floats, right: Floats) -> float:
    return calibration_error(reliability(stated.tolist(), (right > 0).tolist(), BINS))


def _without_meaning(data: Matrix) -> Matrix:
    return Matrix(data.plain, None, data.outcomes)
