"""A trial of a tier as a pure state machine: fed with time and outcomes, it says how it goes on.

```
running ──> promoted ──> rolled_back     shown not to be worse by the margin; later, drift
   ├──────> rolled_back                  shown to be worse than it may be: never left
   └──────> inconclusive ──> running     as long as it may take, or a person paused it
                 └──────> promoted | rolled_back, by a person
```
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from engine.contracts import (
    Canary,
    CanaryCause,
    CanaryChange,
    CanaryLook,
    CanaryOutcome,
    CanaryState,
    Metric,
)
from engine.contracts.canary import METRICS
from engine.errors import BadInput
from engine.routing.canary_evidence import (
    asked,
    evidence,
    gathered,
    limit,
    measure,
    tenant_limit,
    tenants_worse,
    totals,
    wagered,
)

_RUNNING: Final = CanaryState.RUNNING
_PROMOTED: Final = CanaryState.PROMOTED
_ROLLED_BACK: Final = CanaryState.ROLLED_BACK
_INCONCLUSIVE: Final = CanaryState.INCONCLUSIVE
_LOOK: Final = 10
"""Canary outcomes between two looks of the trail, later a twentieth of those so far."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A trial after something happened, and what is to be told of that."""

    canary: Canary
    changes: tuple[CanaryChange, ...] = ()
    counted: tuple[str, ...] = ()
    """Ids of the outcomes that are new in it."""


@dataclass(frozen=True, slots=True)
class Said:
    """Who did something by hand, and why."""

    author: str
    note: str = ""


def begun(canary: Canary, said: Said) -> Moved:
    """The change that tells of a new trial."""
    details = {"policy": canary.policy.model_dump(mode="json")}
    return Moved(canary, _changes(canary, before=None, said=said, details=details))


def observe(canary: Canary, outcomes: Sequence[CanaryOutcome], now: float) -> Moved:
    """What becomes of a trial by these outcomes, of any of its tenants, and by the time.

    Outcomes of another trial or tenant raise `BadInput`. Those that can no longer change anything
    are counted as late.
    """
    for outcome in outcomes:
        if outcome.canary_id != canary.canary_id or outcome.tenant not in canary.tenants:
            said = f"an outcome of {outcome.canary_id!r}, tenant {outcome.tenant!r}"
            raise BadInput(said, where=canary.canary_id, hint="give it to its own trial")
    if canary.state is _ROLLED_BACK:
        return Moved(canary.model_copy(update={"late": canary.late + len(outcomes)}))
    if canary.state is _PROMOTED:
        return _watched(canary, outcomes, now)
    canary = _looked(gathered(canary, outcomes), now)
    return _judged(canary, now) if canary.state is _RUNNING else Moved(canary)


def pause(canary: Canary, said: Said, now: float) -> Moved:
    """Give the tier on trial no more requests until somebody resumes it."""
    return _by_hand(canary, _INCONCLUSIVE, [_RUNNING], said, now)


def resume(canary: Canary, said: Said, now: float) -> Moved:
    """Let a paused trial run on, with what is known so far and as much time again."""
    spent = totals(canary, "error")[0].count
    fresh = canary.model_copy(update={"since": now, "stage_at": now, "spent": spent})
    return _by_hand(fresh, _RUNNING, [_INCONCLUSIVE], said, now)


def promote(canary: Canary, said: Said, now: float) -> Moved:
    """Give the tier on trial every request."""
    return _by_hand(canary, _PROMOTED, [_RUNNING, _INCONCLUSIVE], said, now)


def roll_back(canary: Canary, said: Said, now: float) -> Moved:
    """Give the tier on trial no more requests, for good."""
    return _by_hand(canary, _ROLLED_BACK, [_RUNNING, _INCONCLUSIVE, _PROMOTED], said, now)


def _judged(canary: Canary, now: float) -> Moved:
    """Harm comes before success, success before time being up, and that before a larger share."""
    policy, outcomes = canary.policy, totals(canary, "error")[0].count
    if outcomes >= policy.rollback_min and (worse := _worse(canary, 1.0)):
        return _moved(canary, _ROLLED_BACK, CanaryCause(worse), now)
    baked = now - canary.stage_at >= policy.bake_s
    full = canary.share >= policy.max_share
    judged = totals(canary, "quality")[0].count
    if full and baked and judged >= policy.promote_min and _safe(canary):
        return _moved(canary, _PROMOTED, CanaryCause.PROVEN, now)
    if outcomes - canary.spent >= policy.max_outcomes or now - canary.since >= policy.max_s:
        return _moved(canary, _INCONCLUSIVE, CanaryCause.EXHAUSTED, now)
    if baked and not full and outcomes >= policy.rollback_min and not _worse(canary, 0.5):
        share = min(policy.max_share, 2 * canary.share)
        grown = canary.model_copy(update={"share": share, "stage_at": now})
        return _moved(grown, _RUNNING, CanaryCause.GREW, now)
    return Moved(canary)


