"""`workbench contracts`: schemas of records, what changed in them, and fields nobody knows."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from engine.contracts.compare import Change, compare
from engine.contracts.export import read_schemas, schemas, write_schemas
from workbench.cli.output import AsJson, Formats, console, moment, print_frame, print_json
from workbench.cli.session import opened
from workbench.store.queries import contracts
from workbench.store.queries.resolve import resolve_run

app = typer.Typer(no_args_is_help=True, epilog="Example: workbench contracts export schemas/")

_FORMATS: Formats = {
    **dict.fromkeys(("first_seen_at", "last_seen_at"), moment),
    "episodes": ", ".join,
}


@app.command(epilog="Example: workbench contracts export schemas/")
def export(folder: Annotated[Path, typer.Argument(help="Where to write, made if needed.")]) -> None:
    """Write one JSON Schema (2020-12) file a record."""
    written = write_schemas(folder)
    console.print(f"{len(written)} schemas in {folder}")


@app.command(epilog="Example: workbench contracts diff schemas/ --json")
def diff(
    old: Annotated[Path, typer.Argument(help="An exported folder.")],
    new: Annotated[
        Path | None, typer.Option(help="Another one; without it this version's records.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What has changed since OLD; exits with 1 where old data is refused, 2 on an unusable folder.

    Breaking is what makes data valid before invalid now. Where only old readers refuse what is
    written now, the change is compatible and says so.
    """
    changes = compare(read_schemas(old), schemas() if new is None else read_schemas(new))
    if as_json:
        print_json([asdict(change) for change in changes])
    elif changes:
        print_frame(pl.DataFrame([_row(change) for change in changes]), as_json=False)
    else:
        console.print("The records are the same.")
    raise typer.Exit(1 if any(change.breaking for change in changes) else 0)


@app.command(epilog="Example: workbench contracts unknown --run last")
def unknown(
    ctx: typer.Context,
    run: Annotated[str | None, typer.Option(help="Only this run: its id, or last.")] = None,
    as_json: AsJson = False,
) -> None:
    """Fields in what others sent that nobody knows, by sender and place."""
    with opened(ctx) as store:
        run_id = None if run is None else resolve_run(store.lake, run)
        frame = contracts.unknown_fields(store.lake, run_id=run_id)
    print_frame(frame, as_json=as_json, formats=_FORMATS)
    if frame.is_empty() and not as_json:
        console.print("Every field that came was known.")


@app.command(epilog="Example: workbench contracts violations --json")
def violations(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Where data broke a contract and a call or an episode was given up, the latest first."""
    with opened(ctx) as store:
        frame = contracts.violations(store.lake)
    print_frame(frame, as_json=as_json, formats=_FORMATS)
    if frame.is_empty() and not as_json:
        console.print("No data broke a contract.")


def _row(change: Change) -> dict[str, str]:
    return {
        "file": change.file,
        "pointer": change.pointer or "(whole)",
        "effect": "breaking" if change.breaking else "compatible",
        "why": change.why,
    }
