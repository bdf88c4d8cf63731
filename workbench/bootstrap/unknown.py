"""What a run's models sent that nobody knows, kept as facts of the run."""

from typing import Final

from engine.clock import Clock
from engine.contracts import Episode, Fact, Recorder, Run, RunEnd, UnknownFields

EVERY_S: Final = 30.0
"""How much of the counts a killed process may lose; oftener would be a row for each episode."""


class KeepsUnknown:
    """A recorder that adds a run's unknown fields now and then, and before the run's end."""

    def __init__(
        self,
        recorder: Recorder,
        unknown: UnknownFields,
        run: Run,
        clock: Clock,
        every_s: float = EVERY_S,
    ) -> None:
        self._recorder = recorder
        self._unknown = unknown
        self._run = run
        self._clock = clock
        self._every_s = every_s
        self._kept_at = clock.monotonic()

    def add(self, *facts: Fact) -> None:
        """Hand on, with what was counted where it is time."""
        self._recorder.add(*facts, *(self._counted() if any(map(self._is_time, facts)) else ()))

    def flush(self) -> None:
        """Flush what the facts were handed to."""
        self._recorder.flush()

    def _is_time(self, fact: Fact) -> bool:
        waited_s = self._clock.monotonic() - self._kept_at
        return isinstance(fact, RunEnd) or (isinstance(fact, Episode) and waited_s >= self._every_s)

    def _counted(self) -> tuple[Fact, ...]:
        self._kept_at = self._clock.monotonic()
        return self._unknown.take(self._run.run_id, self._run.tenant)
