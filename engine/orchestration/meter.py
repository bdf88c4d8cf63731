"""What an episode has used."""

from engine.contracts import Usage


class Meter:
    """Counts model calls, tokens and cost of one episode.

    An unknown price makes `cost_usd` null from then on: the cost budget can no longer be judged,
    and the episode's record says so.
    """

    __slots__ = ("_cached", "_calls", "_input", "_output", "cost_usd", "steps")

    def __init__(self) -> None:
        self.steps = 0
        self._input = self._output = self._cached = self._calls = 0
        self.cost_usd: float | None = 0.0

    def charge(self, usage: Usage, cost_usd: float | None) -> None:
        """Count one model call."""
        self.steps += 1
        self._input += usage.input_tokens
        self._output += usage.output_tokens
        self._cached += usage.cached_tokens
        self._calls += usage.calls
        known = self.cost_usd is not None and cost_usd is not None
        self.cost_usd = self.cost_usd + cost_usd if known else None  # type: ignore[operator]

    @property
    def usage(self) -> Usage:
        """Tokens and calls so far."""
        return Usage(
            input_tokens=self._input,
            output_tokens=self._output,
            cached_tokens=self._cached,
            calls=self._calls,
        )

    def __repr__(self) -> str:
        used = self.usage.total_tokens
        return f"Meter({self.steps} steps, {used} tokens, {self.cost_usd} USD)"
