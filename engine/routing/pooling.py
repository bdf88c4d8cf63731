"""Which tenants get a trial of their own, and which are too small for one."""

from collections.abc import Mapping

from engine.contracts import CanaryPolicy
from engine.contracts.canary import MAX_TENANTS


def pools(per_day: Mapping[str, float], policy: CanaryPolicy) -> list[tuple[str, ...]]:
    """Tenants by trial: alone where their conversations a day suffice, otherwise pooled.

    They suffice where a canary's share of them brings the outcomes that a promotion needs within
    the time that a trial may take. Pools are filled with the largest first, no further than
    needed; what is left over at the end joins the last. A pool that stays too small, as there are
    no more tenants, is given all the same: its trial may end without a verdict.
    """
    needed = policy.promote_min / policy.max_share / (policy.max_s / 86_400)
    alone = sorted(tenant for tenant, count in per_day.items() if count >= needed)
    small = sorted(set(per_day) - set(alone), key=lambda tenant: (-per_day[tenant], tenant))
    made, rest = [(tenant,) for tenant in alone], list[str]()
    filled: list[tuple[str, ...]] = []
    for tenant in small:
        rest.append(tenant)
        if sum(map(per_day.__getitem__, rest)) >= needed or len(rest) == MAX_TENANTS:
            filled.append(tuple(rest))
            rest = []
    if rest and filled and len(filled[-1]) + len(rest) <= MAX_TENANTS:
        filled[-1] += tuple(rest)
    elif rest:
        filled.append(tuple(rest))
    return made + filled
