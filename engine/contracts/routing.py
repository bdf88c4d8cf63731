"""What a router is asked, and what it decides and why."""

from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from engine.contracts.base import Record
from engine.contracts.canary import CanaryPlace
from engine.contracts.model import ModelRequest, total_cost
from engine.contracts.route_limits import RouteLimits


class RouteAsk(Record):
    """A request to be routed, and what is known of it; nothing here names a data set or label."""

    request: ModelRequest = Field(description="Messages, tools and schema, as the model gets them.")
    tenant: str = Field(default="local", min_length=1, description="On whose behalf it is made.")
    conversation_id: str | None = Field(
        default=None, description="What keeps a conversation with one tier; null: it stands alone."
    )
    task_family: str = Field(
        default="", max_length=128, description="Kind of task, under which history is kept."
    )
    limits: RouteLimits = Field(
        default=RouteLimits(), description="Bounds of this request, beside the tenant's."
    )


class Reason(StrEnum):
    """Why a tier was chosen."""

    EARLY_EXIT = "early_exit"
    """A strict schema locks the small tier."""
    CHEAPEST_GOOD_ENOUGH = "cheapest_good_enough"
    BEST_AVAILABLE = "best_available"
    """No tier clears the quality target; of those allowed, the likeliest to do well."""
    DEFAULT = "default"
    """Nothing is known of the tiers' quality."""
    CANARY = "canary"
    BANDIT = "bandit"
    CASCADE = "cascade"
    AFFINITY = "affinity"
    """The conversation stays where its prompt is cached."""
    FAILOVER = "failover"
    """The tier that would have been chosen is down."""
    RELEASED = "released"
    """A locked request failed its schema often enough: a higher tier with structured output."""


class Bound(StrEnum):
    """What keeps a tier from being chosen."""

    CONTEXT = "context"
    TOOLS = "tools"
    STRUCTURED_OUTPUT = "structured_output"
    """It cannot bind an answer to a JSON Schema, or calls to an argument schema."""
    REGION = "region"
    SENSITIVITY = "sensitivity"
    COST = "cost"
    LATENCY = "latency"
    DOWN = "down"
    LOCK = "lock"
    """A strict schema keeps the request at the small tier, or above it after release."""


class TierOutlook(Record):
    """What a router expects of one tier for one request."""

    tier: str = Field(description="The tier by name.")
    model: str = Field(description="Its model by name.")
    probability: float | None = Field(
        ge=0, le=1, description="Calibrated, that the answer is good enough; null: not known."
    )
    cost_usd: float | None = Field(ge=0, description="Expected, in US dollars; null: not known.")
    latency_ms: float | None = Field(ge=0, description="Expected, in ms; null: not known.")
    bounds: tuple[Bound, ...] = Field(default=(), description="What keeps it from being chosen.")

    @property
    def allowed(self) -> bool:
        """Whether nothing keeps it from being chosen."""
        return not self.bounds


class WouldChange(Record):
    """One thing that, had it been otherwise, would have led to another tier."""

    tier: str = Field(description="Where the request would have gone.")
    what: str = Field(description="What it hangs on: `quality_target`, or a bound by name.")
    value: float | None = Field(
        default=None, ge=0, description="From which value on; null: where the bound is lifted."
    )
    text: str = Field(description="The same as a sentence.")


class RouteLock(Record):
    """Where a request with a strict schema stands; a state of `engine.routing.early_exit`."""

    tier: str = Field(description="The small tier that it is locked to.")
    failures: int = Field(default=0, ge=0, description="Its answers that failed the schema.")
    release_after: int = Field(ge=1, le=100, description="Failures that release it.")

    @property
    def released(self) -> bool:
        """Whether tiers above may be asked, of those with structured output."""
        return self.failures >= self.release_after


class FamilyHistory(Record):
    """How a tier did on one tenant's tasks of one family."""

    tenant: str = Field(min_length=1, description="Whose tasks.")
    task_family: str = Field(max_length=128, description="Kind of task.")
    tier: str = Field(description="The tier by name.")
    trials: int = Field(ge=0, description="Answers whose outcome is known.")
    failures: int = Field(ge=0, description="Those of them that were not good enough.")
    expected_failures: float | None = Field(
        default=None, ge=0, description="Failures that the decisions foresaw; null: not known."
    )

    @model_validator(mode="after")
    def _are_a_part(self) -> Self:
        if max(self.failures, self.expected_failures or 0) > self.trials:
            raise ValueError("more failures than trials")
        return self


