"""`workbench judge`: models as judges of answers, and how far they may be trusted."""

import asyncio
from collections.abc import Coroutine
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from engine.errors import BadInput
from engine.evals.judge import Asking, read_rubric
from engine.models.catalog import Catalog
from workbench.bootstrap import Bench
from workbench.bootstrap.calibration import Sheet, add_run, keep, of_file, of_run, sheet_of_file
from workbench.bootstrap.court import find_scorer, hearings
from workbench.bootstrap.pairing import judge_pairs, matched
from workbench.bootstrap.standing import judged, judges
from workbench.cli.calibration import print_calibration, print_calibrations, print_pairing
from workbench.cli.output import AsJson, console, print_frame, print_json
from workbench.cli.progress import Bars
from workbench.cli.session import opened, settings_of
from workbench.cli.signals import interruptible
from workbench.store import Store
from workbench.store.queries import judging
from workbench.store.queries.resolve import resolve_run

HELP = """Have models judge answers by a rubric, and calibrate them on people.

A judge informs. It gates only where a valid calibration for the same model, rubric, way of asking
and tasks says how far it agrees with people. A rubric is a YAML file:

\b
  name: tone
  criteria:
    - {name: polite, question: "Is the answer polite?"}
    - {name: brief, question: "Is it one sentence?", must_pass: true}

In a suite a judge is a scorer: {kind: judge, rubric_file: tone.yaml, model: small, repeats: 3}.
"""

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,  # the example's brackets are no markup
    help=HELP,
    epilog="Example: workbench judge calibrate last --rubric tone.yaml --model small",
)

RunName = Annotated[str, typer.Argument(help="A run's id, the beginning of one, or last.")]
RubricName = Annotated[
    str | None,
    typer.Option("--rubric", help="A YAML file, or a judge of the run's suite by its label."),
]
ModelName = Annotated[
    str, typer.Option("--model", help="The judge; else the suite's, else WORKBENCH_JUDGE.")
]
Repeats = Annotated[int | None, typer.Option(min=1, max=99, help="So often each is asked.")]
Reference = Annotated[
    bool | None,
    typer.Option("--reference/--no-reference", help="Whether the judge is shown the target."),
]
T = TypeVar("T")


@app.command(epilog="Example: workbench judge run last --rubric tone.yaml --model small")
def run(
    ctx: typer.Context,
    run: RunName,
    rubric: RubricName = None,
    model: ModelName = "",
    repeats: Repeats = None,
    reference: Reference = None,
    as_json: AsJson = False,
) -> None:
    """Have the answers of a run judged, also of one that was imported."""
    with opened(ctx) as store, Bars(quiet=as_json) as bars:
        bench = Bench(settings_of(ctx), store, bars)
        run_id = resolve_run(store.lake, run)

        async def work() -> None:
            async with hearings(bench, [run_id], model) as (hearing,):
                asked = {"model": model, "repeats": repeats, "reference": reference}
                scorer = find_scorer(rubric, hearing.suite, **asked)  # type: ignore[arg-type]
                with store.recorder() as recorder:
                    await hearing.court.judge_with(scorer, hearing.tasks, recorder)

        _carry_out(work())
        bars.stop()
        _print_judges(store, run_id, as_json=as_json)


@app.command(epilog="Example: workbench judge rescore last")
def rescore(ctx: typer.Context, run: RunName, as_json: AsJson = False) -> None:
    """Score a run anew with today's ratings and calibrations; judges are asked what they lack."""
    with opened(ctx) as store, Bars(quiet=as_json) as bars:
        bench = Bench(settings_of(ctx), store, bars)
        run_id = resolve_run(store.lake, run)

        async def work() -> None:
            async with hearings(bench, [run_id]) as (hearing,):
                if hearing.suite is None:
                    raise BadInput(f"{run_id} was imported: no suite says how it is scored")
                with store.recorder() as recorder:
                    await hearing.court.judge_again(hearing.suite, recorder)

        _carry_out(work())
        bars.stop()
        _print_judges(store, run_id, as_json=as_json)


