"""`workbench compare`: two runs over the same tasks, with the uncertainty of what differs."""

from dataclasses import fields
from typing import Annotated, Any

import polars as pl
import typer

from workbench.bootstrap.comparison import Comparison, compare_runs
from workbench.bootstrap.points import (
    comparison_table,
    conclusion,
    effort_table,
    families_apart,
    remarks,
)
from workbench.cli.output import NOTHING, AsJson, console, print_frame, print_json
from workbench.cli.session import opened

app = typer.Typer()

Run = Annotated[str, typer.Argument(help="A run's id, the beginning of one, or last.")]


@app.command(epilog="Example: workbench compare run-20260101-0101 last")
def compare(
    ctx: typer.Context,
    a: Run,
    b: Run,
    scorer: Annotated[
        str | None, typer.Option(help="Count this scorer's verdicts alone; else all have to pass.")
    ] = None,
    alpha: Annotated[float, typer.Option(help="Chance of a false alarm that is accepted.")] = 0.05,
    difference: Annotated[
        float | None,
        typer.Option(help="Share to be seen, as 0.05; tasks needed are for it, else the observed."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare run B with run A, paired by task and epoch."""
    with opened(ctx) as store:
        found = compare_runs(store, a, b, scorer=scorer, alpha=alpha, difference=difference)
    if as_json:
        print_json(_plain(found))
        return
    console.print(f"a: {found.a}\nb: {found.b}\n")
    _print_families(found)
    for text in (conclusion(found), families_apart(found), *remarks(found)):
        console.print(text)
    for outcome in ("won", "lost"):
        _print_tasks(found, outcome)
    print_frame(effort_table(found), as_json=False)


def _plain(found: Comparison) -> dict[str, Any]:
    """As JSON-like data; what is not defined is null."""
    values = {field.name: getattr(found, field.name) for field in fields(found)}
    return {
        name: value.fill_nan(None).to_dicts() if isinstance(value, pl.DataFrame) else value
        for name, value in values.items()
    }


def _print_families(found: Comparison) -> None:
    formats = {"tasks needed": lambda tasks: NOTHING if tasks is None else f"{tasks:,}"}
    print_frame(comparison_table(found), as_json=False, formats=formats)
    console.print(
        "Differences in percentage points; tasks needed for a power of 80 %.\n"
        f"* more than chance explains at {found.alpha:g}, families corrected by Holm\n"
    )


def _print_tasks(found: Comparison, outcome: str) -> None:
    rows = found.tasks.filter(pl.col("outcome") == outcome).drop("outcome")
    if rows.height:
        print_frame(rows, as_json=False, title=f"Tasks {outcome} by b, with epochs passed")
