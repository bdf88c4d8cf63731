"""Where a request with a strict schema goes: the small tier, or what its lock lets it go to."""

from collections.abc import Sequence

from engine.contracts import Bound, Reason, RouteLock, RouterSpec, TierOutlook, WouldChange
from engine.errors import NoTier
from engine.routing.choosing import Choice

Locked = tuple[Choice, list[TierOutlook], tuple[WouldChange, ...]]
"""The choice, the tiers with the lock among their bounds, and what would have led elsewhere."""


def choose_locked(spec: RouterSpec, outlooks: Sequence[TierOutlook], lock: RouteLock) -> Locked:
    """The tier for a locked request; raises `NoTier` where the lock lets it go to none.

    `outlooks` are the router's tiers with every bound but the lock.
    """
    place = next((at for at, one in enumerate(outlooks) if one.tier == lock.tier), None)
    if place is None:
        raise NoTier(f"router {spec.name} has no tier {lock.tier}, which a request is locked to")
    choice = _released(spec, outlooks, place) if lock.released else _held(spec, outlooks, place)
    shown = [one if one.tier == choice.tier else _barred(one) for one in outlooks]
    return choice, shown, _changes(outlooks, place, lock)


def _held(spec: RouterSpec, outlooks: Sequence[TierOutlook], place: int) -> Choice:
    small = outlooks[place]
    if small.allowed:
        return Choice(small.tier, Reason.EARLY_EXIT)
    down = small.bounds == (Bound.DOWN,)
    then = spec.locked_down if down else spec.locked_unfit
    above = _next(outlooks, place)
    if then == "refuse" or above is None:
        raise _refused(spec, outlooks, place, f"locked to tier {small.tier}")
    return Choice(above.tier, Reason.FAILOVER if down else Reason.EARLY_EXIT)


def _released(spec: RouterSpec, outlooks: Sequence[TierOutlook], place: int) -> Choice:
    above = _next(outlooks, place)
    if above is None:
        raise _refused(spec, outlooks, place, f"released from tier {outlooks[place].tier}")
    return Choice(above.tier, Reason.RELEASED)


def _next(outlooks: Sequence[TierOutlook], place: int) -> TierOutlook | None:
    """The first allowed tier above: one without structured output never is."""
    return next((one for one in outlooks[place + 1 :] if one.allowed), None)


def _barred(outlook: TierOutlook) -> TierOutlook:
    return outlook.model_copy(update={"bounds": (*outlook.bounds, Bound.LOCK)})


def _changes(
    outlooks: Sequence[TierOutlook], place: int, lock: RouteLock
) -> tuple[WouldChange, ...]:
    above = _next(outlooks, place)
    if lock.released or above is None:
        return ()
    text = f"{above.tier} after {lock.release_after} answers that fail the schema"
    return (
        WouldChange(
            tier=above.tier, what="schema_failures", value=float(lock.release_after), text=text
        ),
    )


def _refused(spec: RouterSpec, outlooks: Sequence[TierOutlook], place: int, state: str) -> NoTier:
    """Says of each tier what keeps it out, the lock of all but the one it is locked to."""
    own = outlooks[place]
    shown = [one if one is own and one.bounds else _barred(one) for one in outlooks]
    told = "; ".join(f"{one.tier}: {', '.join(one.bounds)}" for one in shown)
    setting = "locked_down" if own.bounds == (Bound.DOWN,) else "locked_unfit"
    return NoTier(
        f"a request with a strict schema, {state} of router {spec.name}, can go nowhere: {told}",
        hint=f"{setting}: next lets it go on to tiers with structured output",
        bounds={one.tier: one.bounds for one in shown},
    )
