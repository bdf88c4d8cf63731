"""A recorded episode led to one of its steps and on from there, as an episode of its own."""

import random
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import TypedDict, Unpack

from engine.clock import Clock, SystemClock
from engine.contracts import Episode, Fact, MessageSpec, Recorder, Run, canonical, digest
from engine.contracts.ids import run_id
from engine.errors import BadInput
from engine.evals.build import tasks_hash
from engine.evals.runner import Job, run_job
from engine.evals.solvers import Attempt
from engine.evals.task import Task
from engine.evals.versions import task_versions
from engine.models.catalog import Catalog
from engine.orchestration import Emit, Key, Log, Loop, Result
from engine.replay import Edit, Mode, Recording, Setup, forked
from workbench.bootstrap.judging import Court, late_scorers, named_judge
from workbench.bootstrap.provenance import provenance
from workbench.bootstrap.request import Bench
from workbench.bootstrap.staging import EDIT, Stage
from workbench.bootstrap.tooling import equipped
from workbench.store.queries import facts
from workbench.store.queries.resolve import resolve_episode


class Changes(TypedDict, total=False):
    """What may be edited at the step, as in `Edit`."""

    message: str | None
    result: str | None
    position: int
    instructions: str | None
    model: str | None
    tools: Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Fork:
    """The episode that came of it, and whose it is."""

    parent: str
    step: int
    run_id: str
    episode_id: str


async def fork(bench: Bench, episode: str, at: int, **changes: Unpack[Changes]) -> Fork:
    """Fork an episode at a step; it is scored, and stored under a run of its own.

    Raises `NotFound` where there is no such episode, step, suite, tool or model, `BadInput` where
    it cannot be replayed or edited so, `RunFailed` where it ended with an error.
    """
    parent = resolve_episode(bench.store.lake, episode)
    recording = next(facts.recordings(bench.store.lake, [parent]))
    if recording.imported:
        raise BadInput(f"{parent} was recorded elsewhere: its agent and models are not here")
    edit = Edit.of(recording, at, **changes)
    first = facts.run(bench.store.lake, recording.episode.run_id)
    async with AsyncExitStack() as stack:
        catalog = Catalog(bench.settings.endpoints, unknown=bench.unknown)
        await stack.enter_async_context(catalog)
        stage = Stage(bench.store, catalog, Mode.STRICT)
        edited = edit.setup(stage.setup(recording))  # refused before anything is begun
        if edited.team.may_wait:
            raise BadInput(f"the team of {parent} may wait for a person: it cannot be forked")
        if edit.model is not None:
            catalog.get(edit.model)
        whole = stage.suite(first)
        stage.equip(first, await stack.enter_async_context(equipped(whole, bench)))
        solver = _Solver(recording, edit, stage.setup(recording))
        suite = stage.suite(first).select(sample_ids=[recording.episode.task_id])
        run = _run(first, solver, suite.hash)
        court = Court(bench, catalog, run, tasks_hash(whole), named_judge(first))
        court.check(late_scorers(suite))
        with bench.store.recorder() as recorder:
            kept = _KeepsParent(recorder, parent, edit)
            kept.add(run, *task_versions(run, suite))
            bench.listener.started(run, 1)
            job = Job(
                run,
                suite,
                solver,
                kept,
                concurrency=1,
                on_episode=bench.listener.ended,
                after=partial(court.judge_missing, suite, kept),
            )
            await run_job(job)
    return Fork(parent, at, run.run_id, kept.episode_id)


def _run(first: Run, solver: "_Solver", suite_hash: str) -> Run:
    """A run of one episode, under the settings of the first one's."""
    now = SystemClock().now()
    made_with = provenance(
        suite_hash=suite_hash, agent_hash=solver.hash, settings=first.provenance.settings
    )
    return first.model_copy(
        update={
            "run_id": run_id(now, random.Random()),
            "name": f"fork of {solver.recording.episode.episode_id} at {solver.edit.at}",
            "epochs": 1,
            "planned": 1,
            "started_at": now,
            "source": "fork",
            "provenance": made_with,
        }
    )


@dataclass(frozen=True, slots=True)
class _Solver:
    """Tries a task by going on with a recorded try at it."""

    recording: Recording
    edit: Edit
    setup: Setup

    @property
    def name(self) -> str:
        return self.recording.episode.agent

    @property
    def model(self) -> str:
        return self.recording.episode.model

    @property
    def hash(self) -> str:
        team = self.edit.setup(self.setup).team
        return digest(canonical(team.model_dump(mode="json")))

    def may_wait(self, task: Task) -> bool:
        del task
        return False  # `fork` refuses those that may

    def attempt(
        self, task: Task, key: Key, emit: Emit, clock: Clock, log: Log | None = None
    ) -> Attempt:
        del task, log  # its input stands in the setup
        loop = forked(self.recording, self.edit, self.setup, key=key, emit=emit, clock=clock)
        return _Attempt(loop, self.edit.setup(self.setup).inputs)


@dataclass(frozen=True, slots=True)
class _Attempt:
    loop: Loop
    inputs: tuple[MessageSpec, ...]

    @property
    def result(self) -> Result:
        return self.loop.result

    async def run(self) -> Result:
        return await self.loop.run(self.inputs)


class _KeepsParent:
    """A recorder that writes into an episode's metadata what it was forked from."""

    def __init__(self, recorder: Recorder, parent: str, edit: Edit) -> None:
        self._recorder = recorder
        self._about = {
            "parent": {"episode_id": parent, "step": edit.at},
            EDIT: edit.model_dump(mode="json", exclude_none=True),
        }
        self.episode_id = ""

    def add(self, *facts: Fact) -> None:
        self._recorder.add(*(self._with_parent(fact) for fact in facts))

    def flush(self) -> None:
        self._recorder.flush()

    def _with_parent(self, fact: Fact) -> Fact:
        if not isinstance(fact, Episode):
            return fact
        self.episode_id = fact.episode_id
        return fact.model_copy(update={"metadata": {**fact.metadata, **self._about}})
