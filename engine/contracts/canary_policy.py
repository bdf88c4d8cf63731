"""When a canary grows, is promoted, and is rolled back."""

from typing import Final, Self

from pydantic import Field, model_validator

from engine.contracts.base import Record

MAX_CANARY_SHARE: Final = 0.10
"""A canary is to show trouble early, not to become the rule."""
MIN_CANARY_SHARE: Final = 0.05
"""With less, a trial of a small tenant would never end."""


class CanaryPolicy(Record):
    """When a canary grows, is promoted, and is rolled back."""

    share: float = Field(
        default=MIN_CANARY_SHARE,
        ge=MIN_CANARY_SHARE,
        le=MAX_CANARY_SHARE,
        description="Share of the conversations that it begins with.",
    )
    max_share: float = Field(
        default=MAX_CANARY_SHARE,
        ge=MIN_CANARY_SHARE,
        le=MAX_CANARY_SHARE,
        description="Share that it grows to, doubling after each bake time.",
    )
    alpha: float = Field(
        default=0.05,
        gt=0,
        le=0.5,
        description="Chance that a canary as good as control is ever rolled back.",
    )
    quality_drop: float = Field(
        default=0.0, ge=0, le=0.5, description="Mean quality it may lack, in points of 0 to 1."
    )
    quality_margin: float = Field(
        default=0.05,
        gt=0,
        le=0.5,
        description="It is promoted once it is shown to lack less mean quality than this.",
    )
    error_rise: float = Field(
        default=0.0, ge=0, le=0.5, description="By how much its error rate may be higher."
    )
    latency_ratio: float | None = Field(
        default=1.25, ge=1, le=100, description="Mean latency over control's; null: not watched."
    )
    cost_ratio: float | None = Field(
        default=1.25, ge=1, le=1_000, description="Mean cost over control's; null: not watched."
    )
    cap_times: float = Field(
        default=10.0,
        ge=2,
        le=1_000,
        description="A latency or cost of more than so many times control's mean counts as that.",
    )
    rollback_min: int = Field(
        default=20, ge=1, le=10**6, description="Canary outcomes before it may be rolled back."
    )
    promote_min: int = Field(
        default=200,
        ge=1,
        le=10**7,
        description="Canary outcomes of known quality before it may be promoted.",
    )
    bake_s: float = Field(
        default=3_600.0, ge=0, le=1e8, description="Seconds at each share, the last among them."
    )
    max_outcomes: int = Field(
        default=5_000, ge=1, le=10**8, description="Canary outcomes after which it is paused."
    )
    max_s: float = Field(
        default=1_209_600.0, gt=0, le=1e9, description="Seconds after which it is paused."
    )
    drift_margin: float = Field(
        default=0.05,
        gt=0,
        le=0.5,
        description="After promotion: quality it may lose against control's in the trial.",
    )

    @model_validator(mode="after")
    def _it_grows(self) -> Self:
        if self.max_share < self.share:
            raise ValueError("max_share is less than share")
        if self.max_outcomes < max(self.promote_min, self.rollback_min):
            raise ValueError("max_outcomes is less than promote_min or rollback_min")
        return self
