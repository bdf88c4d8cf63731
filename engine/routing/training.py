"""Training a router's classifier: everything is chosen by cross-validation on the rows given.

For each model a logistic regression with an L2 penalty reads the standardised features and, at a
weight, the embedding. Penalty and weight are tried on a grid; the settings that are likeliest out
of fold are averaged (in log odds, so that the average is linear again), then divided by a
temperature for each model.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.contracts import canonical, digest
from engine.contracts.drift import FeatureBins
from engine.contracts.router_model import (
    GridPoint,
    ModelCard,
    ModelWeights,
    RoutedRow,
    RouterModel,
)
from engine.errors import BadInput
from engine.routing.calibration import figures, log_loss, temperature
from engine.routing.classifier import standardised
from engine.routing.drift import watch
from engine.routing.embedding import Embedder
from engine.routing.features import FEATURES, FEATURES_VERSION
from engine.routing.grid import (
    FOLDS,
    REPEATS,
    Line,
    Setting,
    inputs,
    one_thread,
    out_of_fold,
    settings,
    solve,
)
from engine.routing.matrix import Matrix, matrix
from engine.routing.novelty import centres_of, distances, quantiles_of

Floats = npt.NDArray[np.float64]
AVERAGED: Final = 5
"""Settings that are averaged: the best alone is a matter of chance on few rows."""
FEWEST: Final = 40
"""Rows below which cross-validation tells nothing."""
_SPLIT: Final = (
    f"{FOLDS} folds, drawn {REPEATS} times: figures are out of fold; the choice of settings, "
    "and a temperature for each model, are by the same folds"
)


@dataclass(frozen=True, slots=True)
class Fit:
    """What training found."""

    means: Floats
    scales: Floats
    models: tuple[ModelWeights, ...]
    log_odds: Mapping[str, Floats]
    """By model: out of fold, after temperature, of the rows with its outcome."""
    outcomes: Mapping[str, Floats]
    averaged: tuple[GridPoint, ...]
    prototypes: Floats
    distances: tuple[float, ...]
    seen: tuple[FeatureBins, ...]


def train(
    rows: Sequence[RoutedRow],
    embed: Embedder | None,
    *,
    data: str,
    trained_at: float,
    seed: int = 0,
) -> RouterModel:
    """A classifier with its card, not yet sealed; `data`: where the rows are from, in words.

    `trained_at`: Unix seconds. Raises `BadInput` where there are too few rows of a model.
    """
    found = fit(matrix(rows, embed), seed)
    text = canonical([row.model_dump(mode="json") for row in rows])
    card = ModelCard(
        data=data,
        data_digest=digest(text),
        rows=len(rows),
        split=_SPLIT,
        seed=seed,
        trained_at=trained_at,
        averaged=found.averaged,
        figures=tuple(
            figures(model, odds, found.outcomes[model]) for model, odds in found.log_odds.items()
        ),
    )
    return packed(found, embed.name if embed else None, card)


def packed(found: Fit, embedder: str | None, card: ModelCard) -> RouterModel:
    """The classifier as data."""
    return RouterModel(
        features_version=FEATURES_VERSION,
        feature_names=FEATURES,
        embedder=embedder,
        means=tuple(found.means.tolist()),
        scales=tuple(found.scales.tolist()),
        models=found.models,
        prototypes=tuple(tuple(centre) for centre in found.prototypes.tolist()),
        distances=found.distances,
        seen=found.seen,
        card=card,
    )


def fit(data: Matrix, seed: int = 0) -> Fit:
    """Choose settings, average, calibrate; raises `BadInput` as `train` does."""
    _check(data)
    with one_thread():
        return _fit(data, seed)


def _fit(data: Matrix, seed: int) -> Fit:
    means, deviations = data.plain.mean(axis=0), data.plain.std(axis=0)
    scales = np.divide(1.0, deviations, where=deviations > 0, out=np.zeros_like(deviations))
    plain = standardised(data.plain, means, scales)
    held, outcomes = _held_out(data, plain, seed), _outcomes(data)
    best = _best(held, outcomes)
    log_odds, models = {}, []
    for model, truth in outcomes.items():
        odds = np.mean([held[setting][model] for _, setting in best], axis=0)
        heat = temperature(odds, truth)
        log_odds[model] = odds / heat
        models.append(_weights(model, data, plain, [setting for _, setting in best], heat))
    prototypes, far = _seen(plain if data.meaning is None else data.meaning, seed)
    averaged = tuple(
        GridPoint(embedding_weight=one.weight, inverse_penalty=one.inverse_penalty, log_loss=loss)
        for loss, one in best
    )
    columns = dict(zip(FEATURES, data.plain.T, strict=True))
    bins = watch({name: column for name, column in columns.items() if column.std() > 0}).features
    return Fit(means, scales, tuple(models), log_odds, outcomes, averaged, prototypes, far, bins)


def _outcomes(data: Matrix) -> dict[str, Floats]:
    return {model: shares[data.known(model)] for model, shares in data.outcomes.items()}


def _held_out(data: Matrix, plain: Floats, seed: int) -> dict[Setting, dict[str, Floats]]:
    """By setting and model: log odds of the model's rows, out of fold."""
    found: dict[Setting, dict[str, Floats]] = {}
    for setting in settings(embedded=data.meaning is not None):
        rows = inputs(plain, data.meaning, setting.weight)
        found[setting] = {
            model: out_of_fold(rows[data.known(model)], truth, setting.inverse_penalty, seed)
            for model, truth in _outcomes(data).items()
        }
    return found


