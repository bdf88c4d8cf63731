"""How an episode ended."""

from dataclasses import dataclass, field

from engine.contracts import ErrorSpec, LogEntries, MessageSpec, StopReason, Usage, Wait


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
    wait: Wait | None = None
    """Of a parked episode: what it waits for."""
    log: LogEntries = field(default_factory=dict)
    """Of a parked episode: what leads a new loop to where it waits."""
    elapsed_s: float = 0.0
