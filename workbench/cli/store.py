"""`workbench store`: what the store holds, and its maintenance."""

from dataclasses import asdict

import typer

from workbench.cli.output import AsJson, console, print_frame, print_json
from workbench.cli.session import opened

app = typer.Typer(no_args_is_help=True, epilog="Example: workbench store maintain")


@app.command(epilog="Example: workbench store info --json")
def info(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Rows, files and bytes of each table."""
    with opened(ctx) as store:
        print_frame(store.info(), as_json=as_json)


@app.command(epilog="Example: workbench store maintain")
def maintain(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Move fresh rows to their tenants' files, merge small files, drop what is not needed."""
    with opened(ctx) as store:
        report = asdict(store.maintain())
    if as_json:
        print_json(report)
    else:
        console.print(*(f"{name}: {value}" for name, value in report.items()), sep="\n")
