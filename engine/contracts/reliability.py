"""What keeps calls from hanging, failing for nothing and doing harm: policies and state."""

from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from engine.contracts.base import Record


class RetryPolicy(Record):
    """How often, how long and at what distance a call is tried again.

    Waits follow Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015). `full`
    draws from 0 to `base_s` * 2^(n - 1) after the n-th failure, `decorrelated` from `base_s` to
    three times the wait before; no wait is longer than `cap_s`.
    """

    attempts: int = Field(default=4, ge=1, le=100, description="Calls in all, the first included.")
    total_s: float = Field(
        default=60.0, ge=0, description="No wait ends later than this after the first call began."
    )
    base_s: float = Field(default=0.5, ge=0, description="Bound of the first wait; the least.")
    cap_s: float = Field(default=20.0, ge=0, description="Bound of any wait.")
    jitter: Literal["full", "decorrelated"] = Field(
        default="full", description="How waits are drawn."
    )


class RetryBudgetPolicy(Record):
    """Retries as a share of calls ("Site Reliability Engineering", 2016, chapter 21)."""

    share: float = Field(default=0.1, ge=0, le=1, description="Tokens that each first call adds.")
    burst: float = Field(
        default=3.0,
        ge=0,
        description="Tokens it holds at most, and at first, of which a retry takes one: by default "
        "what one call may need.",
    )


class BreakerPolicy(Record):
    """When a circuit breaker opens, how long it stays open, and how it tries again."""

    window: Literal["count", "time"] = Field(
        default="count", description="Whether the last calls are looked at, or the last seconds."
    )
    window_size: int = Field(
        default=100, ge=1, le=10_000, description="Calls, or seconds, that are looked at."
    )
    minimum_calls: int = Field(
        default=10, ge=1, le=10_000, description="Below so many outcomes no rate is judged."
    )
    failure_rate: float = Field(
        default=0.5, gt=0, le=1, description="Share of failed calls at which it opens."
    )
    slow_rate: float = Field(
        default=1.0, gt=0, le=1, description="Share of slow calls at which it opens."
    )
    slow_s: float = Field(default=60.0, gt=0, description="A call that takes longer is slow.")
    open_s: float = Field(default=30.0, ge=0, description="Seconds it refuses all calls at first.")
    open_growth: float = Field(
        default=2.0, ge=1, le=10, description="Factor of that wait each time a trial fails."
    )
    open_cap_s: float = Field(default=300.0, ge=0, description="Longest wait.")
    permits: int = Field(
        default=10, ge=1, le=10_000, description="Calls admitted on trial when it is half open."
    )
    half_open_s: float | None = Field(
        default=60.0,
        gt=0,
        description="A trial without a verdict by then has failed; null: it is waited for.",
    )

    @model_validator(mode="after")
    def _can_open(self) -> Self:
        if self.window == "count" and self.minimum_calls > self.window_size:
            raise ValueError("minimum_calls is above window_size: it would never open")
        if self.open_cap_s < self.open_s:
            raise ValueError("open_cap_s is below open_s")
        return self


class BreakerMode(StrEnum):
    """The states of a circuit breaker; the last three are set by hand alone."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"
    FORCED_OPEN = "forced_open"
    DISABLED = "disabled"
    METRICS_ONLY = "metrics_only"


class Bucket(Record):
    """The outcomes of one second."""

    second: int = Field(ge=0, description="Whole seconds on the breaker's clock.")
    calls: int = Field(ge=0, description="Outcomes in that second.")
    failed: int = Field(ge=0, description="Those that failed.")
    slow: int = Field(ge=0, description="Those that were slow.")


class BreakerState(Record):
    """All that a circuit breaker knows, as it is kept and shared."""

    mode: BreakerMode = Field(default=BreakerMode.CLOSED, description="Its state.")
    generation: int = Field(
        default=0, ge=0, description="Transitions so far: a permit of an earlier one is void."
    )
    since: float = Field(
        default=0.0, ge=0, description="When it came into this state, on its clock."
    )
    wait_s: float = Field(default=0.0, ge=0, description="Seconds that it stays open.")
    opened: int = Field(default=0, ge=0, description="Times it opened since it was last closed.")
    admitted: int = Field(default=0, ge=0, description="Permits that are out or used, half open.")
    outcomes: str = Field(
        default="",
        pattern=r"^[0-3]*$",
        max_length=10_000,
        description="A digit a call, the oldest first: 1 failed, 2 slow, 3 both, 0 neither.",
    )
    buckets: tuple[Bucket, ...] = Field(
        default=(), description="The seconds of a time window, the oldest first."
    )


class BulkheadPolicy(Record):
    """How many calls run at once, and how many may wait for one of them to end."""

    concurrent: int = Field(default=10, ge=1, le=100_000, description="Calls that run at once.")
    queue: int = Field(
        default=0, ge=0, le=100_000, description="Calls that wait, first come first."
    )
    wait_s: float = Field(default=10.0, ge=0, description="Longest wait in the queue.")


class RatePolicy(Record):
    """Calls per second, with a burst: a token bucket."""

    per_s: float = Field(default=10.0, gt=0, le=1e6, description="Calls a second in the long run.")
    burst: int = Field(default=10, ge=1, le=1_000_000, description="Calls that may come at once.")
    wait_s: float = Field(
        default=0.0, ge=0, description="Longest wait for a token; 0: refused at once."
    )


class HedgePolicy(Record):
    """When a second, equal call is made because the first is late.

    Dean and Barroso, "The Tail at Scale" (2013): a hedge at the 95th percentile adds about 5 % of
    load. Until `samples` durations are known, the delay is `delay_s`.
    """

    delay_s: float = Field(default=1.0, ge=0, description="Seconds until the second call.")
    quantile: float | None = Field(
        default=0.95, gt=0, lt=1, description="Of the durations seen; null: `delay_s` always."
    )
    samples: int = Field(
        default=20, ge=2, le=1000, description="Durations from which on the quantile counts."
    )
    share: float = Field(
        default=0.1, gt=0, le=1, description="Hedged calls as a share of calls, at most."
    )
