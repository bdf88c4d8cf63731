"""Runs the samples of a run with bounded concurrency, and keeps each result at once."""

import asyncio
import random
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from engine.clock import Clock, SystemClock
from engine.contracts import (
    Episode,
    ErrorSpec,
    Recorder,
    Run,
    RunEnd,
    RunStatus,
    Score,
    StopReason,
)
from engine.contracts.ids import episode_id
from engine.errors import ModelRefused, ModelUnreachable, RunFailed, WorkbenchError
from engine.evals.grading import grade
from engine.evals.outcome import Outcome
from engine.evals.solvers import Solver
from engine.evals.suite import Suite
from engine.evals.task import Task
from engine.orchestration import Key, Result

# A model that fails this often in a row, in the same way, is down or locked, not unlucky.
SAME_ERROR_LIMIT = 3
_DOWN = frozenset({ModelUnreachable.code})
_LOCKED = frozenset({ModelRefused.code})  # a wrong key or name; one sample can be at fault, too

Sample = tuple[Task, int]
OnEpisode = Callable[[Episode, tuple[Score, ...]], None]


def ignore(_episode: Episode, _scores: tuple[Score, ...]) -> None:
    """Listen to nothing."""


@dataclass(frozen=True, slots=True)
class Job:
    """A run to be done: what, by whom, and where the results go."""

    run: Run
    suite: Suite
    solver: Solver
    recorder: Recorder
    done: Collection[tuple[str, int]] = ()  # (task id, epoch) that the run holds already
    concurrency: int = 4
    on_episode: OnEpisode = ignore
    clock: Clock = field(default_factory=SystemClock)
    rng: random.Random = field(default_factory=random.Random)

    def missing(self) -> list[Sample]:
        """The samples still to be run, epoch by epoch."""
        every = ((t, epoch) for epoch in range(self.run.epochs) for t in self.suite.tasks)
        return [(task, epoch) for task, epoch in every if (task.id, epoch) not in self.done]


async def run_job(job: Job) -> RunEnd:
    """Run what is missing and record how the run ended; returns when all of it is durable.

    Raises `RunFailed` where every sample ended with an error, or the endpoint is down or refuses
    every request, and lets cancellation and a failing store through, each after recording what
    was done.
    """
    runner = _Runner(job)
    status: RunStatus = "finished"
    error: ErrorSpec | None = None
    try:
        await runner.work()
        runner.check()
    except asyncio.CancelledError:
        status = "cancelled"
        raise
    except WorkbenchError as failure:
        status, error = "failed", ErrorSpec.of(failure)
        raise
    finally:
        end = RunEnd(
            tenant=job.run.tenant,
            run_id=job.run.run_id,
            status=status,
            ended_at=job.clock.now(),
            error=error,
        )
        job.recorder.add(end)
        job.recorder.flush()
    return end


class _Runner:
    """The workers of one job."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._samples: Iterator[Sample] = iter(job.missing())
        self._errors: list[ErrorSpec] = []
        self._sound = 0

    async def work(self) -> None:
        """Run every sample; the first failure that is not an episode's own ends all workers."""
        workers = [asyncio.create_task(self._worker()) for _ in range(self._job.concurrency)]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def _worker(self) -> None:
        for task, epoch in self._samples:
            await self._sample(task, epoch)

    async def _sample(self, task: Task, epoch: int) -> None:
        job = self._job
        started = job.clock.now()
        key = Key(job.run.run_id, episode_id(started, job.rng), job.run.tenant)
        attempt = job.solver.attempt(task, key, job.recorder.add, job.clock)
        try:
            await attempt.run()
        except asyncio.CancelledError:
            job.recorder.add(self._episode(key, (task, epoch), started, attempt.result))
            raise
        self._keep(key, (task, epoch), started, attempt.result)

    def _keep(self, key: Key, sample: Sample, started: float, result: Result) -> None:
        episode = self._episode(key, sample, started, result)
        failed = result.stop_reason is StopReason.ERROR  # it says nothing of the agent: run again
        scores = () if failed else self._scores(key, sample, result)
        self._job.recorder.add(episode, *scores)
        self._job.on_episode(episode, scores)
        self._watch(result)

    def _watch(self, result: Result) -> None:
        """Give up on a model that has gone: each further sample would only fail as well."""
        if result.error is None:
            self._sound += 1
            self._errors.clear()
            return
        self._errors.append(result.error)
        codes = {error.code for error in self._errors[-SAME_ERROR_LIMIT:]}
        gone = codes <= _DOWN or (codes <= _LOCKED and not self._sound)
        if gone and len(self._errors) >= SAME_ERROR_LIMIT:
            raise self._failed()

    def check(self) -> None:
        """Raise `RunFailed` where samples were tried and none of them came to an end."""
        if self._errors and not self._sound:
            raise self._failed()

    def _failed(self) -> RunFailed:
        tried, error = len(self._errors), self._errors[-1]
        said = f"{tried} samples in a row ended with an error, {error.code}: {error.message}"
        hint = f"once that is mended: workbench eval --resume {self._job.run.run_id}"
        return RunFailed(said, hint=hint)

    def _episode(self, key: Key, sample: Sample, started: float, result: Result) -> Episode:
        task, epoch = sample
        return Episode(
            tenant=key.tenant,
            run_id=key.run_id,
            episode_id=key.episode_id,
            task_id=task.id,
            family=task.family,
            epoch=epoch,
            agent=self._job.run.agent,
            model=self._job.run.model,
            started_at=started,
            ended_at=self._job.clock.now(),
            stop_reason=result.stop_reason,
            steps=result.steps,
            usage=result.usage,
            cost_usd=result.cost_usd,
            answer=result.answer,
            state_hash=result.state_hash,
            error=result.error,
            metadata={"agents": list(result.agents)},
        )

    def _scores(self, key: Key, sample: Sample, result: Result) -> tuple[Score, ...]:
        task, epoch = sample
        outcome = Outcome(
            answer=result.answer,
            messages=result.messages,
            stop_reason=result.stop_reason,
            agents=result.agents,
        )
        now = self._job.clock.now()
        return tuple(
            Score(
                tenant=key.tenant,
                run_id=key.run_id,
                episode_id=key.episode_id,
                task_id=task.id,
                family=task.family,
                epoch=epoch,
                scorer=label,
                value=verdict.value,
                passed=verdict.passed,
                reason=verdict.reason,
                scored_at=now,
            )
            for label, verdict in grade(self._job.suite, task, outcome).items()
        )
