"""Scorers whose word comes after the episode is kept, for they ask models or people."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeGuard

from engine.contracts import Calibration, Episode, Model, Rating
from engine.evals.judge.opinion import Opinion
from engine.evals.outcome import Outcome, Verdict
from engine.evals.task import Scorer, Task


@dataclass(frozen=True, slots=True)
class Subject:
    """An episode that is judged."""

    episode: Episode
    outcome: Outcome


Known = Sequence[Opinion]
"""What judges have said of an episode already."""


@dataclass(frozen=True, slots=True)
class Assessors:
    """Who can be asked, what has been said, and which judges may be believed."""

    model: Callable[[str], Model]
    """A judge by name; empty: the one the run names. Raises `BadInput`."""
    calibration: Callable[[Opinion], Calibration | None]
    """The latest calibration of that judge, rubric and way of asking for these tasks."""
    ratings: Callable[[str, str], Sequence[Rating]]
    """What people say of an episode by a rubric: episode id, rubric hash."""
    known: Callable[[str], Known]
    """What is known of an episode by its id."""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a late scorer comes to."""

    verdict: Verdict | None
    """Null: there is none yet, for nobody has rated it or the judge has failed."""
    opinions: Mapping[str, Opinion]
    """New words of judges, by scorer label; they are kept, and cost something."""


class Late(Scorer, Protocol):
    """A scorer that is asked when the episode is kept."""

    @property
    def late(self) -> bool:
        """Whether it has to be waited for."""
        ...

    async def assess(self, task: Task, subject: Subject, assessors: Assessors) -> Assessment:
        """Its word; raises nothing for a judge's or a scorer's sake."""
        ...

    def judges(self) -> Sequence[str]:
        """The models that it asks, by name; an empty name is the one the run names."""
        ...


def is_late(scorer: Scorer) -> TypeGuard[Late]:
    """Whether its word comes later."""
    return bool(getattr(scorer, "late", False))
