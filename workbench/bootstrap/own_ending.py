"""How an episode that a program of its own led came to its end, as facts."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from engine.contracts import (
    BY_PROGRAM,
    Episode,
    ErrorSpec,
    Fact,
    JsonObject,
    Score,
    StopReason,
)
from engine.evals import Suite
from engine.evals.grading import grade
from engine.evals.outcome import Outcome
from engine.evals.task import Task
from engine.interchange import Chronicle
from engine.orchestration import Key

RECORDER = "workbench.record_episode"


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of an episode from its start, and who writes it down."""

    key: Key
    chronicle: Chronicle
    task_id: str
    family: str
    epoch: int
    agent: str
    started_at: float
    task: Task | None

    @property
    def episode_id(self) -> str:
        """Its id."""
        return self.key.episode_id

    def names(self) -> JsonObject:
        """What its facts say of whose they are."""
        return {
            "tenant": self.key.tenant,
            "run_id": self.key.run_id,
            "episode_id": self.key.episode_id,
            "task_id": self.task_id,
            "family": self.family,
        }


def ended(
    told: Told,
    suite: Suite | None,
    stop: StopReason,
    error: ErrorSpec | None,
    about: JsonObject,
    *,
    now: float,
    model: str,
) -> list[Fact]:
    """The episode, and what the suite's scorers say of it where it has a suite and no error."""
    totals = told.chronicle.totals
    episode = Episode(
        **told.names(),  # type: ignore[arg-type]
        epoch=told.epoch,
        agent=told.agent,
        model=totals.model or model,
        started_at=told.started_at,
        ended_at=max(now, told.started_at),
        stop_reason=stop,
        steps=totals.steps,
        usage=totals.usage,
        cost_usd=totals.cost_usd,
        answer=totals.answer,
        state_hash=told.chronicle.state_hash,
        error=error,
        metadata={**about, BY_PROGRAM: RECORDER, "agents": list(totals.agents)},
    )
    scored = suite and told.task and stop is StopReason.ANSWERED
    return [episode, *(_scores(told, suite, stop, now) if suite and scored else ())]


def interrupted(error: BaseException) -> bool:
    """Whether it came from outside, and is no fault of the program."""
    return isinstance(error, asyncio.CancelledError | KeyboardInterrupt | GeneratorExit)


def stop_reason(error: BaseException | None) -> StopReason:
    """How a block that ended so has ended."""
    if error is None:
        return StopReason.ANSWERED
    return StopReason.CANCELLED if interrupted(error) else StopReason.ERROR


def _scores(told: Told, suite: Suite, stop: StopReason, now: float) -> Iterator[Score]:
    totals = told.chronicle.totals
    outcome = Outcome(
        answer=totals.answer,
        messages=told.chronicle.messages,
        stop_reason=stop,
        agents=tuple(totals.agents),
    )
    assert told.task is not None  # noqa: S101 - the caller's promise
    for label, verdict in grade(suite, told.task, outcome).items():
        yield Score(
            **told.names(),  # type: ignore[arg-type]
            epoch=told.epoch,
            scorer=label,
            value=verdict.value,
            passed=verdict.passed,
            reason=verdict.reason,
            scored_at=now,
        )
