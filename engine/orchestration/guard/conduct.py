"""Rules about talking instead of acting, and passing on instead of working."""

from engine.contracts import Rule
from engine.orchestration.guard.trace import Finding, Trace


class Monologue:
    """Texts of one agent in a row that call nothing, hand nothing over and get no reply."""

    def __init__(self) -> None:
        self._agent = ""
        self._steps: list[int] = []

    def look(self, step: Trace) -> list[Finding]:
        """A finding for the texts so far."""
        seen = step.seen
        if seen.acts or seen.asks or seen.handoff or seen.replied:
            self._steps.clear()
            return []
        if seen.agent != self._agent:
            self._agent = seen.agent
            self._steps.clear()
        self._steps.append(step.index)
        return [Finding(Rule.MONOLOGUE, len(self._steps), tuple(self._steps), seen.agent)]

    def forgive(self) -> None:
        """Count anew."""
        self._steps.clear()


class PingPong:
    """Handoffs in a row that each go back to the agent that had handed over, with nothing done."""

    def __init__(self) -> None:
        self._came_from: str | None = None
        self._steps: list[int] = []

    def look(self, step: Trace) -> list[Finding]:
        """A finding from the first handoff back on."""
        seen = step.seen
        if seen.acts and step.new:
            self._steps.clear()
        if seen.handoff is None:
            return []
        back = seen.handoff == self._came_from
        self._came_from = seen.agent
        if not back:
            self._steps.clear()
            return []
        self._steps.append(step.index)
        return [Finding(Rule.PING_PONG, len(self._steps), tuple(self._steps), seen.handoff)]

    def forgive(self) -> None:
        """Count anew."""
        self._steps.clear()
