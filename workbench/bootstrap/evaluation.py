"""Evaluations put together: suite, models, agents, store, progress."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    asynccontextmanager,
    nullcontext,
    suppress,
)
from dataclasses import asdict, replace
from functools import partial
from typing import Final

import orjson

from engine.clock import SystemClock
from engine.contracts import Escalation, JsonObject, Label, Run
from engine.contracts.ids import run_id
from engine.errors import BadInput, RunFailed
from engine.evals import Suite
from engine.evals.build import tasks_hash
from engine.evals.parking import Parking, Recorded
from engine.evals.runner import Job, run_job
from engine.evals.solvers import Solver
from engine.evals.sources import is_written_otherwise, load_suite
from engine.evals.versions import task_versions
from engine.models.catalog import LARGE, ROUTER, SMALL, Catalog
from engine.telemetry import FactLog, FactMetrics, Tee
from workbench.bootstrap.alone import RunTaken, alone
from workbench.bootstrap.canaries import places_of
from workbench.bootstrap.golden.mirror import mirror
from workbench.bootstrap.golden.place import golden_folder
from workbench.bootstrap.judging import JUDGE, Court, late_scorers, named_judge
from workbench.bootstrap.places import find_solver, needs_model, suite_folders
from workbench.bootstrap.provenance import provenance
from workbench.bootstrap.request import Bench, Request
from workbench.bootstrap.router import EMBEDDED
from workbench.bootstrap.routers import routed
from workbench.bootstrap.routes import Counting, KeepsRoutes
from workbench.bootstrap.suite_files import check_unchanged, suite_then
from workbench.bootstrap.tooling import equipped
from workbench.bootstrap.unknown import KeepsUnknown
from workbench.store import Lake, Store
from workbench.store.queries import runs
from workbench.store.queries.episodes import recorded
from workbench.store.queries.facts import run as recorded_run
from workbench.store.queries.run import finished_samples

# A remote model gains from several samples at once; the embedded one takes one call at a time, and
# its latency would be that of a queue.
DEFAULT_CONCURRENCY: Final = 4
_LOOK_EVERY_S: Final = 0.2
"""How often a decided episode looks whether the process at its run has come to an end."""


async def evaluate(request: Request, bench: Bench) -> list[str]:
    """Run every combination in turn; gives the run ids.

    Raises `BadInput` before anything is stored where suite, model or agent do not exist, and
    `RunFailed` in the end where a run had nothing but errors.
    """
    whole = _load(request)
    chosen = _selected(whole, request)
    async with _catalog(bench) as catalog, _equipped(chosen, request, bench) as suite:
        court = partial(Court, bench, catalog, tasks_hash=tasks_hash(whole), judge=request.judge)
        solvers = [(pair, _solver(request, *pair, suite, catalog)) for pair in request.pairs()]
        if not is_written_otherwise(request.suite):
            mirror(bench.store, golden_folder(request.suite))
        if suite.left_out:
            bench.listener.left_out(suite)
        ids: list[str] = []
        failed: list[RunFailed] = []
        for pair, solver in solvers:
            run = _new_run(request, suite, solver, pair)
            court(run=run).check(late_scorers(suite))
            ids.append(run.run_id)
            with bench.store.recorder() as recorder:
                recorder.add(run, *task_versions(run, suite))
                recorder.add(*_tags(run, request.tags, bench.settings.author))
                with alone(bench.settings.home, run.run_id):
                    recorder.flush()  # from here on the run can be seen, and resumed
                    try:
                        await _run(request, court(run=run), Job(run, suite, solver, recorder))
                    except RunFailed as failure:  # the other runs may fare better
                        failed.append(failure)
    if failed:
        raise failed[0]
    return ids


async def resume(run_id: str, bench: Bench, concurrency: int | None = None) -> list[str]:
    """Run the samples that a run lacks, as it was asked for then; gives its id.

    Episodes that a killed process left open, and those that waited and are decided about, go on
    where they were; those that wait are let wait.

    Raises `NotFound` where there is no such run, `BadInput` where the suite has changed since or
    another process is at it.
    """
    async with _reopened(run_id, bench, concurrency) as (request, court, job):
        with alone(bench.settings.home, run_id):
            done = finished_samples(bench.store.lake, run_id)
            await _run(request, court, replace(job, done=done))
    return [run_id]


async def go_on(escalation: Escalation, bench: Bench) -> bool:
    """Lead one decided episode on, to its end or its next wait; false where another process did.

    Waits while another process works on its run. Raises as `resume` does.
    """
    run_id, home = escalation.run_id, bench.settings.home
    status = runs.one(bench.store.lake, run_id)["status"].item()
    ends = None if status in {"running", "interrupted"} else status
    async with _reopened(run_id, bench, 1) as (request, court, job):
        held_up = False
        while bench.store.waits.get(escalation.escalation_id).state != "done":
            with suppress(RunTaken), alone(home, run_id):
                await _run(request, court, replace(job, only={escalation.episode_id}, ends=ends))
                return True
            if not held_up:
                bench.listener.held_up(run_id)
            held_up = True
            await asyncio.sleep(_LOOK_EVERY_S)
    return False


def suite_asked_for(run: Run, lake: Lake) -> Suite:
    """The suite with those of its tasks that the run was asked for, as they were then.

    Raises `BadInput` where it has changed since, or the run was not made here.
    """
    return _selected(suite_then(run, lake), _request_of(run, None))


@asynccontextmanager
async def _reopened(
    run_id: str, bench: Bench, concurrency: int | None
) -> AsyncIterator[tuple[Request, Court, Job]]:
    """A run as it was asked for then, ready to go on."""
    run = recorded_run(bench.store.lake, run_id)
    request, whole = _request_of(run, concurrency), suite_then(run, bench.store.lake)
    chosen = _selected(whole, request)
    async with _catalog(bench) as catalog, _equipped(chosen, request, bench) as suite:
        solver = _solver(request, run.model, run.agent, suite, catalog)
        check_unchanged(run, "agent", run.provenance.agent_hash, solver.hash)
        court = Court(bench, catalog, run, tasks_hash(whole), request.judge)
        court.check(late_scorers(suite))
        with bench.store.recorder() as recorder:
            yield request, court, Job(run, suite, solver, recorder)


async def _run(request: Request, court: Court, job: Job) -> None:
    """Do the job, and have its episodes judged; nobody else may be at its run."""
    bench = court.bench
    tee = Tee(job.recorder, FactMetrics(bench.metrics), FactLog(job.suite.tools.sensitive()))
    recorder = KeepsRoutes(KeepsUnknown(tee, bench.unknown, job.run, job.clock))
    counting = Counting(bench, job.run.run_id, recorder, job.clock)
    parking = Parking(bench.store.waits, partial(_recorded, bench.store), bench.listener.waits)
    parking.tidy(job.run.run_id)
    job = replace(
        job,
        recorder=recorder,
        parking=parking,
        concurrency=request.concurrency or _concurrency(job.run.model),
        on_episode=counting.ended,
        after=partial(court.judge_missing, job.suite, recorder),
    )
    bench.listener.started(job.run, len(job.missing()) + len(parking.left(job.run.run_id)))
    try:
        await run_job(job)
    finally:
        counting.count()
        waiting = bench.store.waits.counts().get("waiting", 0)
        bench.metrics.set("escalations_waiting", waiting)


def _recorded(store: Store, episode_id: str) -> Recorded:
    ended, steps, exchanges = recorded(store.lake, episode_id)
    return Recorded(ended, frozenset(steps), frozenset(exchanges))


_ONE_SLOT: Final = frozenset({SMALL, LARGE, f"{ROUTER}{EMBEDDED.name}"})
"""Models behind the only slot of the embedded server."""


def _concurrency(model: str) -> int:
    return 1 if model in _ONE_SLOT else DEFAULT_CONCURRENCY


def _load(request: Request) -> Suite:
    return load_suite(
        request.suite,
        suite_folders(),
        fields=request.fields,
        scorers=request.scorers,
        states=request.states,
    )


def _selected(whole: Suite, request: Request) -> Suite:
    return whole.select(
        limit=request.limit,
        sample_ids=request.samples,
        families=request.families,
        seed=request.seed,
    )


def _equipped(suite: Suite, request: Request, bench: Bench) -> AbstractAsyncContextManager[Suite]:
    """The suite ready for agents that call its tools; others need none of them."""
    calls = any(needs_model(agent) for agent in request.agents)
    return equipped(suite, bench) if calls else nullcontext(suite)


def _solver(request: Request, model: str, agent: str, suite: Suite, catalog: Catalog) -> Solver:
    return find_solver(agent, model, suite, catalog, request.seed)


@asynccontextmanager
async def _catalog(bench: Bench) -> AsyncIterator[Catalog]:
    with places_of(bench.settings) as placing:
        catalog = Catalog(
            bench.settings.endpoints,
            unknown=bench.unknown,
            caching=bench.caching,
            routed=routed(bench.settings.home, bench.store.lake, placing),
        )
        async with catalog:
            yield catalog


def _new_run(request: Request, suite: Suite, solver: Solver, pair: tuple[str, str]) -> Run:
    now = SystemClock().now()
    model, agent = pair
    return Run(
        run_id=run_id(now, random.Random()),
        name=f"{suite.name} {agent} {model}".strip(),
        suite=suite.name,
        agent=agent,
        model=model,
        epochs=request.epochs,
        planned=len(suite.tasks) * request.epochs,
        seed=request.seed,
        started_at=now,
        provenance=provenance(
            suite_hash=suite.hash, agent_hash=solver.hash, settings=_settings_of(request)
        ),
    )


# What decides which samples a run holds: kept with it, so that it can be resumed.
_KEPT: Final = (
    *("suite", "epochs", "limit", "samples", "families", "seed", "fields", "scorers", "states"),
)


def _settings_of(request: Request) -> JsonObject:
    values = asdict(request)
    kept: JsonObject = orjson.loads(orjson.dumps({name: values[name] for name in _KEPT}))
    return kept | ({JUDGE: request.judge} if request.judge else {})


def _request_of(run: Run, concurrency: int | None) -> Request:
    if run.source != "eval":
        raise BadInput(f"{run.run_id} was imported from {run.source}: nothing to resume")
    settings = run.provenance.settings
    kept = {name: settings[name] for name in _KEPT if name in settings}
    kept[JUDGE] = named_judge(run)
    return Request(**kept, models=(run.model,), agents=(run.agent,), concurrency=concurrency)  # type: ignore[arg-type]


def _tags(run: Run, tags: Sequence[str], author: str) -> list[Label]:
    return [
        Label(run_id=run.run_id, kind="tag", text=tag, author=author, labelled_at=run.started_at)
        for tag in tags
    ]
