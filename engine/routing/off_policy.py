"""Before a policy is adopted: what it would have earned on what another one has logged."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.contracts.bandit import Adoption, AdoptionVerdict, LoggedChoice, OffPolicyEstimate
from engine.routing.bandit import Bandit
from engine.routing.joining import Joined
from engine.routing.linear_arm import LinearArm
from engine.statistics.bootstrap import Estimate
from engine.statistics.off_policy import (
    Weights,
    doubly_robust,
    ips,
    mean_estimate,
    snips,
    weights_of,
)

Numbers = npt.NDArray[np.float64]
Rows = Sequence[tuple[LoggedChoice, float]]

_FOLDS: Final = 2
_RIDGE: Final = 1.0


@dataclass(frozen=True, slots=True)
class Terms:
    """What a log has to show before a policy is adopted."""

    confidence: float = 0.95
    least_gain: float = 0.0
    """The lower end of the gain has to be above it."""
    least_rows: float = 200.0
    """Effective rows: fewer, and a few choices decide."""
    most_missed: float = 0.2
    """Share of choices without a reward: more, and the rest may be of one kind."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A policy's mean reward by three methods, and its gain over what was logged."""

    estimates: dict[str, Estimate]
    gain: Estimate
    weights: Weights


def evaluate(rows: Rows, policy: Bandit, confidence: float = 0.95) -> Evaluation:
    """Estimate a policy's mean reward; its probabilities must not have been learnt from these rows.

    The model of `dr` is a ridge regression an arm, cross-fitted over two halves by turns.
    """
    rewards = np.array([reward for _, reward in rows], dtype=float)
    wishes = [policy.probabilities(np.array(one.context), one.arms) for one, _ in rows]
    wished = [wish[one.arms.index(one.arm)] for wish, (one, _) in zip(wishes, rows, strict=True)]
    propensity = np.array([one.propensity for one, _ in rows])
    weights, reliance = weights_of(np.array(wished, dtype=float), propensity)
    chosen, expected = _predicted(rows, wishes)
    estimates = {
        "ips": ips(weights, rewards, confidence),
        "snips": snips(weights, rewards, confidence),
        "dr": doubly_robust(weights, rewards, chosen, expected, confidence),
    }
    gain = mean_estimate(expected + weights * (rewards - chosen) - rewards, confidence)
    return Evaluation(estimates, gain, reliance)


def adopt(log: Joined, policy: Bandit, terms: Terms | None = None) -> AdoptionVerdict:
    """Whether the policy may take the place of the one that wrote the log.

    `adopt` where its doubly robust gain is surely above the least, `keep` where it surely is not;
    otherwise `undecided`, also where the log is too thin to say.
    """
    terms = terms or Terms()
    missed = sum(log.missed.values())
    found = evaluate(log.rows, policy, terms.confidence)
    verdict, reason = _verdict(found, missed / max(1, missed + len(log.rows)), terms)
    estimates = [
        OffPolicyEstimate.model_validate({"method": name, **one._asdict()})
        for name, one in found.estimates.items()
        if math.isfinite(one.low)
    ]
    rewards = [reward for _, reward in log.rows]
    return AdoptionVerdict(
        verdict=verdict,
        reason=reason,
        rows=len(rewards),
        missed=missed,
        logged=math.fsum(rewards) / len(rewards) if rewards else None,
        gain=_known(found.gain.value),
        gain_low=_known(found.gain.low),
        gain_high=_known(found.gain.high),
        confidence=terms.confidence,
        effective_rows=found.weights.effective,
        largest_weight=found.weights.largest,
        estimates=tuple(estimates),
    )


def _verdict(found: Evaluation, missed: float, terms: Terms) -> tuple[Adoption, str]:
    if found.weights.effective < terms.least_rows:
        said = f"{found.weights.effective:.0f} effective rows, {terms.least_rows:.0f} are needed"
        return "undecided", said
    if missed > terms.most_missed:
        return "undecided", f"{missed:.0%} of the choices have no reward"
    value, low, high = found.gain
    gain = f"gain {value:+.4f}, {low:+.4f} to {high:+.4f}, over {terms.least_gain:+.4f}"
    if low > terms.least_gain:
        return "adopt", f"{gain}: surely"
    if high <= terms.least_gain:
        return "keep", f"{gain}: surely not"
    return "undecided", f"{gain}: not sure"


def _predicted(rows: Rows, wishes: Sequence[Numbers]) -> tuple[Numbers, Numbers]:
    """What a model that has not seen a row predicts for its choice, and for the policy's."""
    chosen, expected = np.zeros(len(rows)), np.zeros(len(rows))
    for fold in range(_FOLDS):
        models = _fitted([row for at, row in enumerate(rows) if at % _FOLDS != fold])
        for at in range(fold, len(rows), _FOLDS):
            one, context = rows[at][0], np.array(rows[at][0].context)
            means = [models[arm].mean(context) if arm in models else 0.0 for arm in one.arms]
            chosen[at] = means[one.arms.index(one.arm)]
            expected[at] = wishes[at] @ np.array(means)
    return chosen, expected


def _fitted(rows: Rows) -> dict[str, LinearArm]:
    models: dict[str, LinearArm] = {}
    for one, reward in rows:
        model = models.setdefault(one.arm, LinearArm(len(one.context), _RIDGE))
        model.update(np.array(one.context), reward)
    return models


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
