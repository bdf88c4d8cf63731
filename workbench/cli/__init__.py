"""The `workbench` command."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from engine.errors import BadInput, StoreTooNew, WorkbenchError
from workbench.cli.group import LazyGroup

app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # the list of commands has to be there at once: rich takes 0.3 s
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: workbench eval helpdesk --model small --limit 6",
)


@app.callback()
def root(
    ctx: typer.Context,
    home: Annotated[
        Path | None, typer.Option(help="Folder of the store; WORKBENCH_HOME otherwise.")
    ] = None,
) -> None:
    """Evaluate and operate multi-agent LLM systems."""
    ctx.obj = home


def main() -> None:
    """Run the command; 0 done, 1 failed, 2 unusable input, 130 interrupted."""
    try:
        app()
    except WorkbenchError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2 if isinstance(error, BadInput | StoreTooNew) else 1)