def _best(
    held: Mapping[Setting, Mapping[str, Floats]], outcomes: Mapping[str, Floats]
) -> list[tuple[float, Setting]]:
    """The likeliest settings with their log loss, the mean over models."""
    scored = [
        (float(np.mean([log_loss(odds, outcomes[model]) for model, odds in by_model.items()])), one)
        for one, by_model in held.items()
    ]
    return sorted(scored)[:AVERAGED]


def _weights(
    model: str, data: Matrix, plain: Floats, best: Sequence[Setting], heat: float
) -> ModelWeights:
    rows, width = data.known(model), plain.shape[1]
    truth = data.outcomes[model][rows]
    total = Line(0.0, np.zeros(width + (0 if data.meaning is None else data.meaning.shape[1])))
    for one in best:
        line = solve(inputs(plain, data.meaning, one.weight)[rows], truth, one.inverse_penalty)
        total.slopes[:width] += line.slopes[:width] / len(best)
        if one.weight:
            total.slopes[width:] += one.weight * line.slopes[width:] / len(best)
        total = Line(total.intercept + line.intercept / len(best), total.slopes)
    return ModelWeights(
        model=model,
        failure_rate=float(1 - truth.mean()),
        intercept=total.intercept,
        features=tuple(total.slopes[:width].tolist()),
        embedding=tuple(total.slopes[width:].tolist()),
        temperature=heat,
    )


def _seen(points: Floats, seed: int) -> tuple[Floats, tuple[float, ...]]:
    """Centres of four fifths of the rows, and the other fifth's distances to them."""
    held, *rest = np.array_split(np.random.default_rng(seed).permutation(len(points)), FOLDS)
    centres = centres_of(points[np.concatenate(rest)], seed)
    return centres, quantiles_of(distances(points[held], centres))


def _check(data: Matrix) -> None:
    counts = {model: len(shares) for model, shares in _outcomes(data).items()}
    short = {model: count for model, count in counts.items() if count < FEWEST}
    if short or not counts:
        told = ", ".join(f"{count} of {model}" for model, count in short.items()) or "none"
        raise BadInput(
            f"too few rows to train on: {told}, at least {FEWEST} of each model are needed",
            hint="add runs, or lines to the file",
        )
