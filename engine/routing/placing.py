"""Where a request belongs in the trials of its router; pure, and the same in every process."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from engine.contracts import Canary, CanaryPlace, CanaryState
from engine.routing.sticky import sticky


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, as far as trials are concerned."""

    tenant: str
    conversation: str
    allowed: Collection[str] | None = None
    """Tiers that it may go to; null: any."""
    chosen: str | None = None
    """The tier where it would go were there no trial; null: not known."""


def place(canary: Canary, request: Asked) -> CanaryPlace | None:
    """Where a conversation belongs now; null where it takes no part in the trial.

    A share that grows takes conversations from control and gives none back. In a trial that does
    not run all are the baseline's, and after promotion all are the canary's. A request that would
    go to neither of the trial's tiers takes no part; one that may not go to both takes none in a
    trial that runs, whichever it was drawn for, or the arms would be given different requests.
    """
    if request.tenant not in canary.tenants:
        return None
    if request.chosen not in {None, canary.tier, canary.baseline}:
        return None
    share = {CanaryState.RUNNING: canary.share, CanaryState.PROMOTED: 1.0}.get(canary.state, 0.0)
    drawn = sticky(canary.canary_id, request.tenant, request.conversation) < share
    tier = canary.tier if drawn else canary.baseline
    needed = {canary.tier, canary.baseline} if canary.state is CanaryState.RUNNING else {tier}
    if request.allowed is not None and not needed <= set(request.allowed):
        return None
    return CanaryPlace(
        canary_id=canary.canary_id,
        arm="canary" if drawn else "control",
        tier=tier,
        share=share,
    )


def placed(trials: Iterable[Canary], request: Asked) -> CanaryPlace | None:
    """Where a conversation belongs after all trials of its router, the oldest first.

    Each starts from where the one before led: what was promoted stays so under a later trial, and
    a tier that was rolled back gets nothing even where the router would choose it.
    """
    found = None
    for canary in trials:
        if canary.state is CanaryState.ROLLED_BACK and request.chosen != canary.tier:
            continue
        if here := place(canary, request):
            found, request = here, replace(request, chosen=here.tier)
    return found
