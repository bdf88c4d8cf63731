"""What the outcomes of a trial say: one test a metric, each of them valid at every look.

Outcomes are compared within their tenant and added up over the tenants, so that a pool in which
one tenant has harder questions than another is no different from one in which all are alike. That
rests on outcomes coming back from both arms alike: of the chance with which a conversation was
drawn nothing is left, where those of one arm are lost. The counts of each metric show it.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from engine.contracts import (
    Bets,
    Canary,
    CanaryEvidence,
    CanaryOutcome,
    CanaryPolicy,
    CanaryTest,
    Metric,
    Stratum,
    Tally,
)
from engine.contracts.canary import METRICS
from engine.statistics.betting import Guess, Numbers, difference, extremes, growth, stake

WEIGHTS: Final[Mapping[Metric, float]] = {
    "quality": 0.4,
    "error": 0.2,
    "latency": 0.2,
    "cost": 0.2,
}
"""How alpha is shared out (Bonferroni): a false alarm by any of them stays within it.

In a pool half of that of quality is for its tenants one by one: a tier that harms one of them is
not kept because it serves the others.
"""
_POOLED: Final = 0.5

_CAPPED_BY: Final = 30
"""Outcomes of control by whose mean the cap of latency and cost is set."""
_LEAST: Final = 1e-9
"""Where control is free, whatever costs anything has the worst cost."""


def measure(outcome: CanaryOutcome, metric: Metric, policy: CanaryPolicy) -> float | None:
    """How bad an outcome is: 0 to 1, milliseconds or US dollars; null: unknown, or not watched.

    One that failed and has no quality has the worst: a canary must not look good by failing.
    """
    if metric == "quality":
        worst = 1.0 if outcome.error else None
        return worst if outcome.quality is None else 1.0 - outcome.quality
    if metric == "error":
        return float(outcome.error)
    if metric == "latency":
        return None if policy.latency_ratio is None else outcome.latency_ms
    return None if policy.cost_ratio is None else outcome.cost_usd


def limit(canary: Canary, metric: Metric) -> float:
    """The evidence at which a canary is rolled back: the logarithm of its e-value."""
    part = _POOLED if metric == "quality" and len(canary.tenants) > 1 else 1.0
    return -math.log(canary.policy.alpha * WEIGHTS[metric] * part)


def tenant_limit(canary: Canary) -> float:
    """The same for one tenant of a pool: that the quality it gets is worse."""
    part = WEIGHTS["quality"] * (1 - _POOLED) / len(canary.tenants)
    return -math.log(canary.policy.alpha * part)


def tenants_worse(canary: Canary) -> dict[str, float]:
    """The evidence by tenant of a pool; empty where there is but one tenant."""
    own = [one for one in canary.strata if one.metric == "quality" and one.worse.count]
    return {one.tenant: one.worse.log_e for one in own}


def gathered(canary: Canary, outcomes: Sequence[CanaryOutcome]) -> Canary:
    """The trial with these outcomes counted and bet on; stakes are of what was known before."""
    strata = {(one.metric, one.tenant): one for one in canary.strata}
    tests = {one.metric: one for one in canary.tests}
    drawn = [one for one in outcomes if 0 < one.share < 1]
    for metric in METRICS:
        pairs = [(one, measure(one, metric, canary.policy)) for one in drawn]
        known = [(one, found) for one, found in pairs if found is not None]
        test = tests.get(metric) or _begun(metric)
        if known and test.cap is None:
            tests[metric] = _capped(test, known, canary.policy)
        elif known and test.cap is not None:
            harms = [(one, min(found / test.cap, 1.0)) for one, found in known]
            values, low, high = _compared(metric, harms, strata, canary.policy)
            tests[metric] = _bet(test, values, low, high, canary.policy)
            strata |= _counted(metric, harms, strata)
            if metric == "quality" and len(canary.tenants) > 1:
                strata |= _by_tenant(harms, strata, values, low)
    return canary.model_copy(
        update={"strata": tuple(strata.values()), "tests": tuple(tests.values())}
    )


def asked(canary: Canary, metric: Metric) -> CanaryTest:
    """What a metric says so far."""
    found = [test for test in canary.tests if test.metric == metric]
    return found[0] if found else _begun(metric)


def totals(canary: Canary, metric: Metric) -> tuple[Tally, Tally]:
    """Outcomes of canary and control by a metric, over all tenants."""
    own = [one for one in canary.strata if one.metric == metric]
    return _sum(one.canary for one in own), _sum(one.control for one in own)


def evidence(canary: Canary) -> tuple[CanaryEvidence, ...]:
    """What can be said so far, by metric; in the metric's own unit."""
    return tuple(_told(canary, test) for test in canary.tests)


def wagered(bets: Bets, values: Numbers, losses: Numbers) -> Bets:
    """The e-process after these values, `losses` being the most that each could have cost."""
    stakes = stake(bets.count, bets.total, bets.squares, losses)
    path = bets.log_e + np.cumsum(growth(stakes, values))
    return Bets(
        log_e=float(path[-1]),
        peak=max(bets.peak, float(path.max())),
        count=bets.count + len(values),
        total=bets.total + float(values.sum()),
        squares=bets.squares + float(values @ values),
    )


