"""A jury of all judges: on held-out folds of Natural, and from Natural to Neighbor."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import fmean
from typing import Final

from engine.evals.jury import Jury, accuracy, best_single, fit_dawid_skene, fit_regression, majority
from engine.statistics import paired_difference, standard_error, t_interval
from pipelines.bench.judges.llmbar import PairSet
from pipelines.bench.result import Result

SEEDS: Final = range(5)
FOLDS: Final = 10
_CHANCE: Final = 0.5
_POINTS: Final = "accuracy points"

Fit = Callable[[PairSet, Sequence[int]], Jury]
FITS: Final[Mapping[str, Fit]] = {
    "jury": lambda pairs, at: fit_regression(pairs.judges, _rows(pairs, at), _signs(pairs, at)),
    "dawid_skene": lambda pairs, at: fit_dawid_skene(pairs.judges, _rows(pairs, at)),
    "majority": lambda pairs, _at: majority(pairs.judges),
    "best": lambda pairs, at: best_single(pairs.judges, _rows(pairs, at), _signs(pairs, at)),
}
"""Weights from some of a set's pairs, by their places."""

Right = Mapping[str, Sequence[float]]
"""By method how right it is on each pair, from 0 to 1."""


def on_natural(pairs: PairSet) -> Iterator[Result]:
    """Each pair is judged by weights from nine tenths without it, over five drawings of tenths."""
    right = {name: _held_out(fit, pairs) for name, fit in FITS.items()}
    about = f"{len(pairs.labels)} pairs, {FOLDS} folds, seeds {SEEDS.start}-{SEEDS.stop - 1}"
    for other in ("majority", "best"):
        yield _gain(f"jury_minus_{other}_natural", right, other, about)
    yield from _levels("natural", right | {"random": _random(pairs)})


def on_neighbor(natural: PairSet, neighbor: PairSet) -> Iterator[Result]:
    """Weights from all of Natural, tried on pairs that were built to mislead."""
    every = range(len(natural.labels))
    juries = {name: fit(natural, every) for name, fit in FITS.items()}
    right = {
        name: _right(jury, neighbor, range(len(neighbor.labels))) for name, jury in juries.items()
    }
    about = (
        f"weights from {len(every)} pairs of Natural, tried on {len(neighbor.labels)} of Neighbor"
    )
    chosen = f"{about}; {juries['jury'].method}, {_heard(juries['jury'])}"
    best = juries["best"].judges[juries["best"].weights.index(1.0)]
    yield _gain("jury_minus_best_transfer", right, "best", f"{chosen}; best on Natural: {best}")
    yield _gain("jury_minus_majority_transfer", right, "majority", about)
    yield from _levels("neighbor", right | {"random": _random(neighbor)})


def _held_out(fit: Fit, pairs: PairSet) -> list[float]:
    """By pair the mean over seeds, each time judged by weights that have not seen it."""
    drawings = [_once(fit, pairs, seed) for seed in SEEDS]
    return [fmean(values) for values in zip(*drawings, strict=True)]


def _once(fit: Fit, pairs: PairSet, seed: int) -> list[float]:
    places = list(range(len(pairs.labels)))
    random.Random(seed).shuffle(places)
    found: dict[int, float] = {}
    for fold in range(FOLDS):
        held = places[fold::FOLDS]
        jury = fit(pairs, sorted({*places} - {*held}))
        found |= dict(zip(held, _right(jury, pairs, held), strict=True))
    return [found[place] for place in sorted(places)]


def _right(jury: Jury, pairs: PairSet, at: Sequence[int]) -> list[float]:
    return accuracy(jury.decide(_rows(pairs, at)), _signs(pairs, at))


def _random(pairs: PairSet) -> list[float]:
    """How right a judge drawn at random is to be expected."""
    by_judge = [accuracy(run.votes, pairs.signs) for run in pairs.runs]
    return [fmean(values) for values in zip(*by_judge, strict=True)]


def _gain(metric: str, right: Right, other: str, about: str) -> Result:
    found = paired_difference(right[other], right["jury"], range(len(right["jury"])))
    note = (
        f"95 % interval {found.low:+.3f} to {found.high:+.3f} over pairs; jury "
        f"{fmean(right['jury']):.3f}, {other} {fmean(right[other]):.3f}; {about}"
    )
    return Result(metric, found.mean, _POINTS, note)


def _levels(part: str, right: Right) -> Iterator[Result]:
    for name, values in right.items():
        level = fmean(values)
        low, high = t_interval(level, standard_error(values), len(values) - 1)
        metric = f"accuracy_{part}" + ("" if name == "jury" else f"@{name}")
        note = f"95 % interval {low:.3f} to {min(high, 1.0):.3f}"
        below = "; below chance: most judges are misled the same way" if level < _CHANCE else ""
        yield Result(metric, level, "share", note + below)


def _heard(jury: Jury) -> str:
    return f"{sum(weight > 0 for weight in jury.weights)} of {len(jury.judges)} judges heard"


def _rows(pairs: PairSet, at: Sequence[int]) -> list[list[float]]:
    votes = pairs.votes
    return [votes[place] for place in at]


def _signs(pairs: PairSet, at: Sequence[int]) -> list[int]:
    signs = pairs.signs
    return [signs[place] for place in at]
