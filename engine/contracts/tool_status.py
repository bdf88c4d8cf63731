"""How a tool stands in one process, as operators are shown it."""

from pydantic import Field

from engine.contracts.base import Record
from engine.contracts.reliability import BreakerMode
from engine.contracts.tool import ToolEffect


class ToolStatus(Record):
    """A tool with what guards it, at one moment in one process.

    The breaker is shared by all processes under the tool's name; slots, budget and rate are the
    process's own.
    """

    tool: str = Field(
        max_length=200, description="The name its breaker is kept under: suite, slash, tool."
    )
    process: str = Field(
        default="", max_length=200, description="Which process tells it: host and number."
    )
    effect: ToolEffect = Field(description="What a second call does.")
    breaker_state: BreakerMode | None = Field(
        default=None, description="State of its circuit breaker; null: it has none."
    )
    failure_rate: float | None = Field(
        default=None, ge=0, le=1, description="Share of failed calls in the breaker's window."
    )
    slow_rate: float | None = Field(
        default=None, ge=0, le=1, description="Share of slow calls in the breaker's window."
    )
    calls: int = Field(default=0, ge=0, description="Calls in the breaker's window.")
    forced: bool = Field(default=False, description="Whether a person holds the breaker open.")
    opened_at: float | None = Field(
        default=None, ge=0, description="When it opened, Unix seconds; null: it is not open."
    )
    in_flight: int = Field(default=0, ge=0, description="Calls under way.")
    queued: int = Field(default=0, ge=0, description="Calls that wait for a slot.")
    limit: int | None = Field(
        default=None, ge=1, description="Calls that may run at once; null: no bound."
    )
    retry_budget_left: float | None = Field(
        default=None, ge=0, description="Retries that are paid for; null: it is never retried."
    )
    rate_left: float | None = Field(
        default=None,
        ge=-1e9,
        description="Calls that may come at once, below 0: wait; null: no bound.",
    )
    updated_at: float = Field(ge=0, description="When it was told, Unix seconds.")
