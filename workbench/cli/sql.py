"""`workbench sql`: ask the store in SQL."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import polars as pl
import typer

from engine.errors import BadInput
from workbench.cli.output import AsJson, console, print_frame
from workbench.cli.session import opened

app = typer.Typer()

_SHOWN = 200  # rows that a terminal is good for
_WRITERS: Final[dict[str, Callable[[pl.DataFrame, Path], object]]] = {
    ".csv": pl.DataFrame.write_csv,
    ".parquet": pl.DataFrame.write_parquet,
    ".jsonl": pl.DataFrame.write_ndjson,
}


@app.command(
    epilog='Example: workbench sql "select model, count(*) n from episodes group by model" --json'
)
def sql(
    ctx: typer.Context,
    query: Annotated[str, typer.Argument(help="A read-only statement of DuckDB's SQL.")],
    out: Annotated[Path | None, typer.Option(help="Write a .csv, .jsonl or .parquet file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print what a query answers. Tables: runs, episodes, steps, exchanges, scores, labels."""
    if out is not None and out.suffix not in _WRITERS:
        raise BadInput(f"{out}: the ending says the form", hint=f"one of {', '.join(_WRITERS)}")
    with opened(ctx) as store:
        frame = store.sql(query)
    if out is not None:
        _write(frame, out)
        console.print(f"{frame.height} rows written to {out}")
        return
    print_frame(frame if as_json else frame.head(_SHOWN), as_json=as_json)
    if frame.height > _SHOWN and not as_json:
        console.print(f"{_SHOWN} of {frame.height} rows; --out FILE takes all")


def _write(frame: pl.DataFrame, out: Path) -> None:
    try:
        _WRITERS[out.suffix](frame, out)
    except OSError as error:
        raise BadInput(f"cannot write {out}: {error.strerror or error}") from None
    except pl.exceptions.ComputeError as error:
        hint = "lists and structs go into .jsonl or .parquet"
        raise BadInput(f"{out}: {error}", hint=hint) from None
