"""What goes to a model and what comes back."""

from typing import Literal, NamedTuple

from pydantic import Field

from engine.contracts.base import JsonObject, Record
from engine.contracts.message import MessageSpec
from engine.contracts.tool import ToolSpec

FinishReason = Literal["stop", "tool_calls", "length", "content_filter"]


class Usage(Record):
    """Tokens of one or more model calls."""

    input_tokens: int = Field(default=0, ge=0, description="All prompt tokens, cached included.")
    output_tokens: int = Field(default=0, ge=0)
    cached_tokens: int = Field(default=0, ge=0, description="Part of the input read from a cache.")
    calls: int = Field(default=0, ge=0, description="Model calls that were made.")

    @property
    def total_tokens(self) -> int:
        """Input and output together."""
        return self.input_tokens + self.output_tokens

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            calls=self.calls + other.calls,
        )


class Spend(NamedTuple):
    """What a model call uses, or may use at most: input and output tokens together, and USD."""

    tokens: int = 0
    cost_usd: float | None = 0.0
    """Null: unknown."""


class ModelRequest(Record):
    """One call of a model."""

    messages: tuple[MessageSpec, ...]
    tools: tuple[ToolSpec, ...] = ()
    tool_choice: Literal["auto", "none", "required"] = "auto"
    response_schema: JsonObject | None = Field(
        default=None, description="JSON Schema that the answer's content has to satisfy."
    )
    temperature: float = Field(default=0.0, ge=0, le=2)
    max_output_tokens: int = Field(default=512, ge=1)
    seed: int | None = None
    stop: tuple[str, ...] = ()


class ModelResponse(Record):
    """A model's answer, what it used and what that cost."""

    message: MessageSpec
    finish_reason: FinishReason
    usage: Usage
    model: str = Field(description="The model that answered, by the name its provider gives.")
    cost_usd: float | None = Field(description="Price of the call; null where none is known.")
    price_source: str = Field(description="`local`, `card`, `genai-prices`, `zero` or `unknown`.")


class ModelChunk(Record):
    """A piece of a streamed answer; the last one carries the whole response."""

    text: str = ""
    response: ModelResponse | None = None
