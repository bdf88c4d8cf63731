"""`workbench import`: take in episodes recorded elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from workbench.bootstrap.recordings import import_tau_bench
from workbench.cli.output import AsJson, progress_console
from workbench.cli.scoreboard import print_scoreboard
from workbench.cli.session import opened
from workbench.cli.taking_in import app as taking_in

app = typer.Typer(no_args_is_help=True, epilog="Example: workbench import tau-bench recordings/")
app.add_typer(taking_in)


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
        taken = import_tau_bench(store, path)
        how = f"imported: {taken.episodes} episodes" if taken.new else "in the store already"
        progress_console.print(f"{taken.run_id} {how}")
        print_scoreboard(store, [taken.run_id], as_json=as_json)
