"""`workbench report`: a run as an HTML page, without a scheduler."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.flows.parameters import parse
from pipelines.flows.reporting import NOTEBOOK, OUT, Order, make_report
from workbench.cli.output import AsJson, console, print_json
from workbench.cli.session import settings_of

app = typer.Typer()


@app.command(epilog="Example: workbench report --tag nightly")
def report(  # noqa: PLR0917 - a parameter is an option of the command
    ctx: typer.Context,
    run: Annotated[
        str | None,
        typer.Argument(
            help="A run's id, the beginning of one, or last. Default: the newest with a model."
        ),
    ] = None,
    tag: Annotated[
        str | None, typer.Option(help="Beside the others of this tag; otherwise the baselines.")
    ] = None,
    notebook: Annotated[str, typer.Option(help="A notebook by name, or a path.")] = NOTEBOOK,
    param: Annotated[
        list[str] | None, typer.Option(help="A parameter of the notebook: name=value.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder of the page.")] = OUT,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Execute a notebook on a run and print where its HTML page lies."""
    order = Order(run=run, tag=tag, notebook=notebook, parameters=parse(param or ()), out=out)
    page = make_report(settings_of(ctx), order)
    if as_json:
        print_json({"report": str(page)})
    else:
        console.print(f"Report:   {page}", soft_wrap=True)
