"""The runner on scripted solvers."""

import asyncio
import random
from collections.abc import Callable

import pytest

from engine.clock import ManualClock
from engine.contracts import Episode, Fact, Run, RunEnd, Score, StopReason, TeamSpec
from engine.errors import ModelRefused, ModelUnreachable, RunFailed
from engine.evals import Family, Outcome, Suite, Task, Verdict
from engine.evals.outcome import failed, passed
from engine.evals.runner import Job, run_job
from engine.evals.solvers import FunctionSolver, Solver, TeamSolver
from engine.models.scripted import Scripted


class Right:
    """Passes the answer that equals the target."""

    label = "right"

    def check(self, task: Task) -> None:
        """Take every task."""

    def score(self, task: Task, outcome: Outcome) -> Verdict:
        """Compare."""
        return passed() if outcome.answer == task.target else failed("no")


class Kept:
    """A recorder that keeps facts in a list."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.flushed = 0

    def add(self, *facts: Fact) -> None:
        self.facts.extend(facts)

    def flush(self) -> None:
        self.flushed = len(self.facts)

    def of(self, kind: type[Fact]) -> list[Fact]:
        return [fact for fact in self.facts if isinstance(fact, kind)]


TEAM = TeamSpec.parse({"name": "t", "entry": "a", "agents": [{"name": "a", "instructions": "x"}]})
SUITE = Suite(
    name="s",
    version="1",
    families=(Family("f", "t", (Right(),)),),
    teams=(TEAM,),
    tasks=tuple(Task(f"t{n}", "f", f"say {n}", str(n)) for n in range(5)),
    hash="h",
)


def job(solver: Solver, kept: Kept, **changes: object) -> Job:
    run = Run(
        run_id="run-1",
        name="s",
        suite="s",
        agent="a",
        model="m",
        epochs=2,
        planned=10,
        seed=0,
        started_at=0.0,
    )
    parts = {"clock": ManualClock(), "rng": random.Random(0), **changes}
    return Job(run, SUITE, solver, kept, **parts)  # type: ignore[arg-type]


def answering(function: Callable[[Task], str]) -> FunctionSolver:
    return FunctionSolver("fn", lambda task: Outcome(answer=function(task)))


async def test_every_sample_is_run_and_scored_once() -> None:
    """Each task has one episode and one score in each epoch."""
    kept = Kept()
    await run_job(job(answering(lambda task: task.text[-1]), kept))
    scores = [(s.task_id, s.epoch) for s in kept.of(Score) if isinstance(s, Score)]
    assert sorted(scores) == sorted((t.id, e) for t in SUITE.tasks for e in (0, 1))
    assert all(s.passed for s in kept.of(Score) if isinstance(s, Score))


async def test_only_missing_samples_are_run() -> None:
    """What a run holds already is not run again."""
    kept = Kept()
    done = {(task.id, 0) for task in SUITE.tasks}
    await run_job(job(answering(lambda _task: "0"), kept, done=done))
    assert [e.epoch for e in kept.of(Episode) if isinstance(e, Episode)] == [1] * 5


async def test_no_more_than_the_asked_concurrency() -> None:
    """At most `concurrency` samples are under way at once."""
    running: list[int] = []
    most = 0

    async def answer(_task: Task) -> Outcome:
        nonlocal most
        running.append(1)
        most = max(most, len(running))
        await asyncio.sleep(0)
        running.pop()
        return Outcome(answer="0")

    await run_job(job(FunctionSolver("fn", answer), Kept(), concurrency=3))
    assert most == 3


async def test_an_episode_with_an_error_is_kept_and_not_scored() -> None:
    """A failure says nothing of the agent's answer: the episode stands, without a score."""
    kept = Kept()
    await run_job(job(answering(lambda task: {"t1": "1"}[task.id]), kept))
    stops = [e.stop_reason for e in kept.of(Episode) if isinstance(e, Episode)]
    assert (stops.count(StopReason.ERROR), stops.count(StopReason.ANSWERED)) == (8, 2)
    assert [e.status for e in kept.of(RunEnd) if isinstance(e, RunEnd)] == ["finished"]
    assert len(kept.of(Score)) == 2


async def test_a_run_of_nothing_but_errors_has_failed() -> None:
    """A run that could score no sample says so, with its last error, and is kept as failed."""
    kept = Kept()
    with pytest.raises(RunFailed, match="10 samples in a row ended with an error, KeyError"):
        await run_job(job(answering(lambda task: {}[task.id]), kept))
    assert [e.status for e in kept.of(RunEnd) if isinstance(e, RunEnd)] == ["failed"]
    assert len(kept.of(Episode)) == 10


async def test_a_model_that_refuses_everything_is_given_up() -> None:
    """A wrong key is found out after three samples, not after all of them."""
    kept = Kept()
    model = Scripted(lambda _request: ModelRefused("no such key", status=401))
    solver = TeamSolver(SUITE, model, lambda _name: model, 0)
    with pytest.raises(RunFailed, match="no such key"):
        await run_job(job(solver, kept, concurrency=1))
    assert len(kept.of(Episode)) == 3


async def test_an_endpoint_that_is_down_fails_the_run_early() -> None:
    """Three unreachable calls in a row end the run as failed and say how to go on."""
    kept = Kept()
    model = Scripted(lambda _request: ModelUnreachable("nobody there"))
    solver = TeamSolver(SUITE, model, lambda _name: model, 0)
    with pytest.raises(RunFailed, match="--resume run-1"):
        await run_job(job(solver, kept, concurrency=1))
    assert len(kept.of(Episode)) == 3
    assert [e.status for e in kept.of(RunEnd) if isinstance(e, RunEnd)] == ["failed"]


async def test_cancellation_records_what_was_done() -> None:
    """A cancelled run keeps finished episodes, marks those under way and flushes."""
    kept = Kept()

    async def answer(task: Task) -> Outcome:
        if task.id == "t3":
            await asyncio.Event().wait()
        return Outcome(answer="0")

    task = asyncio.create_task(run_job(job(FunctionSolver("fn", answer), kept, concurrency=1)))
    while len(kept.of(Episode)) < 3:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    stops = [e.stop_reason for e in kept.of(Episode) if isinstance(e, Episode)]
    assert stops == [StopReason.ANSWERED] * 3 + [StopReason.CANCELLED]
    assert [e.status for e in kept.of(RunEnd) if isinstance(e, RunEnd)] == ["cancelled"]
    assert kept.flushed == len(kept.facts)
