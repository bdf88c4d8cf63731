"""`workbench search`: find text in transcripts."""

from typing import Annotated

import typer

from workbench.cli.output import AsJson, console, print_frame
from workbench.cli.session import opened
from workbench.store.queries.resolve import resolve_run

app = typer.Typer()


@app.command(epilog='Example: workbench search "refund" --run last')
def search(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(help="What to look for; case does not matter.")],
    run: Annotated[str | None, typer.Option(help="Only in this run.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="So many places.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Find text in what was said, called and returned; prints where and the words around it."""
    with opened(ctx) as store:
        found = store.search(text, run=run and resolve_run(store.lake, run), limit=limit)
    print_frame(found, as_json=as_json)
    if found.is_empty() and not as_json:
        console.print("Nothing found.")
