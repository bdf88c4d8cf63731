"""`workbench flows`: the flows there are, and one of them run now."""

import os
from importlib import import_module
from typing import Annotated, Any

import typer

from engine.errors import BadInput
from pipelines.flows.environment import prefect_environment
from pipelines.flows.parameters import parse
from pipelines.flows.table import FLOWS, Entry, entry
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
    os.environ.update(prefect_environment(settings_of(ctx).home))
    result = _call(chosen, parameters)
    console.print(result if result is not None else "done", soft_wrap=True)


def _call(chosen: Entry, parameters: dict[str, Any]) -> Any:
    """Import the flow (Prefect with it) and run it; raises `BadInput` for unfit parameters."""
    flow = getattr(import_module(chosen.module), chosen.name)
    known = flow.parameters.properties
    if unknown := sorted(set(parameters) - set(known)):
        hint = f"its parameters: {', '.join(known) or 'none'}"
        raise BadInput(f"{chosen.name} has no parameter {', '.join(unknown)}", hint=hint)
    try:
        fit = flow.validate_parameters(parameters)
    except ValueError as error:
        raise BadInput(str(error), where=chosen.name) from None
    return flow(**fit)
