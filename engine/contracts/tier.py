"""A tier of a router: a model, what it can do, what it costs and how long it takes."""

from typing import Self

from pydantic import Field, model_validator

from engine.contracts.base import Record
from engine.contracts.route_limits import Sensitivity

ANYWHERE = "*"
"""Region of a tier that answers where it is asked."""


class Tier(Record):
    """One step of the price order: a model and what it can do."""

    name: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="Its own within the router.")
    model: str = Field(min_length=1, description="The model by the name that the catalog knows.")
    max_context_tokens: int = Field(
        ge=1, description="Input and output tokens that it takes together."
    )
    tools: bool = Field(default=False, description="Whether it can be given tools.")
    strict_tools: bool = Field(
        default=False, description="Whether its calls can be bound to a tool's argument schema."
    )
    json_schema: bool = Field(
        default=False, description="Whether its answers can be bound to a JSON Schema."
    )
    input_usd: float | None = Field(
        default=None, ge=0, description="US dollars per million input tokens; null: not known."
    )
    output_usd: float | None = Field(
        default=None, ge=0, description="US dollars per million output tokens; null: not known."
    )
    calls: int = Field(
        default=1, ge=1, le=100, description="Model calls that one answer takes, as votes do."
    )
    output_tokens: int = Field(
        default=256, ge=1, description="Expected length of an answer, in tokens."
    )
    latency_ms: float | None = Field(
        default=None, ge=0, description="Expected wait whatever the length, in ms; null: not known."
    )
    ms_per_input_token: float = Field(
        default=0.0, ge=0, description="Expected wait for each input token, in ms."
    )
    ms_per_output_token: float = Field(
        default=0.0, ge=0, description="Expected wait for each token of the answer, in ms."
    )
    regions: tuple[str, ...] = Field(
        default=(), description="Where it answers; `*`: anywhere; empty: not known."
    )
    max_sensitivity: Sensitivity = Field(
        default=Sensitivity.INTERNAL,
        strict=False,
        description="The most sensitive text that it may be given.",
    )
    expected_quality: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Share of requests that it is known to answer well, where no classifier says "
        "more of a request; null: not known.",
    )

    @model_validator(mode="after")
    def _price_is_whole(self) -> Self:
        if (self.input_usd is None) != (self.output_usd is None):
            raise ValueError("a price has both input_usd and output_usd, or neither")
        if self.strict_tools and not self.tools:
            raise ValueError("strict_tools is set, but not tools")
        return self

    def cost_usd(self, input_tokens: int, max_output_tokens: int) -> float | None:
        """What an answer is expected to cost; null where the price is not known."""
        if self.input_usd is None or self.output_usd is None:
            return None
        output_tokens = min(self.output_tokens, max_output_tokens)
        micro_usd = input_tokens * self.input_usd + output_tokens * self.output_usd
        return self.calls * micro_usd / 1e6

    def wait_ms(self, input_tokens: int, max_output_tokens: int) -> float | None:
        """How long an answer is expected to take; null where that is not known."""
        if self.latency_ms is None:
            return None
        output_tokens = min(self.output_tokens, max_output_tokens)
        return (
            self.latency_ms
            + input_tokens * self.ms_per_input_token
            + output_tokens * self.ms_per_output_token
        )
