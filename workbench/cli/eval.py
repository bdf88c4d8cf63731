"""`workbench eval`: run a suite with models and agents."""

import asyncio
import sys
from collections.abc import Coroutine, Sequence
from typing import Annotated, Any, Final

import orjson
import typer

from engine.errors import BadInput, WorkbenchError
from workbench.bootstrap import Bench, Request, evaluate, resume
from workbench.bootstrap.caching import OFF, caching
from workbench.cli.cache import OPTIONS, AcrossEpochs, CacheScope, CacheTtl
from workbench.cli.escalations import print_waiting
from workbench.cli.output import AsJson
from workbench.cli.progress import Bars
from workbench.cli.scoreboard import print_scoreboard
from workbench.cli.session import opened, pairs, settings_of
from workbench.cli.signals import interruptible
from workbench.store import Store
from workbench.store.queries.facts import run as run_fact
from workbench.store.queries.resolve import resolve_run

INTERRUPTED: Final = 130  # 128 + SIGINT, as shells have it
_WITH_RESUME: Final = {"suite", "resume_run", "concurrency", "as_json", *OPTIONS}

app = typer.Typer()


@app.command(
    epilog="Example: workbench eval helpdesk --model small --agent default --agent constant "
    "--epochs 2 --limit 12 --tag nightly",
)
def run(
    ctx: typer.Context,
    suite: Annotated[
        str | None,
        typer.Argument(help="Suite by name, folder, table (JSONL, CSV, Parquet) or FILE.py:name."),
    ] = None,
    model: Annotated[
        list[str] | None, typer.Option(help="Model by name; repeat for a matrix. Default: small.")
    ] = None,
    agent: Annotated[
        list[str] | None,
        typer.Option(help="Agent: default, a team, a baseline, FILE.yaml, FILE.py:function."),
    ] = None,
    epochs: Annotated[int, typer.Option(min=1, help="Times each sample is run.")] = 1,
    limit: Annotated[
        int | None, typer.Option(help="So many samples, spread over the families.")
    ] = None,
    sample: Annotated[list[str] | None, typer.Option(help="Only the sample of this id.")] = None,
    family: Annotated[list[str] | None, typer.Option(help="Only samples of this family.")] = None,
    concurrency: Annotated[
        int | None,
        typer.Option(min=1, help="Samples at once. Default: 4, on the embedded model 1."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of models, baselines and the limit.")] = 0,
    tag: Annotated[list[str] | None, typer.Option(help="Tag of the run.")] = None,
    field: Annotated[
        list[str] | None, typer.Option(help="For a table: name=column, such as input=question.")
    ] = None,
    scorer: Annotated[
        list[str] | None, typer.Option(help="For a table: a scorer by kind, or as JSON.")
    ] = None,
    judge: Annotated[
        str, typer.Option(help="Model that judges where a scorer names none; else WORKBENCH_JUDGE.")
    ] = "",
    state: Annotated[
        list[str] | None,
        typer.Option(
            help="Only tasks in this state: unreviewed, draft, reviewed, golden, retired. "
            "Default: all but drafts and retired ones."
        ),
    ] = None,
    resume_run: Annotated[
        str | None,
        typer.Option("--resume", help="Run what this run lacks, and what was decided."),
    ] = None,
    cache: CacheScope = OFF,
    cache_ttl: CacheTtl = None,
    cache_across_epochs: AcrossEpochs = False,
    as_json: AsJson = False,
) -> None:
    """Run a suite with every model and every agent given, and print the scores."""
    if suite is None and resume_run is None:
        raise BadInput("give a suite, or --resume RUN", hint="see workbench eval --help")
    if resume_run is not None:
        _refuse_others(ctx)
    request = Request(
        suite=str(suite),
        models=model or ["small"],
        agents=agent or ["default"],
        epochs=epochs,
        limit=limit,
        samples=sample or [],
        families=family or [],
        concurrency=concurrency,
        seed=seed,
        tags=tag or [],
        fields=pairs(field) if field else None,
        scorers=[_scorer(text) for text in scorer or []],
        judge=judge,
        states=state or [],
    )
    settings = settings_of(ctx)
    kept = caching(settings, cache, ttl_s=cache_ttl, across_epochs=cache_across_epochs)
    with opened(ctx) as store:
        with Bars(quiet=as_json) as bars, kept as used:
            bench = Bench(settings, store, bars, caching=used)
            again = resume_run and _of_suite(store, resolve_run(store.lake, resume_run), suite)
            work = resume(again, bench, concurrency) if again else evaluate(request, bench)
            with interruptible():
                code = _carry_out(work, bars)
            if code == INTERRUPTED and not again:
                _print_not_begun(request.pairs()[len(bars.runs) :])
        print_scoreboard(store, bars.runs, as_json=as_json)
        _print_errors(bars)
        print_waiting(store, bars.runs)
    raise typer.Exit(code)


def _refuse_others(ctx: typer.Context) -> None:
    """A resumed run goes on as it was begun: what it cannot take is not silently left out."""
    sources = {name: ctx.get_parameter_source(name) for name in ctx.params}
    given = {name for name, source in sources.items() if source and source.name == "COMMANDLINE"}
    if extra := sorted(given - _WITH_RESUME):
        names = ", ".join(f"--{name.replace('_', '-')}" for name in extra)
        raise BadInput(f"{names} cannot be changed with --resume", hint="start a new run instead")


def _of_suite(store: Store, run_id: str, suite: str | None) -> str:
    """The run, where it is of that suite if one is named."""
    have = run_fact(store.lake, run_id).provenance.settings.get("suite")
    if suite is not None and suite != have:
        raise BadInput(f"{run_id} is of suite {have}, not {suite}", hint="leave the suite out")
    return run_id


def _print_not_begun(pairs: Sequence[tuple[str, str]]) -> None:
    """Of a matrix that was interrupted: what no resumption will run."""
    if pairs:
        names = ", ".join(" ".join(filter(None, (agent, model))) for model, agent in pairs)
        print(f"not begun: {names}", file=sys.stderr)


def _print_errors(bars: Bars) -> None:
    for run_id, codes in bars.errors.items():
        kinds = ", ".join(f"{code} {count}" for code, count in codes.most_common())
        print(
            f"{codes.total()} of {bars.episodes[run_id]} episodes ended with an error ({kinds}); "
            f"run them again: workbench eval --resume {run_id}",
            file=sys.stderr,
        )


def _carry_out(work: Coroutine[Any, Any, list[str]], bars: Bars) -> int:
    """Run to the end; what was done before a failure or an interrupt is kept and shown."""
    try:
        asyncio.run(work)
    except KeyboardInterrupt:
        bars.stop()
        again = f"; continue with: workbench eval --resume {bars.runs[-1]}" if bars.runs else ""
        print(f"interrupted{again}", file=sys.stderr)
        return INTERRUPTED
    except WorkbenchError as error:
        if not bars.runs or isinstance(error, BadInput):
            raise
        bars.stop()
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _scorer(text: str) -> Any:
    try:
        return orjson.loads(text) if text.lstrip().startswith("{") else text
    except orjson.JSONDecodeError as error:
        raise BadInput(f"{text} is no JSON: {error}", where="--scorer") from None
