"""`workbench flows`: the flows there are, and one of them run now."""

import os
from importlib import import_module
from typing import Annotated

import typer

from pipelines.flows.environment import prefect_environment
from pipelines.flows.parameters import parse
from pipelines.flows.table import FLOWS, entry
from workbench.cli.output import AsJson, console, print_json, print_table
from workbench.cli.session import settings_of

app = typer.Typer(no_args_is_help=True, epilog="Example: workbench flows run maintain")


@app.command("list", epilog="Example: workbench flows list --json")
def list_(as_json: AsJson = False) -> None:
    """List the flows with the schedules that `workbench up` runs them by (cron, UTC)."""
    rows = [
        {"name": e.name, "cron": e.cron, "summary": e.summary, "parameters": dict(e.parameters)}
        for e in FLOWS.values()
    ]
    if as_json:
        print_json(rows)
    else:
        print_table(list(rows[0]), [[str(value) for value in row.values()] for row in rows])


@app.command(
    epilog="Example: workbench flows run evaluate --param limit=6 --param 'agents=[\"echo\"]'"
)
def run(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help=f"One of: {', '.join(FLOWS)}.")],
    param: Annotated[
        list[str] | None, typer.Option(help="name=value; a value may be JSON. See the flow's page.")
    ] = None,
) -> None:
    """Run a flow now: on the server that PREFECT_API_URL names, else on one of its own."""
    chosen, parameters = entry(name), parse(param or ())
    home = settings_of(ctx).home
    (home / "prefect").mkdir(parents=True, exist_ok=True)
    os.environ.update(prefect_environment(home))
    # Prefect reads the environment when it is imported.
    result = import_module("pipelines.flows.now").run_now(chosen, parameters)
    console.print(result if result is not None else "done", soft_wrap=True)
