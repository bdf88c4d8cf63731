"""Which of the tiers that may be asked is asked."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from engine.contracts import Bound, Reason, TierOutlook, WouldChange

_STEP: Final = 1e-6


class Choice(NamedTuple):
    """A tier and why."""

    tier: str
    reason: Reason


def choose(outlooks: Sequence[TierOutlook], target: float, default: str) -> Choice | None:
    """The cheapest allowed tier that clears the target; null where none is allowed.

    Where none clears it the likeliest to do well; where no probability is known the default, or
    the nearest tier to it that is allowed, dearer ones first.
    """
    allowed = by_cost([outlook for outlook in outlooks if outlook.allowed])
    if not allowed:
        return None
    known = [(one.probability, one.tier) for one in allowed if one.probability is not None]
    for probability, tier in known:
        if probability >= target:
            return Choice(tier, Reason.CHEAPEST_GOOD_ENOUGH)
    if known:
        return Choice(max(known, key=lambda pair: pair[0])[1], Reason.BEST_AVAILABLE)
    return Choice(_nearest(outlooks, default), Reason.DEFAULT)


def by_cost(outlooks: Sequence[TierOutlook]) -> list[TierOutlook]:
    """The cheapest first: by expected cost where every one is known, else in the order given."""
    if any(outlook.cost_usd is None for outlook in outlooks):
        return list(outlooks)
    return sorted(outlooks, key=lambda outlook: outlook.cost_usd or 0.0)


def would_change(
    outlooks: Sequence[TierOutlook], chosen: str, target: float, default: str
) -> tuple[WouldChange, ...]:
    """What would have led elsewhere: another target, or one bound less."""
    found = [*_other_targets(outlooks, chosen, default)]
    for place, outlook in enumerate(outlooks):
        if len(outlook.bounds) != 1:
            continue
        free = outlook.model_copy(update={"bounds": ()})
        choice = choose([*outlooks[:place], free, *outlooks[place + 1 :]], target, default)
        if choice is not None and choice.tier != chosen:
            found.append(_lifted(choice.tier, outlook.bounds[0]))
    return tuple(found)


def _other_targets(outlooks: Sequence[TierOutlook], chosen: str, default: str) -> list[WouldChange]:
    """The nearest targets below and above the chosen tier's range that lead to another tier."""
    known = [one.probability for one in outlooks if one.allowed and one.probability is not None]
    own = next((one.probability for one in outlooks if one.tier == chosen), None)
    found: dict[str, WouldChange] = {}
    for value in sorted(known, reverse=True):
        choice = choose(outlooks, value, default)
        if choice is not None and choice.tier != chosen and choice.tier not in found:
            found[choice.tier] = _target(choice.tier, value, "<=")
    above = None if own is None else choose(outlooks, min(1.0, own + _STEP), default)
    if own is not None and above is not None and above.tier != chosen:
        found[above.tier] = _target(above.tier, own, ">")
    return list(found.values())


def _target(tier: str, value: float, sign: str) -> WouldChange:
    return WouldChange(
        tier=tier,
        what="quality_target",
        value=value,
        text=f"{tier} if quality_target {sign} {value:.3f}",
    )


def _lifted(tier: str, bound: Bound) -> WouldChange:
    return WouldChange(tier=tier, what=bound.value, text=f"{tier} without the bound {bound.value}")


def _nearest(outlooks: Sequence[TierOutlook], default: str) -> str:
    names = [outlook.tier for outlook in outlooks]
    home = names.index(default)
    places = [place for place, outlook in enumerate(outlooks) if outlook.allowed]
    return names[min(places, key=lambda place: (place < home, abs(place - home)))]
