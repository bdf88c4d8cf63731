"""Policies that learn which tier to choose: their state, what they log, what speaks for them."""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from engine.contracts.base import Record, canonical, digest

MAX_DIMENSION: Final = 512
"""Of a context; an arm's state grows with its square."""
Value = Annotated[float, Field(ge=-1e15, le=1e15)]

PolicyKind = Literal["thompson", "epsilon_greedy"]
Method = Literal["ips", "snips", "dr"]
Adoption = Literal["adopt", "keep", "undecided"]


class ArmState(Record):
    """What is known of one arm: the sums that its linear model is made of."""

    arm: str = Field(min_length=1, max_length=100, description="The tier by name.")
    count: int = Field(ge=0, le=10**12, description="Rewards seen.")
    products: tuple[Value, ...] = Field(
        description="Sum of context times context, a row after the other."
    )
    weighted: tuple[Value, ...] = Field(description="Sum of context times reward.")
    squares: float = Field(ge=0, le=1e15, description="Sum of squared rewards.")


class BanditState(Record):
    """A policy as far as it has learnt, to be kept and read again."""

    kind: PolicyKind = Field(description="Which policy it is.")
    dimension: int = Field(ge=1, le=MAX_DIMENSION, description="Numbers of a context.")
    ridge: float = Field(gt=0, le=1e9, description="Precision of the prior around 0.")
    explore: float = Field(ge=0, le=1, description="Share that is spread over all arms evenly.")
    arms: tuple[ArmState, ...] = Field(default=(), description="Arms that have been rewarded.")

    @model_validator(mode="after")
    def _sizes_fit(self) -> Self:
        for arm in self.arms:
            if len(arm.weighted) != self.dimension or len(arm.products) != self.dimension**2:
                raise ValueError(f"arm {arm.arm} is not of dimension {self.dimension}")
        return self


class LoggedChoice(Record):
    """One choice, with all that is needed to judge another policy by it."""

    decision_id: str = Field(min_length=1, max_length=200, description="Its own.")
    arm: str = Field(min_length=1, max_length=100, description="What was chosen.")
    arms: tuple[str, ...] = Field(min_length=1, max_length=100, description="What was allowed.")
    propensity: float = Field(gt=0, le=1, description="The chance with which it was chosen.")
    context: tuple[Value, ...] = Field(max_length=MAX_DIMENSION, description="What was known.")
    chosen_at: float = Field(ge=0, le=1e12, description="Seconds since the Unix epoch.")

    @model_validator(mode="after")
    def _was_allowed(self) -> Self:
        if self.arm not in self.arms:
            raise ValueError(f"{self.arm} is none of the arms allowed")
        return self


class Reward(Record):
    """What became of a choice; of several for one choice the first counts."""

    decision_id: str = Field(min_length=1, max_length=200, description="Of which choice.")
    value: float = Field(ge=-1e6, le=1e6, description="The higher the better.")
    given_at: float = Field(ge=0, le=1e12, description="Seconds since the Unix epoch.")


class OffPolicyEstimate(Record):
    """What a policy would have earned a choice, estimated from another's log."""

    method: Method = Field(description="ips, snips or dr.")
    value: float = Field(ge=-1e9, le=1e9, description="Mean reward.")
    low: float = Field(ge=-1e9, le=1e9, description="Lower end of its interval.")
    high: float = Field(ge=-1e9, le=1e9, description="Upper end of its interval.")


class AdoptionVerdict(Record):
    """Whether a policy may take the place of the one that wrote the log, and why."""

    verdict: Adoption = Field(description="What the log speaks for.")
    reason: str = Field(max_length=1_000, description="Why, in words.")
    rows: int = Field(ge=0, le=10**12, description="Choices with a reward.")
    missed: int = Field(ge=0, le=10**12, description="Choices whose reward never came.")
    logged: float | None = Field(ge=-1e9, le=1e9, description="Mean reward in the log; null: none.")
    gain: float | None = Field(
        ge=-1e9, le=1e9, description="Doubly robust mean reward over the log's; null: unknown."
    )
    gain_low: float | None = Field(ge=-1e9, le=1e9, description="Lower end of its interval.")
    gain_high: float | None = Field(ge=-1e9, le=1e9, description="Upper end of its interval.")
    confidence: float = Field(gt=0, lt=1, description="Of all intervals.")
    effective_rows: float = Field(ge=0, le=1e12, description="Kish's effective sample size.")
    largest_weight: float = Field(ge=0, le=1e12, description="Of one row.")
    estimates: tuple[OffPolicyEstimate, ...] = Field(description="By each method.")


class BanditRules(Record):
    """What a router's learning policy is to go by."""

    explore: float = Field(
        default=0.05,
        gt=0,
        le=1,
        description="Share of the requests that is spread over all guaranteed tiers evenly, as "
        "long as nothing is learnt; from then on it stands in what was learnt.",
    )
    usd_per_pass: float | None = Field(
        default=None,
        gt=0,
        le=1e6,
        description="US dollars that weigh as much as a good answer; null: cost has no weight.",
    )
    seconds_per_pass: float | None = Field(
        default=None,
        gt=0,
        le=1e6,
        description="Seconds that weigh as much as a good answer; null: time has no weight.",
    )

    def reward(self, passed: bool, cost_usd: float | None, latency_s: float) -> float | None:  # noqa: FBT001 - an outcome
        """What a conversation was worth, 1 at best; null where a cost that counts is unknown."""
        value = float(passed)
        if self.seconds_per_pass is not None:
            value -= latency_s / self.seconds_per_pass
        if self.usd_per_pass is None:
            return value
        return None if cost_usd is None else value - cost_usd / self.usd_per_pass


class LearntPolicy(Record):
    """A policy's file: what it has learnt, for which router, and what spoke for it."""

    format: Literal["agent-workbench/router-policy/1"] = Field(
        default="agent-workbench/router-policy/1", description="What the file is."
    )
    router: str = Field(min_length=1, max_length=64, description="The router by name.")
    tiers: tuple[str, ...] = Field(min_length=1, max_length=100, description="In their order.")
    features_version: int = Field(ge=1, le=10**6, description="Of the features' meaning.")
    learnt_at: float = Field(ge=0, le=1e12, description="Seconds since the Unix epoch.")
    rows: int = Field(ge=0, le=10**12, description="Choices that it was taught.")
    rules: BanditRules = Field(description="By which their rewards were reckoned.")
    verdict: AdoptionVerdict = Field(description="Over later choices, which it was not taught.")
    state: BanditState = Field(description="What it has learnt.")
    digest: str = Field(default="", max_length=32, description="Of everything else.")

    def digest_of(self) -> str:
        """What `digest` has to be."""
        fields = self.model_dump(mode="json", exclude={"digest"})
        return digest(canonical(fields))
