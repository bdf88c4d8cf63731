"""What a model is told of a tool, and how its calls are made."""

from typing import Final, Literal, Self

from pydantic import Field, model_validator

from engine.contracts.base import JsonObject, Record
from engine.contracts.reliability import (
    BreakerPolicy,
    BulkheadPolicy,
    HedgePolicy,
    RatePolicy,
    RetryBudgetPolicy,
    RetryPolicy,
)

ToolEffect = Literal["read_only", "idempotent", "destructive"]
"""What a second call does: nothing at all, nothing more, or something that nobody wanted."""

_DAY_S: Final = 86_400.0


class ToolPolicy(Record):
    """How the calls of a tool are made: what guards them, and what may be done about a failure.

    The effect decides what is tried again. A tool that only reads is asked again after any failure
    that may pass, and may be hedged. An idempotent one is called again under the same key. A
    destructive one is called again only where it is known to have done nothing.
    """

    effect: ToolEffect = Field(
        default="destructive", description="What a second call does; the cautious is the default."
    )
    attempt_s: float = Field(
        default=15.0, gt=0, le=_DAY_S, description="Seconds after which an attempt is given up."
    )
    limit_s: float = Field(
        default=60.0, gt=0, le=_DAY_S, description="Seconds of the call, all attempts and waits."
    )
    retry: RetryPolicy | None = Field(
        default=RetryPolicy(attempts=3, total_s=30.0, base_s=0.2, cap_s=5.0),
        description="How often it is tried; null: once.",
    )
    budget: RetryBudgetPolicy = Field(
        default=RetryBudgetPolicy(), description="Retries as a share of the calls."
    )
    breaker: BreakerPolicy | None = Field(
        default=BreakerPolicy(window_size=20, minimum_calls=10, open_s=15.0, permits=2),
        description="When it is left alone for a while; null: never.",
    )
    bulkhead: BulkheadPolicy | None = Field(
        default=BulkheadPolicy(concurrent=10, queue=100),
        description="How many calls run at once; null: any number.",
    )
    rate: RatePolicy | None = Field(
        default=None, description="How many calls a second are begun; null: any number."
    )
    hedge: HedgePolicy | None = Field(
        default=None, description="When a late call is made twice, of a tool that only reads."
    )
    fallback: str | None = Field(
        default=None,
        max_length=64,
        description="Tool of the same suite that is asked where this one, which only reads, is "
        "unwell; null: none.",
    )
    keep_s: float = Field(
        default=_DAY_S,
        gt=0,
        le=366 * _DAY_S,
        description="Seconds for which the answer of a call is kept under its key.",
    )
    wait_s: float = Field(
        default=0.0, ge=0, le=_DAY_S, description="Seconds to wait for the same call of another's."
    )

    @model_validator(mode="after")
    def _does_more_for_reads_alone(self) -> Self:
        if self.hedge is not None and self.effect != "read_only":
            raise ValueError(f"hedge makes a call twice: not for a tool that is {self.effect}")
        if self.fallback is not None and self.effect != "read_only":
            raise ValueError(f"fallback calls another tool: not for one that is {self.effect}")
        return self


class ToolSpec(Record):
    """A tool by name, purpose and argument schema; what is dumped of it leaves out the policy."""

    name: str = Field(
        pattern=r"^[A-Za-z0-9_.-]{1,64}$", description="What the model calls it; 1 to 64 letters."
    )
    description: str = Field(default="", description="What the model is told that it does.")
    parameters: JsonObject = Field(description="JSON Schema (2020-12) of the arguments object.")
    sensitive: tuple[str, ...] = Field(
        default=(), description="Arguments whose values are never written to a log."
    )
    policy: ToolPolicy | None = Field(
        default=None,
        exclude=True,  # the model is not told, and a recorded request does not depend on it
        description="How its calls are made; null: plainly, once each.",
    )

    @model_validator(mode="after")
    def _are_arguments(self) -> Self:
        known = self.parameters.get("properties")
        unknown = set(self.sensitive) - set(known if isinstance(known, dict) else ())
        if unknown:
            raise ValueError(f"sensitive names no argument: {', '.join(sorted(unknown))}")
        return self
