"""A conversation stays with its tier while that costs less than to read its prompt elsewhere."""

from collections import OrderedDict
from typing import Final, NamedTuple

from engine.contracts import Reason, RouteDecision, RouterSpec
from engine.routing.decision import instead

CACHED_DISCOUNT: Final = 0.9
"""Part of the input's price that providers leave out for a prompt in their cache."""
MAX_CONVERSATIONS: Final = 10_000
"""The least recently used are forgotten beyond."""


class Stay(NamedTuple):
    """Where a conversation was last, and how many tokens its prompt had there."""

    tier: str
    tokens: int


class Affinity:
    """Remembers where conversations are; of one process."""

    def __init__(self, most: int = MAX_CONVERSATIONS) -> None:
        self._most = most
        self._stays: OrderedDict[tuple[str, str], Stay] = OrderedDict()

    def last(self, tenant: str, conversation: str | None) -> Stay | None:
        """Where the conversation was; null: it begins, or has none."""
        return self._stays.get((tenant, conversation)) if conversation else None

    def went(self, tenant: str, conversation: str | None, stay: Stay) -> None:
        """The conversation has been answered there."""
        if not conversation:
            return
        self._stays[tenant, conversation] = stay
        self._stays.move_to_end((tenant, conversation))
        if len(self._stays) > self._most:
            self._stays.popitem(last=False)

    def __repr__(self) -> str:
        return f"Affinity({len(self._stays)} conversations)"


def kept(decision: RouteDecision, last: Stay | None, spec: RouterSpec) -> RouteDecision:
    """The decision, or the conversation's tier where a switch would cost more than it saves.

    Only among tiers that the decision guarantees. Cost decides where both are known and differ,
    else the expected wait.
    """
    if last is None or last.tier == decision.tier or last.tier not in decision.guaranteed:
        return decision
    here, there = decision.outlook(last.tier), decision.outlook(decision.tier)
    tier = spec.tier(last.tier)
    cached = min(last.tokens, int(decision.features["token_count"]))
    saved_usd = tier.calls * CACHED_DISCOUNT * cached * (tier.input_usd or 0.0) / 1e6
    saved_ms = cached * tier.ms_per_input_token
    stays = _at_most(here.cost_usd, saved_usd, there.cost_usd)
    if stays is None:
        stays = _at_most(here.latency_ms, saved_ms, there.latency_ms)
    return instead(decision, last.tier, Reason.AFFINITY) if stays else decision


def _at_most(here: float | None, saved: float, there: float | None) -> bool | None:
    """Whether it is less to stay; null where that is not known, or equal."""
    if here is None or there is None or here - saved == there:
        return None
    return here - saved < there
