"""Canaries: a tier on trial with a small share of some tenants' conversations."""

from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from engine.contracts.base import JsonObject, Record
from engine.contracts.canary_policy import MAX_CANARY_SHARE, CanaryPolicy
from engine.contracts.facts import Fact

MAX_TENANTS: Final = 100
"""Of one pool; each has counts of its own, kept with every change."""
_NAME: Final = r"^[A-Za-z0-9._-]{1,100}$"
LogE = Annotated[float, Field(ge=-1e12, le=1e12)]
"""A natural logarithm of an e-value."""

Metric = Literal["quality", "error", "latency", "cost"]
METRICS: Final[tuple[Metric, ...]] = ("quality", "error", "latency", "cost")
Arm = Literal["canary", "control"]


class CanaryState(StrEnum):
    """How far a trial has come; `rolled_back` is never left."""

    RUNNING = "running"
    INCONCLUSIVE = "inconclusive"  # paused, by a person or because nothing could be shown
    PROMOTED = "promoted"  # gets every request, and is watched for drift
    ROLLED_BACK = "rolled_back"


class CanaryCause(StrEnum):
    """Why a trial changed."""

    STARTED = "started"
    GREW = "grew"  # nothing spoke against a larger share
    QUALITY = "quality"
    ERROR = "error"
    LATENCY = "latency"
    COST = "cost"
    PROVEN = "proven"  # not worse by the margin or more
    EXHAUSTED = "exhausted"  # as many requests, or as long, as it may take
    DRIFT = "drift"  # worse after promotion than control was before
    HAND = "hand"


class CanaryPlace(Record):
    """Where one conversation belongs in a trial."""

    canary_id: str = Field(pattern=_NAME, description="The trial.")
    arm: Arm = Field(description="Whether it gets the tier on trial.")
    tier: str = Field(min_length=1, max_length=100, description="The tier it gets.")
    share: float = Field(ge=0, le=1, description="Chance that a conversation is a canary's.")


class CanaryOutcome(Record):
    """What became of one conversation of a trial; of several requests, the mean over them.

    Conversations are what is drawn, so they, and not requests, are what is counted.
    """

    outcome_id: str = Field(
        min_length=1, max_length=200, description="The conversation by id: it counts once."
    )
    canary_id: str = Field(pattern=_NAME, description="The trial, as in its `CanaryPlace`.")
    tenant: str = Field(min_length=1, max_length=200, description="Whose conversation it was.")
    arm: Arm = Field(description="As in its `CanaryPlace`.")
    share: float = Field(ge=0, le=1, description="As in its `CanaryPlace`.")
    quality: float | None = Field(
        default=None, ge=0, le=1, description="1 is best; null: unknown, or 0 where it failed."
    )
    error: bool = Field(default=False, description="Whether it failed.")
    latency_ms: float | None = Field(
        default=None, ge=0, le=1e9, description="Milliseconds; null: unknown."
    )
    cost_usd: float | None = Field(
        default=None, ge=0, le=1e9, description="US dollars; null: unknown."
    )


class Tally(Record):
    """Outcomes of one arm by one metric, as harm: 0 is best, 1 is worst."""

    count: int = Field(default=0, ge=0, le=10**12, description="Outcomes.")
    harm: float = Field(default=0.0, ge=0, le=1e12, description="Sum of their harm.")


class Bets(Record):
    """An e-process: the wealth of one who bets against a hypothesis, and what to bet next."""

    log_e: LogE = Field(default=0.0, description="Natural logarithm of the wealth.")
    peak: float = Field(default=0.0, ge=0, le=1e12, description="Its highest value so far.")
    count: int = Field(default=0, ge=0, le=10**12, description="Outcomes bet on.")
    total: LogE = Field(default=0.0, description="Sum of what was bet on.")
    squares: float = Field(default=0.0, ge=0, le=1e15, description="Sum of its squares.")


class Stratum(Record):
    """One tenant's outcomes by one metric."""

    tenant: str = Field(min_length=1, max_length=200, description="Whose they are.")
    metric: Metric = Field(description="By what.")
    canary: Tally = Field(default=Tally(), description="Of the tier on trial.")
    control: Tally = Field(default=Tally(), description="Of the tier it may replace.")
    worse: Bets = Field(
        default=Bets(),
        description="Of quality in a pool, against: it is as good as control for this tenant.",
    )


class CanaryTest(Record):
    """What one metric says, over all tenants of the trial."""

    metric: Metric = Field(description="By what.")
    cap: float | None = Field(
        default=1.0, gt=0, le=1e12, description="Counts as the worst; null: not known yet."
    )
    first: Tally = Field(default=Tally(), description="Control's outcomes that the cap is set by.")
    worse: Bets = Field(default=Bets(), description="Against: it is as good as control.")
    safe: Bets = Field(default=Bets(), description="Against: it is worse by the margin.")


