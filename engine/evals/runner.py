"""Runs the samples of a run with bounded concurrency, and keeps each result at once."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass, field

from engine.clock import Clock, SystemClock
from engine.contracts import (
    Episode,
    ErrorSpec,
    JsonObject,
    OpenEpisode,
    Recorder,
    Run,
    RunEnd,
    RunStatus,
    Score,
    StopReason,
)
from engine.contracts.ids import episode_id
from engine.errors import BadInput, ModelRefused, ModelUnreachable, RunFailed, WorkbenchError
from engine.evals.grading import grade
from engine.evals.outcome import Outcome
from engine.evals.parking import Parking, Past
from engine.evals.solvers import Solver
from engine.evals.suite import Suite
from engine.evals.task import Task
from engine.models.asking import asking
from engine.orchestration import Key, Result

# A model that fails this often in a row, in the same way, is down or locked, not unlucky.
SAME_ERROR_LIMIT = 3
_DOWN = frozenset({ModelUnreachable.code})
_LOCKED = frozenset({ModelRefused.code})  # a wrong key or name; one sample can be at fault, too

Sample = tuple[Task, int]
OnEpisode = Callable[[Episode, tuple[Score, ...]], None]


def ignore(_episode: Episode, _scores: tuple[Score, ...]) -> None:
    """Listen to nothing."""


async def nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class Job:
    """A run to be done: what, by whom, and where the results go."""

    run: Run
    suite: Suite
    solver: Solver
    recorder: Recorder
    done: Collection[tuple[str, int]] = ()  # (task id, epoch) that the run holds already
    parking: Parking | None = None  # null: no episode may come to wait
    only: Collection[str] | None = None  # ids of open episodes that alone go on; null: everything
    ends: RunStatus | None = "finished"  # what is recorded of the run's end; null: nothing
    concurrency: int = 4
    on_episode: OnEpisode = ignore
    after: Callable[[], Awaitable[None]] = nothing  # when every sample is done, before the end
    clock: Clock = field(default_factory=SystemClock)
    rng: random.Random = field(default_factory=random.Random)

    def missing(self) -> list[Sample]:
        """The samples still to be begun, epoch by epoch."""
        if self.only is not None:
            return []
        every = ((t, epoch) for epoch in range(self.run.epochs) for t in self.suite.tasks)
        opened = self.parking.waits.open(self.run.run_id) if self.parking else ()
        taken = {*self.done, *((episode.task_id, episode.epoch) for episode in opened)}
        return [(task, epoch) for task, epoch in every if (task.id, epoch) not in taken]


async def run_job(job: Job) -> None:
    """Go on with open episodes, run what is missing, and record how the run ended.

    Returns when all of it is durable. An episode that comes to wait is left parked, and goes on
    where a person decides about it before the end. Raises `RunFailed` where every sample ended
    with an error, or the endpoint is down or refuses every request, and lets cancellation and a
    failing store through, each after recording what was done.
    """
    runner, status = _Runner(job), job.ends
    error: ErrorSpec | None = None
    try:
        await runner.work()
        runner.check()
        await job.after()
    except asyncio.CancelledError:
        status = "cancelled"
        raise
    except WorkbenchError as failure:
        status, error = "failed", ErrorSpec.of(failure)
        raise
    finally:
        if status is not None:
            job.recorder.add(_end(job, status, error))
        job.recorder.flush()


def _end(job: Job, status: RunStatus, error: ErrorSpec | None) -> RunEnd:
    return RunEnd(
        tenant=job.run.tenant,
        run_id=job.run.run_id,
        status=status,
        ended_at=job.clock.now(),
        error=error,
    )


class _Runner:
    """The workers of one job."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._samples: Iterator[Sample] = iter(job.missing())
        self._errors: list[ErrorSpec] = []
        self._sound = 0
        self._under_way: set[str] = set()

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
        while True:
            if left := self._left():
                await self._go_on(left)
            elif sample := next(self._samples, None):
                await self._begin(*sample)
            else:
                return

    def _left(self) -> OpenEpisode | None:
        """An episode that can go on: left by another process, or decided about meanwhile."""
        job = self._job
        open_ = job.parking.left(job.run.run_id) if job.parking else []
        wanted = (e for e in open_ if job.only is None or e.episode_id in job.only)
        return next((e for e in wanted if e.episode_id not in self._under_way), None)

    async def _begin(self, task: Task, epoch: int) -> None:
        job = self._job
        started = job.clock.now()
        episode = OpenEpisode(
            tenant=job.run.tenant,
            run_id=job.run.run_id,
            episode_id=episode_id(started, job.rng),
            task_id=task.id,
            epoch=epoch,
            started_at=started,
        )
        past = None
        if job.solver.may_wait(task):
            past = self._parking.begin(episode, job.recorder.add)
        await self._attempt(task, episode, past)

    async def _go_on(self, episode: OpenEpisode) -> None:
        task = self._job.suite.task(episode.task_id)
        past = self._parking.take_up(episode, self._job.recorder.add)
        await self._attempt(task, episode, past)

    async def _attempt(self, task: Task, episode: OpenEpisode, past: Past | None) -> None:
        job = self._job
        key = Key(episode.run_id, episode.episode_id, episode.tenant)
        emit, log = (past.emit, past.log) if past else (job.recorder.add, None)
        attempt = job.solver.attempt(task, key, emit, job.clock, log)
        self._under_way.add(episode.episode_id)
        try:
            with asking(
                episode.tenant,
                episode.epoch,
                conversation=episode.episode_id,
                family=task.family,
                task=task.id,
            ):
                await attempt.run()
        except asyncio.CancelledError:
            if past is None:  # one with a log goes on where it was
                job.recorder.add(self._episode(episode, task, attempt.result))
            raise
        self._keep(episode, task, attempt.result, durable=past is not None)
        self._under_way.discard(episode.episode_id)

    def _keep(self, episode: OpenEpisode, task: Task, result: Result, *, durable: bool) -> None:
        job = self._job
        if result.wait is not None:
            job.recorder.flush()  # nobody may see it wait before its steps can be seen
            self._parking.park(episode, result.wait, result.elapsed_s, job.clock)
            return
        ended = self._episode(episode, task, result)
        failed = result.stop_reason is StopReason.ERROR  # it says nothing of the agent: run again
        scores = () if failed else self._scores(episode, task, result)
        job.recorder.add(ended, *scores)
        if durable:
            job.recorder.flush()
            self._parking.waits.finish(episode.episode_id)
        job.on_episode(ended, scores)
        self._watch(result)

    @property
    def _parking(self) -> Parking:
        if self._job.parking is None:
            raise BadInput("its episodes may wait for a person, and nothing is there to keep them")
        return self._job.parking

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

    def _episode(self, episode: OpenEpisode, task: Task, result: Result) -> Episode:
        return Episode(
            **episode.model_dump(),
            family=task.family,
            agent=self._job.run.agent,
            model=self._job.run.model,
            ended_at=self._job.clock.now(),
            stop_reason=result.stop_reason,
            steps=result.steps,
            usage=result.usage,
            cost_usd=result.cost_usd,
            answer=result.answer,
            state_hash=result.state_hash,
            error=result.error,
            metadata=_about(result),
        )

    def _scores(self, episode: OpenEpisode, task: Task, result: Result) -> tuple[Score, ...]:
        outcome = Outcome(
            answer=result.answer,
            messages=result.messages,
            stop_reason=result.stop_reason,
            agents=result.agents,
        )
        now = self._job.clock.now()
        return tuple(
            Score(
                **episode.model_dump(exclude={"started_at"}),
                family=task.family,
                scorer=label,
                value=verdict.value,
                passed=verdict.passed,
                reason=verdict.reason,
                scored_at=now,
                advisory=verdict.advisory,
                details=verdict.details,
            )
            for label, verdict in grade(self._job.suite, task, outcome).items()
        )


def _about(result: Result) -> JsonObject:
    """What stands in an episode's metadata: its agents, and how near it came to its limits."""
    about: JsonObject = {"agents": list(result.agents)}
    if result.used is not None:
        about |= {"budget_left": round(1 - result.used, 4), "rung": result.rung}
    return about
