"""What goes to a model and what comes back."""

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import add
from typing import Literal, NamedTuple

from pydantic import Field

from engine.contracts.base import JsonObject, Record
from engine.contracts.message import MessageSpec
from engine.contracts.tool import ToolSpec

FinishReason = Literal["stop", "tool_calls", "length", "content_filter"]


class Usage(Record):
    """Tokens of one or more model calls."""

    input_tokens: int = Field(default=0, ge=0, description="All prompt tokens, cached included.")
    output_tokens: int = Field(default=0, ge=0, description="All tokens of the answers.")
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


ToolChoice = Literal["auto", "none", "required"]
"""Whether a model may, must not or has to call a tool."""


class ModelRequest(Record):
    """One call of a model."""

    messages: tuple[MessageSpec, ...] = Field(description="The conversation so far, in order.")
    tools: tuple[ToolSpec, ...] = Field(default=(), description="What the model may call.")
    tool_choice: ToolChoice = Field(
        default="auto", description="Whether it may, must not or must call a tool."
    )
    response_schema: JsonObject | None = Field(
        default=None, description="JSON Schema that the answer's content has to satisfy."
    )
    temperature: float = Field(
        default=0.0, ge=0, le=2, description="Randomness of the answer; 0: the likeliest words."
    )
    max_output_tokens: int = Field(default=512, ge=1, description="Where the answer is cut off.")
    seed: int | None = Field(default=None, description="Of the sampling; null: the server's own.")
    stop: tuple[str, ...] = Field(default=(), description="Texts at which the answer ends.")


class ModelResponse(Record):
    """A model's answer, what it used and what that cost."""

    message: MessageSpec = Field(description="What the model said.")
    finish_reason: FinishReason = Field(description="Why it stopped.")
    usage: Usage = Field(description="Tokens that it took.")
    model: str = Field(description="The model that answered, by the name its provider gives.")
    cost_usd: float | None = Field(
        ge=0, description="Price of the call in US dollars; null where none is known."
    )
    price_source: str = Field(description="`local`, `card`, `genai-prices`, `zero` or `unknown`.")
    cached: bool = Field(
        default=False, description="Whether a cache gave it: then no model was asked."
    )
    saved_usd: float | None = Field(
        default=None, ge=0, description="Cost that the cache saved; null: unknown, or no cache."
    )
    route: JsonObject | None = Field(
        default=None, description="How a router came by it, a `Routing`; null: none was asked."
    )

    def paying_for(self, answers: Sequence["ModelResponse"]) -> "ModelResponse":
        """The same with usage and cost of all `answers`, itself among them."""
        usage = reduce(add, (answer.usage for answer in answers))
        cost = total_cost(answer.cost_usd for answer in answers)
        return self.model_copy(update={"usage": usage, "cost_usd": cost})


def total_cost(costs: Iterable[float | None]) -> float | None:
    """Their sum; null where one is not known."""
    known: list[float] = []
    for cost in costs:
        if cost is None:
            return None
        known.append(cost)
    return sum(known)


class ModelChunk(Record):
    """A piece of a streamed answer; the last one carries the whole response."""

    text: str = Field(default="", description="What the answer grows by.")
    response: ModelResponse | None = Field(
        default=None, description="The whole answer; null: there is more to come."
    )
