"""How an episode ended."""

from dataclasses import dataclass, field

from engine.contracts import ErrorSpec, LogEntries, MessageSpec, Rung, StopReason, Usage, Wait


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
    used: float | None = None
    """The share of its most used limit, 0 to 1; none where it had none."""
    rung: Rung | None = None
    """The deepest rung of a ladder that any of its agents entered."""
