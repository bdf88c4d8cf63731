"""Evaluations put together: suite, models, agents, store, progress."""

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from itertools import product
from pathlib import Path
from typing import Final, TypedDict

import orjson
from filelock import FileLock, Timeout

from engine.clock import SystemClock
from engine.contracts import Episode, Json, JsonObject, Label, Run, Score, UnknownFields
from engine.contracts.ids import run_id
from engine.errors import BadInput, RunFailed
from engine.evals import Suite
from engine.evals.runner import Job, run_job
from engine.evals.solvers import Solver
from engine.evals.sources import load_suite
from engine.models.catalog import LARGE, SMALL, Catalog
from engine.telemetry import FactLog, FactMetrics, Metrics, Tee
from workbench.bootstrap.places import DEFAULT_AGENT, find_solver, needs_model, suite_folders
from workbench.bootstrap.provenance import provenance
from workbench.bootstrap.unknown import KeepsUnknown
from workbench.settings import Settings
from workbench.store import Store
from workbench.store.liveness import run_lock
from workbench.store.queries.facts import run as recorded_run
from workbench.store.queries.run import finished_samples

# A remote model gains from several samples at once; the embedded one takes one call at a time, and
# its latency would be that of a queue.
DEFAULT_CONCURRENCY: Final = 4


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

    def pairs(self) -> list[tuple[str, str]]:
        """(model, agent) of each run; an agent without a model runs once."""
        found = ((m if needs_model(a) else "", a) for m, a in product(self.models, self.agents))
        return list(dict.fromkeys(found))


class Listener:
    """Hears of a run's progress; this one does nothing with it."""

    def started(self, run: Run, missing: int) -> None:
        """A run begins, with so many episodes to go."""

    def ended(self, episode: Episode, scores: tuple[Score, ...]) -> None:
        """An episode is done and kept."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What every evaluation of a process shares."""

    settings: Settings
    store: Store
    listener: Listener = field(default_factory=Listener)
    metrics: Metrics = field(default_factory=Metrics)
    unknown: UnknownFields = field(default_factory=lambda: UnknownFields(SystemClock()))


async def evaluate(request: Request, bench: Bench) -> list[str]:
    """Run every combination in turn; gives the run ids.

    Raises `BadInput` before anything is stored where suite, model or agent do not exist, and
    `RunFailed` in the end where a run had nothing but errors.
    """
    suite = _suite(request)
    async with _catalog(bench) as catalog:
        solvers = [(pair, _solver(request, *pair, suite, catalog)) for pair in request.pairs()]
        runs: list[str] = []
        failed: list[RunFailed] = []
        for pair, solver in solvers:
            run = _new_run(request, suite, solver, pair)
            runs.append(run.run_id)
            with bench.store.recorder() as recorder:
                recorder.add(run, *_tags(run, request.tags, bench.settings.author))
                recorder.flush()  # from here on the run can be seen, and resumed
                try:
                    await _run(request, bench, Job(run, suite, solver, recorder))
                except RunFailed as failure:  # the other runs may fare better
                    failed.append(failure)
    if failed:
        raise failed[0]
    return runs


async def resume(run_id: str, bench: Bench, concurrency: int | None = None) -> list[str]:
    """Run the samples that a run lacks, as it was asked for then; gives its id.

    Raises `NotFound` where there is no such run, `BadInput` where the suite has changed since or
    another process is at it.
    """
    run = recorded_run(bench.store.lake, run_id)
    request = _request_of(run, concurrency)
    suite = _suite(request)
    _check_unchanged(run, "suite", run.provenance.suite_hash, suite.hash)
    async with _catalog(bench) as catalog:
        solver = _solver(request, run.model, run.agent, suite, catalog)
        _check_unchanged(run, "agent", run.provenance.agent_hash, solver.hash)
        done = finished_samples(bench.store.lake, run.run_id)
        with bench.store.recorder() as recorder:
            await _run(request, bench, Job(run, suite, solver, recorder, done))
    return [run.run_id]


async def _run(request: Request, bench: Bench, job: Job) -> None:
    tee = Tee(job.recorder, FactMetrics(bench.metrics), FactLog(job.suite.tools.sensitive()))
    recorder = KeepsUnknown(tee, bench.unknown, job.run, job.clock)
    job = replace(
        job,
        recorder=recorder,
        concurrency=request.concurrency or _concurrency(job.run.model),
        on_episode=bench.listener.ended,
    )
    bench.listener.started(job.run, len(job.missing()))
    with _alone(bench.settings.home, job.run.run_id):
        await run_job(job)


def _concurrency(model: str) -> int:
    return 1 if model in {SMALL, LARGE} else DEFAULT_CONCURRENCY


@contextmanager
def _alone(home: Path, run: str) -> Iterator[None]:
    """Keep every other process from writing to this run; the lock ends with the process."""
    path = run_lock(home, run)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(path, timeout=0):
            yield
    except Timeout:
        raise BadInput(f"another process is working on {run}", hint="wait for its end") from None


def _suite(request: Request) -> Suite:
    suite = load_suite(
        request.suite, suite_folders(), fields=request.fields, scorers=request.scorers
    )
    return suite.select(
        limit=request.limit,
        sample_ids=request.samples,
        families=request.families,
        seed=request.seed,
    )


def _solver(request: Request, model: str, agent: str, suite: Suite, catalog: Catalog) -> Solver:
    return find_solver(agent, model, suite, catalog, request.seed)


def _catalog(bench: Bench) -> Catalog:
    return Catalog(bench.settings.endpoints, unknown=bench.unknown)


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
_KEPT: Final = ("suite", "epochs", "limit", "samples", "families", "seed", "fields", "scorers")


def _settings_of(request: Request) -> JsonObject:
    values = asdict(request)
    kept: JsonObject = orjson.loads(orjson.dumps({name: values[name] for name in _KEPT}))
    return kept


def _request_of(run: Run, concurrency: int | None) -> Request:
    if run.source != "eval":
        raise BadInput(f"{run.run_id} was imported from {run.source}: nothing to resume")
    kept = {name: run.provenance.settings[name] for name in _KEPT}
    return Request(**kept, models=(run.model,), agents=(run.agent,), concurrency=concurrency)  # type: ignore[arg-type]


def _check_unchanged(run: Run, what: str, then: str, now: str) -> None:
    if then != now:
        raise BadInput(
            f"the {what} has changed since {run.run_id} began",
            hint="its samples would not be comparable: start a new run",
        )


def _tags(run: Run, tags: Sequence[str], author: str) -> list[Label]:
    return [
        Label(run_id=run.run_id, kind="tag", text=tag, author=author, labelled_at=run.started_at)
        for tag in tags
    ]
