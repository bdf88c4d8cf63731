"""`workbench sql`: ask the store in SQL."""

from pathlib import Path
from typing import Annotated

import typer

from workbench.cli.output import AsJson, console, print_frame
from workbench.cli.session import opened

app = typer.Typer()

_SHOWN = 200  # rows that a terminal is good for


@app.command(
    epilog='Example: workbench sql "select model, count(*) n from episodes group by model" --json'
)
def sql(
    ctx: typer.Context,
    query: Annotated[str, typer.Argument(help="A read-only statement of DuckDB's SQL.")],
    out: Annotated[Path | None, typer.Option(help="Write a .csv or .parquet file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print what a query answers. Tables: runs, episodes, steps, exchanges, scores, labels."""
    with opened(ctx) as store:
        frame = store.sql(query)
    if out is not None:
        frame.write_csv(out) if out.suffix == ".csv" else frame.write_parquet(out)
        console.print(f"{frame.height} rows written to {out}")
        return
    print_frame(frame if as_json else frame.head(_SHOWN), as_json=as_json)
    if frame.height > _SHOWN and not as_json:
        console.print(f"{_SHOWN} of {frame.height} rows; --out FILE takes all")
