"""A watch for drift: pure, fed with features and outcomes, it reports on each full window."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.contracts.canary import Bets
from engine.contracts.drift import DriftReport, DriftState, FeatureBins, FeatureDrift
from engine.routing.canary_evidence import wagered
from engine.statistics.psi import histogram, population_stability, psi_noise, quantile_edges

Numbers = npt.NDArray[np.float64]

MOVED: Final = 0.25
"""The index from which a distribution is read as moved (Lewis, 1994)."""
ALPHA: Final = 0.01
"""Chance that chances which hold are ever reported as off; half for each direction."""
LIMIT: Final = -math.log(ALPHA / 2)
"""The evidence, as the logarithm of an e-value, from which on chances no longer hold."""
_SIGMAS: Final = 4.0


@dataclass(frozen=True, slots=True)
class Watched:
    """A watch after it was fed, and the report where a window became full."""

    state: DriftState
    report: DriftReport | None = None


def watch(
    reference: Mapping[str, Sequence[float]], *, window: int = 1_000, margin: float = 0.05
) -> DriftState:
    """A watch on features, from their values in training; those without any value are left out."""
    bins = []
    for feature, values in reference.items():
        if len(values):
            edges = quantile_edges(values)
            expected = histogram(values, edges)
            empty = (0,) * len(expected)
            bins.append(FeatureBins(feature=feature, edges=edges, expected=expected, actual=empty))
    return DriftState(window=window, features=tuple(bins), margin=margin)


def arrived(state: DriftState, features: Mapping[str, float]) -> Watched:
    """A request with its features; one that it lacks counts nowhere."""
    bins = tuple(_counted(one, features.get(one.feature)) for one in state.features)
    fed = state.model_copy(update={"features": bins, "seen": state.seen + 1})
    if fed.seen < fed.window:
        return Watched(fed)
    empty = [one.model_copy(update={"actual": (0,) * len(one.actual)}) for one in bins]
    fresh = {"features": tuple(empty), "seen": 0, "windows": fed.windows + 1}
    return Watched(fed.model_copy(update=fresh), report(fed))


def turned_out(state: DriftState, chances: Sequence[float], passed: Sequence[bool]) -> DriftState:
    """Hold chances that were given against what came of them, in the order in which it came.

    Two one-sided tests by betting, valid at every look: that they are too high by more than the
    margin on average, and that they are too low.
    """
    if not len(chances):
        return state
    gaps = np.asarray(chances, dtype=float) - np.asarray(passed, dtype=float)
    return state.model_copy(
        update={
            "over": _bet(state.over, gaps - state.margin, state.margin),
            "under": _bet(state.under, -gaps - state.margin, state.margin),
        }
    )


def report(state: DriftState) -> DriftReport:
    """What the window shows as far as it is filled, and the outcomes so far."""
    features = sorted(map(_moved, state.features), key=lambda one: -one.psi)
    off = max(state.over.log_e, state.under.log_e) >= LIMIT
    return DriftReport(
        features=tuple(features),
        outcomes=state.over.count,
        log_e_over=state.over.log_e,
        log_e_under=state.under.log_e,
        miscalibrated=off,
        drifted=off or any(one.moved for one in features),
    )


def _bet(bets: Bets, values: Numbers, margin: float) -> Bets:
    return wagered(bets, values, np.full(len(values), 1 + margin))


def _counted(bins: FeatureBins, value: float | None) -> FeatureBins:
    if value is None or not math.isfinite(value):
        return bins
    place = int(np.searchsorted(bins.edges, value, side="left"))
    counts = list(bins.actual)
    counts[place] += 1
    return bins.model_copy(update={"actual": tuple(counts)})


def _moved(bins: FeatureBins) -> FeatureDrift:
    psi = population_stability(bins.expected, bins.actual)
    mean, deviation = psi_noise(len(bins.expected), sum(bins.expected), sum(bins.actual))
    if not math.isfinite(psi):
        return FeatureDrift(feature=bins.feature, psi=0.0, noise=0.0, moved=False)
    noise = mean + _SIGMAS * deviation
    moved = psi >= MOVED and psi > noise
    return FeatureDrift(feature=bins.feature, psi=max(psi, 0.0), noise=noise, moved=moved)
