"""An episode whose truth is known, and how often a detector was right about many of them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from engine.orchestration.guard import Observation
from engine.statistics.intervals import wilson_interval

Detector = Callable[[Sequence[Observation]], int | None]
"""The index of the step after which an episode would be stopped; none where it would not be."""


@dataclass(frozen=True, slots=True)
class Case:
    """An episode; `loop` says which of its steps go round in a loop, null that none do."""

    name: str
    steps: tuple[Observation, ...]
    loop: range | None = None
    kind: str = ""

    def caught(self, alarm: int | None) -> bool:
        """Whether an alarm at that step is right: one before or after the loop is not."""
        return self.loop is not None and alarm is not None and alarm in self.loop


class Score(NamedTuple):
    """Loops caught and missed, alarms where there was no loop, and how many episodes there are."""

    caught: int
    missed: int
    false: int
    cases: int

    @classmethod
    def of(cls, detector: Detector, cases: Iterable[Case]) -> Self:
        """Count what a detector makes of the cases."""
        caught = missed = false = total = 0
        for case in cases:
            alarm = detector(case.steps)
            right = case.caught(alarm)
            caught += right
            missed += case.loop is not None and not right
            false += alarm is not None and not right
            total += 1
        return cls(caught, missed, false, total)

    def __add__(self, other: tuple[int, ...]) -> Self:  # type: ignore[override]
        """The counts of both."""
        return type(self)(*map(sum, zip(self, other, strict=True)))

    @property
    def alarms(self) -> int:
        """How many episodes it would have stopped."""
        return self.caught + self.false

    @property
    def loops(self) -> int:
        """How many there are to be caught."""
        return self.caught + self.missed

    @property
    def precision(self) -> float:
        """Share of the alarms that are right; 0 where there is none."""
        return self.caught / max(1, self.alarms)

    @property
    def recall(self) -> float:
        """Share of the loops that are caught; 0 where there is none."""
        return self.caught / max(1, self.loops)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 where nothing is caught."""
        return 2 * self.caught / max(1, 2 * self.caught + self.missed + self.false)


def share(part: int, whole: int) -> str:
    """A share as its counts with Wilson's 95 % interval."""
    if not whole:
        return "0 of 0"
    low, high = wilson_interval(part, whole)
    return f"{part} of {whole}, 95 % {low:.2f} to {high:.2f}"
