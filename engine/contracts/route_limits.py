"""What a request, a tenant or both ask of the tier that answers."""

from enum import StrEnum
from typing import Final

from pydantic import Field

from engine.contracts.base import Record


class Sensitivity(StrEnum):
    """How much harm it does if a text becomes known, from none to the greatest."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    RESTRICTED = "restricted"

    @property
    def rank(self) -> int:
        """0 for public, 3 for restricted."""
        return _RANKS[self]


_RANKS: Final = {level: rank for rank, level in enumerate(Sensitivity)}


class RouteLimits(Record):
    """Bounds that a tier keeps or is left out by; null: no bound.

    What a tier does not say of itself (its price, speed or region) keeps no bound on it.
    """

    sensitivity: Sensitivity = Field(
        default=Sensitivity.INTERNAL,
        strict=False,
        description="Of the request; a tier must be allowed to see it.",
    )
    region: str | None = Field(
        default=None, min_length=1, max_length=64, description="Where it has to be answered."
    )
    max_cost_usd: float | None = Field(
        default=None, ge=0, description="Most that the call may be expected to cost, in US dollars."
    )
    max_latency_ms: float | None = Field(
        default=None, gt=0, description="Longest that the call may be expected to take, in ms."
    )
    quality_target: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Probability of a good answer that is enough; null: the tenant's or router's.",
    )

    def stricter(self, other: "RouteLimits") -> "RouteLimits":
        """What keeps both; where both name a region or a target, this one's counts."""
        return RouteLimits(
            sensitivity=max(self.sensitivity, other.sensitivity, key=lambda level: level.rank),
            region=self.region or other.region,
            max_cost_usd=_least(self.max_cost_usd, other.max_cost_usd),
            max_latency_ms=_least(self.max_latency_ms, other.max_latency_ms),
            quality_target=(
                other.quality_target if self.quality_target is None else self.quality_target
            ),
        )


def _least(one: float | None, other: float | None) -> float | None:
    given = [value for value in (one, other) if value is not None]
    return min(given) if given else None
