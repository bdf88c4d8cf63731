"""What an episode has used, against its limits."""

from engine.clock import Clock
from engine.contracts import Limits, StopReason, Usage


class Meter:
    """Counts model calls, tokens, cost and time of one episode; says which limit is reached.

    An unknown price makes `cost_usd` null from then on: the cost budget can no longer be judged,
    and the episode's record says so.
    """

    __slots__ = ("_clock", "_limits", "_start", "cost_usd", "steps", "usage")

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        self._start = clock.monotonic()
        self.steps = 0
        self.usage = Usage()
        self.cost_usd: float | None = 0.0

    def charge(self, usage: Usage, cost_usd: float | None) -> None:
        """Count one model call."""
        self.steps += 1
        self.usage = self.usage + usage
        known = self.cost_usd is not None and cost_usd is not None
        self.cost_usd = self.cost_usd + cost_usd if known else None  # type: ignore[operator]

    def remaining_s(self) -> float:
        """Seconds until the deadline, negative once it has passed."""
        return self._limits.deadline_s - (self._clock.monotonic() - self._start)

    def reached(self) -> StopReason | None:
        """The limit that forbids another model call, if one does."""
        if self.steps >= self._limits.max_steps:
            return StopReason.MAX_STEPS
        if self.remaining_s() <= 0:
            return StopReason.DEADLINE
        if self.usage.total_tokens >= self._limits.max_tokens:
            return StopReason.TOKEN_BUDGET
        if self.cost_usd is not None and 0 < self._limits.max_cost_usd <= self.cost_usd:
            return StopReason.COST_BUDGET
        return None

    def __repr__(self) -> str:
        used = self.usage.total_tokens
        return f"Meter({self.steps} steps, {used} tokens, {self.cost_usd} USD)"
