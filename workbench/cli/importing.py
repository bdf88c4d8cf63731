"""`workbench import`: take in episodes recorded elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from engine.clock import SystemClock
from engine.contracts import Run
from engine.interchange import read_tau_bench
from workbench.cli.output import AsJson, progress_console
from workbench.cli.scoreboard import print_scoreboard
from workbench.cli.session import opened
from workbench.store import Store
from workbench.store.queries.runs import summaries

app = typer.Typer(no_args_is_help=True, epilog="Example: workbench import tau-bench recordings/")


@app.callback()
def importing() -> None:
    """Take in episodes recorded elsewhere, as a run like any other."""


@app.command("tau-bench", epilog="Example: workbench import tau-bench recordings/airline.json.gz")
def tau_bench(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(help="A recording (.json, .json.gz) or its folder.")],
    as_json: AsJson = False,
) -> None:
    """Import recorded tau-bench episodes; importing a file again changes nothing."""
    with opened(ctx) as store:
        run_id = _take_in(store, path)
        print_scoreboard(store, [run_id], as_json=as_json)


def _take_in(store: Store, path: Path) -> str:
    """Record what the store lacks; the run is in it whole or not at all."""
    groups = read_tau_bench(path, now=SystemClock().now())
    run = next(groups)[0]
    assert isinstance(run, Run)  # noqa: S101 - the reader's promise
    if not summaries(store.lake, [run.run_id]).is_empty():
        progress_console.print(f"{run.run_id} is in the store already")
        return run.run_id
    with store.recorder() as recorder:
        recorder.add(run, *(fact for group in groups for fact in group))
    progress_console.print(f"imported as {run.run_id}: {run.planned} episodes")
    return run.run_id
