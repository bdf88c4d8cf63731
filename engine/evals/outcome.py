"""What an episode came to, and what a scorer says of it."""

from pydantic import Field

from engine.contracts import ErrorSpec, JsonObject, MessageSpec, Record, StopReason, ToolCall


class Outcome(Record):
    """An episode as scorers see it."""

    answer: str | None = Field(default=None, description="The last agent's final answer.")
    messages: tuple[MessageSpec, ...] = Field(default=(), description="The whole transcript.")
    stop_reason: StopReason = StopReason.ANSWERED
    agents: tuple[str, ...] = Field(
        default=(), description="Agents in the order they took over; the last one ended it."
    )

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        """Every tool call asked for, in order."""
        return tuple(call for message in self.messages for call in message.tool_calls)


class Verdict(Record):
    """A scorer's word on one outcome."""

    value: float = Field(ge=0, le=1)
    passed: bool
    reason: str = Field(default="", description="Why, in a few words; empty where it passed.")
    error: ErrorSpec | None = Field(
        default=None, description="Set where the scorer itself failed; then value is 0."
    )
    advisory: bool = Field(default=False, description="Whether it informs alone.")
    details: JsonObject = Field(default_factory=dict, description="Its parts, where it has some.")


def passed(reason: str = "") -> Verdict:
    """Full marks."""
    return Verdict(value=1.0, passed=True, reason=reason)


def failed(reason: str, value: float = 0.0) -> Verdict:
    """Not passed, for this reason."""
    return Verdict(value=value, passed=False, reason=reason)
