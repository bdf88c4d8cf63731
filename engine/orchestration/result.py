"""How an episode ended."""

from dataclasses import dataclass

from engine.contracts import ErrorSpec, MessageSpec, StopReason, Usage


@dataclass(frozen=True, slots=True)
class Result:
    """What the loop leaves behind, also of an episode that was cut short."""

    stop_reason: StopReason
    answer: str | None
    messages: tuple[MessageSpec, ...]
    agents: tuple[str, ...]
    steps: int
    usage: Usage
    cost_usd: float | None
    state_hash: str
    error: ErrorSpec | None = None