class RouteDecision(Record):
    """The tier that a request goes to, with all that led there."""

    decision_id: str = Field(min_length=1, description="Its own.")
    router: str = Field(description="The router by name.")
    classifier: str | None = Field(description="Digest of the classifier's file; null: none.")
    features_version: int = Field(ge=1, description="`engine.routing.features.FEATURES_VERSION`.")
    tenant: str = Field(description="On whose behalf.")
    task_family: str = Field(description="Kind of task.")
    tier: str = Field(description="Where the request goes.")
    model: str = Field(description="The tier's model.")
    reason: Reason = Field(strict=False, description="Why there.")
    locked: bool = Field(description="Whether a strict schema locks the small tier.")
    quality_target: float = Field(ge=0, le=1, description="Probability that is enough.")
    tiers: tuple[TierOutlook, ...] = Field(description="All tiers, in the router's order.")
    features: dict[str, float] = Field(description="What was looked at, by name.")
    would_change: tuple[WouldChange, ...] = Field(
        default=(), description="What would have led elsewhere."
    )
    propensity: float = Field(
        default=1.0, gt=0, le=1, description="Probability of this tier under the policy."
    )
    arms: tuple[str, ...] = Field(
        default=(), description="Tiers of which a learning policy drew one; empty: none drew."
    )
    shadow: bool = Field(
        default=False, description="Whether it was not acted upon: the default tier was used."
    )
    decided_in_us: float = Field(ge=0, description="Time that the decision took, in microseconds.")

    @property
    def guaranteed(self) -> tuple[str, ...]:
        """Tiers that a policy may choose instead: allowed, and as good as asked for.

        The chosen one alone where the request is locked or none clears the target.
        """
        clear = [
            outlook.tier
            for outlook in self.tiers
            if outlook.allowed and (outlook.probability or 0.0) >= self.quality_target
        ]
        return (self.tier,) if self.locked or self.tier not in clear else tuple(clear)

    @property
    def open(self) -> tuple[str, ...]:
        """Tiers that a trial may choose instead: no bound keeps them out.

        How good a tier is does not count, for that is what a trial finds out. The chosen one alone
        where the request is locked.
        """
        return (self.tier,) if self.locked else tuple(o.tier for o in self.tiers if o.allowed)

    def outlook(self, tier: str) -> TierOutlook:
        """What was expected of a tier; KeyError where the router has none of that name."""
        for outlook in self.tiers:
            if outlook.tier == tier:
                return outlook
        raise KeyError(tier)


class RouteTry(Record):
    """One call of a tier's model on the way to an answer."""

    tier: str = Field(description="The tier by name.")
    model: str = Field(description="Its model by name.")
    outcome: Literal["answered", "rejected", "failed", "down"] = Field(
        description="`rejected`: its answer failed verification; `failed`: it gave none; `down`: "
        "its breaker let no call through."
    )
    reason: str = Field(default="", description="What was wrong; empty: nothing.")
    latency_ms: float = Field(ge=0, description="Time that it took, in ms.")
    tokens: int = Field(default=0, ge=0, description="Input and output tokens it took.")
    cost_usd: float | None = Field(
        default=0.0, ge=0, description="What it cost, in US dollars; null: not known."
    )


class Routing(Record):
    """How a request came by its answer, or to none: the last decision, and all calls made."""

    decision: RouteDecision = Field(description="The one that led to the answer.")
    first_tier: str = Field(description="The tier that was decided upon at first.")
    acted_tier: str = Field(
        description="Tier of the last call; another than decided in shadow mode."
    )
    tries: tuple[RouteTry, ...] = Field(
        min_length=1, description="Calls in their order; the last one answered, or was the end."
    )
    canary: CanaryPlace | None = Field(
        default=None, description="The trial that the conversation is in; null: none."
    )

    @property
    def trial_failed(self) -> bool:
        """Whether the tier that a trial chose gave no answer, though another one may have."""
        tier = self.canary and self.canary.tier
        return any(one.tier == tier and one.outcome in {"failed", "down"} for one in self.tries)

    @property
    def schema_failures(self) -> int:
        """Answers that failed verification."""
        return sum(one.outcome == "rejected" for one in self.tries)

    @property
    def latency_ms(self) -> float:
        """Time of all calls, in ms."""
        return sum(one.latency_ms for one in self.tries)

    @property
    def cost_usd(self) -> float | None:
        """Cost of all calls; null where that of one is not known."""
        return total_cost(one.cost_usd for one in self.tries)