class CanaryLook(Record):
    """The evidence at one moment: natural logarithms of e-values."""

    at: float = Field(ge=0, le=1e12, description="Seconds since the Unix epoch.")
    outcomes: int = Field(ge=0, le=10**12, description="Canary outcomes until then.")
    share: float = Field(ge=0, le=1, description="The share it had.")
    quality: LogE = Field(description="That its quality is worse.")
    error: LogE = Field(description="That it fails more often.")
    latency: LogE = Field(description="That it is slower than allowed.")
    cost: LogE = Field(description="That it is dearer than allowed.")
    safe: LogE = Field(description="That its quality is not worse by the margin.")


class Canary(Record):
    """A trial as far as it has come: all that is needed to go on."""

    canary_id: str = Field(pattern=_NAME, description="Names it, and draws its conversations.")
    router: str = Field(min_length=1, max_length=100, description="The router by name.")
    tier: str = Field(min_length=1, max_length=100, description="The tier on trial.")
    baseline: str = Field(min_length=1, max_length=100, description="The tier it may replace.")
    tenants: tuple[str, ...] = Field(
        min_length=1, max_length=MAX_TENANTS, description="One, or small ones that are pooled."
    )
    policy: CanaryPolicy = Field(default=CanaryPolicy(), description="When it does what.")
    state: CanaryState = Field(default=CanaryState.RUNNING, description="How far it has come.")
    cause: CanaryCause = Field(default=CanaryCause.STARTED, description="What led there.")
    share: float = Field(ge=0, le=MAX_CANARY_SHARE, description="While it runs; else the latest.")
    fence: int = Field(default=0, ge=0, le=10**12, description="Grows with each change kept.")
    created_at: float = Field(ge=0, le=1e12, description="Seconds since the Unix epoch.")
    changed_at: float = Field(ge=0, le=1e12, description="When its state last changed.")
    stage_at: float = Field(ge=0, le=1e12, description="When it got its present share.")
    since: float = Field(ge=0, le=1e12, description="When it began, or was resumed.")
    spent: int = Field(default=0, ge=0, le=10**12, description="Canary outcomes until then.")
    strata: tuple[Stratum, ...] = Field(default=(), description="Outcomes so far.")
    tests: tuple[CanaryTest, ...] = Field(default=(), description="What they say, by metric.")
    drift: Bets = Field(default=Bets(), description="Against: no drift since promotion.")
    trail: tuple[CanaryLook, ...] = Field(default=(), description="The evidence over time.")
    late: int = Field(
        default=0, ge=0, le=10**12, description="Outcomes that came when no trial was under way."
    )

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        if len(set(self.tenants)) < len(self.tenants):
            raise ValueError("a tenant is named twice")
        if self.tier == self.baseline:
            raise ValueError("the canary is the tier that it may replace")
        return self


class CanaryEvidence(Record):
    """What a change was decided on, by one metric."""

    metric: Metric = Field(description="By what.")
    canary_mean: float | None = Field(
        ge=0, le=1e9, description="In the metric's unit, capped; null: no outcome."
    )
    control_mean: float | None = Field(ge=0, le=1e9, description="The same of control.")
    canary_count: int = Field(ge=0, le=10**12, description="Canary outcomes with this metric.")
    control_count: int = Field(ge=0, le=10**12, description="Control outcomes with this metric.")
    log_e_worse: LogE = Field(description="ln of the evidence that it is worse.")
    log_e_limit: float = Field(ge=0, le=1e6, description="At which it is rolled back.")
    p_worse: float = Field(ge=0, le=1, description="Anytime-valid p-value of the same.")
    log_e_safe: LogE | None = Field(
        description="ln of the evidence that it is safe; null: not asked."
    )


class CanaryChange(Fact):
    """A trial began or changed: for each tenant of it a row, with what it was decided on."""

    run_id: str = Field(default="", description="Empty: a trial belongs to no run.")
    change_id: str = Field(
        min_length=1, max_length=400, description="Its own: canary, fence, tenant's place."
    )
    canary_id: str = Field(pattern=_NAME, description="The trial.")
    router: str = Field(min_length=1, max_length=100, description="The router by name.")
    tier: str = Field(min_length=1, max_length=100, description="The tier on trial.")
    baseline: str = Field(min_length=1, max_length=100, description="The tier it may replace.")
    before: CanaryState | None = Field(description="Its state until then; null: it began.")
    after: CanaryState = Field(description="Its state from then on.")
    cause: CanaryCause = Field(description="Why.")
    share: float = Field(ge=0, le=MAX_CANARY_SHARE, description="Its share from then on.")
    pooled: int = Field(ge=1, le=MAX_TENANTS, description="Tenants of the trial, this one among.")
    evidence: tuple[CanaryEvidence, ...] = Field(description="By metric, over all its tenants.")
    author: str = Field(default="", max_length=200, description="Who did it; empty: itself.")
    note: str = Field(default="", max_length=20_000, description="Why, in words.")
    details: JsonObject = Field(default_factory=dict, description="Of the beginning: its policy.")
    changed_at: float = Field(ge=0, le=1e12, description="Seconds since the Unix epoch.")