@app.command(epilog="Example: workbench judge pairs run-20260101 last --rubric tone.yaml")
def pairs(
    ctx: typer.Context,
    a: RunName,
    b: RunName,
    rubric: RubricName = None,
    model: ModelName = "",
    as_json: AsJson = False,
) -> None:
    """Ask which of two runs answers each task better, always in both orders."""
    with opened(ctx) as store, Bars(quiet=as_json) as bars, store.recorder() as recorder:
        bench = Bench(settings_of(ctx), store, bars)
        ids = [resolve_run(store.lake, name) for name in (a, b)]

        async def work() -> Any:
            async with hearings(bench, ids, model) as (one, other):
                scorer = find_scorer(rubric, other.suite, model=model)
                bars.judging(other.court.run, len(matched(one, other)))
                judge = other.court.model(scorer.model)
                return await judge_pairs(
                    one, other, scorer.rubric, judge, recorder, on_judged=lambda: bars.judged(())
                )

        found = _carry_out(work())
        bars.stop()
    if as_json:
        print_json(asdict(found))
    else:
        print_pairing(found)


@app.command(epilog="Example: workbench judge calibrate --file labels.jsonl --rubric tone.yaml")
def calibrate(
    ctx: typer.Context,
    runs: Annotated[
        list[str] | None, typer.Argument(help="Runs of one suite that people have rated.")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(help="Instead: labelled answers (input, answer, passed) or pairs, as JSONL."),
    ] = None,
    rubric: RubricName = None,
    model: ModelName = "",
    repeats: Repeats = None,
    reference: Reference = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Of a file: so many labels, drawn by --seed.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the draw and of asking.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Put a judge beside people's labels, and keep how far it agrees with them."""
    if (file is None) == (not runs):
        raise BadInput("give runs that people have rated, or --file", hint="judge calibrate --help")
    with opened(ctx) as store, Bars(quiet=as_json) as bars:
        bench = Bench(settings_of(ctx), store, bars)
        asked = {"model": model, "repeats": repeats, "reference": reference}
        if file is not None:
            work = _on_file(bench, bars, file, rubric, asked | {"limit": limit, "seed": seed})
        else:
            work = _on_runs(bench, runs or [], rubric, asked)
        fact = _carry_out(work)
        bars.stop()
    if as_json:
        print_json(fact.model_dump(mode="json"))
    else:
        print_calibration(fact)


@app.command("list", epilog="Example: workbench judge list --json")
def list_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Every calibration: what it is bound to, whether it lets the judge gate, and why not."""
    with opened(ctx) as store:
        found = judging.calibrations(store.lake)
    if as_json:
        print_json([fact.model_dump(mode="json") for fact in found])
    else:
        print_calibrations(found)


async def _on_runs(bench: Bench, names: list[str], rubric: str | None, asked: Any) -> Any:
    ids = [resolve_run(bench.store.lake, name) for name in names]
    async with hearings(bench, ids, asked["model"]) as every:
        scorer = find_scorer(rubric, every[0].suite, **asked)
        sheet = Sheet("answer", scorer.asking(0).method)
        with bench.store.recorder() as recorder:
            for hearing in every:
                await add_run(sheet, hearing.court, scorer, hearing.tasks, recorder)
        judge = every[0].court.model(scorer.model).name
        return keep(bench.store, sheet, judge, scorer.rubric, of_run(every))


async def _on_file(bench: Bench, bars: Bars, file: Path, rubric: str | None, asked: Any) -> Any:
    if rubric is None:
        raise BadInput("labels of a file need a rubric", hint="--rubric FILE.yaml")
    found = read_rubric(Path(rubric))
    name = asked["model"] or bench.settings.judge
    if not name:
        raise BadInput("no judge is named", hint="--model NAME, or WORKBENCH_JUDGE")
    seen = found.reference if asked["reference"] is None else asked["reference"]
    asking = Asking(asked["repeats"] or 1, asked["seed"], seen)
    async with Catalog(bench.settings.endpoints, unknown=bench.unknown) as catalog:
        sheet = await sheet_of_file(
            file,
            catalog.get(name),
            found,
            asking,
            limit=asked["limit"],
            on_judged=lambda done, total: bars.advance(f"judging {file.name}", done, total),
        )
    return keep(bench.store, sheet, name, found, of_file(file))


def _carry_out(work: Coroutine[Any, Any, T]) -> T:
    with interruptible():
        return asyncio.run(work)


def _print_judges(store: Store, run_id: str, *, as_json: bool) -> None:
    if as_json:
        print_frame(judges(store, run_id), as_json=True)
        return
    for line in judged(store, run_id) or [f"nobody has judged {run_id}"]:
        console.print(line)