Known = Sequence[tuple[CanaryOutcome, float]]
Strata = Mapping[tuple[Metric, str], Stratum]


def _begun(metric: Metric) -> CanaryTest:
    return CanaryTest(metric=metric, cap=None if metric in {"latency", "cost"} else 1.0)


def _capped(test: CanaryTest, known: Known, policy: CanaryPolicy) -> CanaryTest:
    """With the cap set, once there is enough of control; what it is set by is not bet on."""
    first = _plus(test.first, [found for one, found in known if one.arm == "control"])
    enough = first.count >= _CAPPED_BY
    cap = max(policy.cap_times * first.harm / first.count, _LEAST) if enough else None
    return test.model_copy(update={"first": first, "cap": cap})


def _compared(
    metric: Metric, known: Known, strata: Strata, policy: CanaryPolicy
) -> tuple[Numbers, Numbers, Numbers]:
    """By how much each outcome says that the canary is worse, and the least and most it could."""
    harms = np.array([found for _, found in known])
    treated = np.array([one.arm == "canary" for one, _ in known])
    share = np.array([one.share for one, _ in known])
    guess = _guess([strata.get((metric, one.tenant)) for one, _ in known])
    ratio, slack = _allowed(policy, metric)
    low, high = extremes(share, guess, ratio)
    return difference(harms, treated, share, guess, ratio) - slack, low - slack, high - slack


def _bet(
    test: CanaryTest, values: Numbers, low: Numbers, high: Numbers, policy: CanaryPolicy
) -> CanaryTest:
    worse, safe = wagered(test.worse, values, -low), test.safe
    if test.metric == "quality":
        margin = policy.quality_margin - policy.quality_drop  # the drop is taken off already
        safe = wagered(safe, margin - values, high - margin)
    return test.model_copy(update={"worse": worse, "safe": safe})


def _by_tenant(
    known: Known, strata: Strata, values: Numbers, low: Numbers
) -> dict[tuple[Metric, str], Stratum]:
    """What the outcomes say of each tenant alone."""
    found: dict[tuple[Metric, str], Stratum] = {}
    for tenant in {one.tenant for one, _ in known}:
        old = strata["quality", tenant]
        own = np.array([one.tenant == tenant for one, _ in known])
        worse = wagered(old.worse, values[own], -low[own])
        found["quality", tenant] = old.model_copy(update={"worse": worse})
    return found


def _guess(strata: Sequence[Stratum | None]) -> Guess:
    """Means until now; of a canary without an outcome, control's."""
    control = [_mean(one.control) or 0.0 if one else 0.0 for one in strata]
    canary = [
        (one.canary.harm + other) / (one.canary.count + 1) if one else other
        for one, other in zip(strata, control, strict=True)
    ]
    return Guess(np.array(canary), np.array(control))


def _allowed(policy: CanaryPolicy, metric: Metric) -> tuple[float, float]:
    """How much worse a canary may be: times control's mean, and then so much more."""
    if metric == "quality":
        return 1.0, policy.quality_drop
    if metric == "error":
        return 1.0, policy.error_rise
    ratio = policy.latency_ratio if metric == "latency" else policy.cost_ratio
    return ratio or 1.0, 0.0


def _counted(metric: Metric, known: Known, strata: Strata) -> dict[tuple[Metric, str], Stratum]:
    counted: dict[tuple[Metric, str], Stratum] = {}
    for tenant in {one.tenant for one, _ in known}:
        own = [(one.arm, found) for one, found in known if one.tenant == tenant]
        old = strata.get((metric, tenant), Stratum(tenant=tenant, metric=metric))
        canary = _plus(old.canary, [found for arm, found in own if arm == "canary"])
        control = _plus(old.control, [found for arm, found in own if arm == "control"])
        new = {"canary": canary, "control": control}
        counted[metric, tenant] = old.model_copy(update=new)
    return counted


def _told(canary: Canary, test: CanaryTest) -> CanaryEvidence:
    on_trial, control = totals(canary, test.metric)
    quality = test.metric == "quality"
    return CanaryEvidence(
        metric=test.metric,
        canary_mean=_in_unit(on_trial, test),
        control_mean=_in_unit(control, test),
        canary_count=on_trial.count,
        control_count=control.count,
        log_e_worse=test.worse.log_e,
        log_e_limit=limit(canary, test.metric),
        p_worse=math.exp(-test.worse.peak),
        log_e_safe=test.safe.log_e if quality else None,
    )


def _in_unit(tally: Tally, test: CanaryTest) -> float | None:
    mean = _mean(tally)
    if mean is None or test.cap is None:
        return None
    return max(0.0, 1.0 - mean) if test.metric == "quality" else mean * test.cap


def _plus(tally: Tally, harms: Sequence[float]) -> Tally:
    return Tally(count=tally.count + len(harms), harm=tally.harm + math.fsum(harms))


def _sum(tallies: Iterable[Tally]) -> Tally:
    found = list(tallies)
    return Tally(count=sum(t.count for t in found), harm=math.fsum(t.harm for t in found))


def _mean(tally: Tally) -> float | None:
    return tally.harm / tally.count if tally.count else None
