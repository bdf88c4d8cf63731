"""Lines of a JSONL export: one of a run, then one of each of its episodes.

Format `agent-workbench.jsonl`: UTF-8, one JSON object a line. `kind` says which of the two a line
is. A run's line stands before those of its episodes; a file may hold several runs. Every fact is
there once, with all its fields, so that reading the file gives the facts it was written of.
"""

from collections.abc import Iterator
from typing import Final, Literal

from pydantic import Field

from engine.contracts.base import Record
from engine.contracts.canary import CanaryChange
from engine.contracts.facts import (
    Audit,
    Episode,
    Exchange,
    Fact,
    Label,
    Run,
    RunEnd,
    Score,
    Step,
    UnknownField,
)
from engine.contracts.golden import Calibration, GoldenTask, Judgement, Rating, TaskVersion
from engine.contracts.routing_facts import RoutingDecision

JSONL_FORMAT: Final = "agent-workbench.jsonl"
JSONL_VERSION: Final = 1


class _Line(Record):
    """Facts that stand on one line, each kind in the order of its table."""

    def facts(self) -> Iterator[Fact]:
        """The facts of the line, kind by kind."""
        for value in self.__dict__.values():
            if isinstance(value, tuple):
                yield from value


class RunLine(_Line):
    """A run, and what belongs to it as a whole."""

    kind: Literal["run"] = Field(default="run", description="That it is a run's line.")
    format: Literal["agent-workbench.jsonl"] = Field(
        default="agent-workbench.jsonl", description="What the file is."
    )
    version: int = Field(
        default=JSONL_VERSION, ge=1, le=JSONL_VERSION, description="Of the format, counted from 1."
    )
    run_id: str = Field(description="The run by its id.")
    runs: tuple[Run, ...] = Field(min_length=1, description="The run as it was started.")
    run_ends: tuple[RunEnd, ...] = Field(
        default=(), description="How it ended, and each resumption of it; none: it has not."
    )
    labels: tuple[Label, ...] = Field(default=(), description="Tags and notes of the run itself.")
    unknown_fields: tuple[UnknownField, ...] = Field(
        default=(), description="Fields in what others sent that nobody reads."
    )
    task_versions: tuple[TaskVersion, ...] = Field(
        default=(), description="Which versions of its tasks it used."
    )
    golden_tasks: tuple[GoldenTask, ...] = Field(
        default=(), description="Golden tasks made of its episodes, and those it used."
    )
    judgements: tuple[Judgement, ...] = Field(
        default=(), description="Judgements of answers that are no episode's."
    )
    calibrations: tuple[Calibration, ...] = Field(
        default=(), description="Calibrations that its judgements stand on."
    )
    canary_changes: tuple[CanaryChange, ...] = Field(
        default=(), description="What became of the trials that its conversations were part of."
    )


class EpisodeLine(_Line):
    """An episode, whole: what it did, and what was said of it."""

    kind: Literal["episode"] = Field(default="episode", description="That it is an episode's line.")
    run_id: str = Field(description="The run it belongs to, whose line stood before.")
    episode_id: str = Field(description="The episode by its id.")
    episodes: tuple[Episode, ...] = Field(
        default=(), description="The episode; none: it has not ended."
    )
    steps: tuple[Step, ...] = Field(default=(), description="Its steps in order.")
    exchanges: tuple[Exchange, ...] = Field(
        default=(), description="What models and tools were asked and answered, in order."
    )
    scores: tuple[Score, ...] = Field(default=(), description="What scorers said of it.")
    labels: tuple[Label, ...] = Field(default=(), description="Its tags and notes.")
    audits: tuple[Audit, ...] = Field(
        default=(), description="What people did to it while it was under way."
    )
    judgements: tuple[Judgement, ...] = Field(default=(), description="What judges said of it.")
    ratings: tuple[Rating, ...] = Field(default=(), description="What people said of it.")
    routing_decisions: tuple[RoutingDecision, ...] = Field(
        default=(), description="What routers decided for its model calls, in order."
    )

    @property
    def episode(self) -> Episode | None:
        """The episode; null: it has not ended."""
        return self.episodes[0] if self.episodes else None