def _worse(canary: Canary, part: float) -> Metric | None:
    """The metric that has this part of the evidence for a rollback; the most of those that do."""
    found = {m: asked(canary, m).worse.log_e / limit(canary, m) for m in METRICS}
    most_harmed = max(tenants_worse(canary).values(), default=-math.inf)
    found["quality"] = max(found["quality"], most_harmed / tenant_limit(canary))
    most = max(METRICS, key=found.__getitem__)
    return most if found[most] >= part else None


def _safe(canary: Canary) -> bool:
    return asked(canary, "quality").safe.log_e >= -math.log(canary.policy.alpha)


def _watched(canary: Canary, outcomes: Sequence[CanaryOutcome], now: float) -> Moved:
    """After promotion: its quality against control's in the trial, less the margin."""
    found = [measure(one, "quality", canary.policy) for one in outcomes if one.share == 1]
    harms = np.array([value for value in found if value is not None])
    late = canary.late + len(outcomes) - len(found)
    control = totals(canary, "quality")[1]
    drift = canary.drift
    if len(harms) and control.count:
        allowed = control.harm / control.count + canary.policy.drift_margin
        drift = wagered(drift, harms - allowed, np.full(len(harms), allowed))
    canary = canary.model_copy(update={"drift": drift, "late": late})
    enough = drift.count >= canary.policy.rollback_min
    if enough and drift.log_e >= -math.log(canary.policy.alpha):
        return _moved(canary, _ROLLED_BACK, CanaryCause.DRIFT, now)
    return Moved(canary)


def _looked(canary: Canary, now: float) -> Canary:
    """The trail with a look, where enough is new since the last; it grows with the logarithm."""
    outcomes = totals(canary, "error")[0].count
    last = canary.trail[-1].outcomes if canary.trail else 0
    if outcomes - last < max(_LOOK, last // 20):
        return canary
    evident: Any = {metric: asked(canary, metric).worse.log_e for metric in METRICS}
    safe = asked(canary, "quality").safe.log_e
    look = CanaryLook(at=now, outcomes=outcomes, share=canary.share, safe=safe, **evident)
    return canary.model_copy(update={"trail": (*canary.trail, look)})


def _by_hand(
    canary: Canary, after: CanaryState, allowed: Sequence[CanaryState], said: Said, now: float
) -> Moved:
    if canary.state not in allowed:
        only = " or ".join(state.value for state in allowed)
        hint = "a trial that was rolled back stays so: start another"
        raise BadInput(
            f"it is {canary.state.value}, and only one that is {only} can become {after.value}",
            where=canary.canary_id,
            hint=hint if canary.state is _ROLLED_BACK else "",
        )
    return _moved(canary, after, CanaryCause.HAND, now, said)


def _moved(
    canary: Canary,
    after: CanaryState,
    cause: CanaryCause,
    now: float,
    said: Said | None = None,
) -> Moved:
    changed = {"state": after, "cause": cause, "changed_at": now}
    moved = canary.model_copy(update=changed)
    return Moved(moved, _changes(moved, before=canary.state, said=said))


def _changes(
    canary: Canary,
    *,
    before: CanaryState | None,
    said: Said | None,
    details: Any = None,
) -> tuple[CanaryChange, ...]:
    """What happened, a row for each tenant: none of them is told who the others are."""
    said = said or Said("")
    found, own = evidence(canary), tenants_worse(canary)
    fence = canary.fence if before is None else canary.fence + 1  # under which it will be kept
    return tuple(
        CanaryChange(
            tenant=tenant,
            change_id=f"{canary.canary_id}/{fence}/{index}",
            canary_id=canary.canary_id,
            router=canary.router,
            tier=canary.tier,
            baseline=canary.baseline,
            before=before,
            after=canary.state,
            cause=canary.cause,
            share=canary.share,
            pooled=len(canary.tenants),
            evidence=found,
            author=said.author,
            note=said.note,
            details=(details or {}) | ({"own_log_e": own[tenant]} if tenant in own else {}),
            changed_at=canary.changed_at,
        )
        for index, tenant in enumerate(canary.tenants)
    )
