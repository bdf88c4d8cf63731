"""What is asked for when something is to be evaluated, and what takes part in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TypedDict

from engine.clock import SystemClock
from engine.contracts import Episode, Escalation, Fact, Json, Run, Score, UnknownFields
from engine.evals import Suite
from engine.models.cached import Caching
from engine.telemetry import Metrics
from workbench.bootstrap.places import DEFAULT_AGENT, needs_model
from workbench.settings import Settings
from workbench.store import Store


class Options(TypedDict, total=False):
    """What may be left out of a `Request`, by the same names."""

    epochs: int
    limit: int | None
    samples: Sequence[str]
    families: Sequence[str]
    concurrency: int | None
    seed: int
    tags: Sequence[str]
    fields: Mapping[str, str] | None
    scorers: Sequence[Json]
    judge: str
    states: Sequence[str]


@dataclass(frozen=True, slots=True)
class Request:
    """What a user asks to have evaluated; every model is combined with every agent."""

    suite: str
    models: Sequence[str] = ("small",)
    agents: Sequence[str] = (DEFAULT_AGENT,)
    epochs: int = 1
    limit: int | None = None
    samples: Sequence[str] = ()
    families: Sequence[str] = ()
    concurrency: int | None = None  # null: 1 on the embedded model, else DEFAULT_CONCURRENCY
    seed: int = 0
    tags: Sequence[str] = ()
    fields: Mapping[str, str] | None = None
    scorers: Sequence[Json] = ()
    judge: str = ""  # the model that judges where a scorer names none; empty: as the settings say
    states: Sequence[str] = ()  # none: all but drafts and retired tasks

    def pairs(self) -> list[tuple[str, str]]:
        """(model, agent) of each run; an agent without a model runs once."""
        found = ((m if needs_model(a) else "", a) for m, a in product(self.models, self.agents))
        return list(dict.fromkeys(found))


class Listener:
    """Hears of a run's progress; this one does nothing with it."""

    def left_out(self, suite: Suite) -> None:
        """Some of the suite's tasks are not run for the state of their review."""

    def started(self, run: Run, missing: int) -> None:
        """A run begins, with so many episodes to go."""

    def ended(self, episode: Episode, scores: tuple[Score, ...]) -> None:
        """An episode is done and kept."""

    def judging(self, run: Run, cases: int) -> None:
        """The episodes of a run are done, and so many are to be judged."""

    def judged(self, facts: Sequence[Fact]) -> None:
        """An episode is judged, and what was said kept."""

    def waits(self, escalation: Escalation) -> None:
        """An episode waits for a person."""

    def held_up(self, run_id: str) -> None:
        """What was decided goes on when another process at the run takes it up, or ends."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What every evaluation of a process shares."""

    settings: Settings
    store: Store
    listener: Listener = field(default_factory=Listener)
    metrics: Metrics = field(default_factory=Metrics)
    unknown: UnknownFields = field(default_factory=lambda: UnknownFields(SystemClock()))
    caching: Caching | None = None
