"""`workbench compare`: two runs over the same tasks, with the uncertainty of what differs."""

from dataclasses import fields
from typing import Annotated, Any

import polars as pl
import typer

from workbench.bootstrap.comparison import Comparison, compare_runs
from workbench.bootstrap.points import (
    change,
    conclusion,
    families_apart,
    left_out,
    p_text,
    points,
    points_interval,
)
from workbench.cli.output import NOTHING, AsJson, console, print_json, print_table, share
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
    for text in (conclusion(found), families_apart(found), left_out(found), *found.notes):
        if text:
            console.print(text)
    for outcome in ("won", "lost"):
        _print_tasks(found, outcome)
    _print_effort(found)


def _plain(found: Comparison) -> dict[str, Any]:
    """As JSON-like data; what is not defined is null."""
    values = {field.name: getattr(found, field.name) for field in fields(found)}
    return {
        name: value.fill_nan(None).to_dicts() if isinstance(value, pl.DataFrame) else value
        for name, value in values.items()
    }


def _print_families(found: Comparison) -> None:
    columns = ("family", "tasks", "a", "b", "b - a, points", "interval", "won", "lost", "tied")
    tests = ("p", "p by Holm", "tasks needed", "test")
    rows = [_family(row) for row in found.families.to_dicts()]
    print_table([*columns, *tests], rows, right={*columns[1:], *tests[:-1]})
    console.print(f"* more than chance explains at {found.alpha:g}, families corrected by Holm\n")


def _family(row: dict[str, Any]) -> list[str]:
    needed = row["needed"]
    return [
        row["family"],
        str(row["tasks"]),
        share(row["a"]),
        share(row["b"]),
        points(row["difference"]) + ("*" if row["differs"] else ""),
        points_interval(row["low"], row["high"]),
        *(str(row[name]) for name in ("won", "lost", "tied")),
        p_text(row["p_value"]),
        p_text(row["p_holm"]),
        NOTHING if needed is None else f"{needed:,}",
        row["test"],
    ]


def _print_tasks(found: Comparison, outcome: str) -> None:
    rows = found.tasks.filter(pl.col("outcome") == outcome).to_dicts()
    if rows:
        columns = ("task id", "family", "a", "b", "episode of a", "episode of b")
        cells = [
            [
                row["task_id"],
                row["family"],
                f"{row['a']}/{row['epochs']}",
                f"{row['b']}/{row['epochs']}",
                row["episode_a"],
                row["episode_b"],
            ]
            for row in rows
        ]
        print_table(columns, cells, title=f"Tasks {outcome} by b", right={"a", "b"})


def _print_effort(found: Comparison) -> None:
    names = {"cost_usd": "cost", "duration_s": "latency"}
    rows = [[names[row["measure"]], *change(row)] for row in found.effort.to_dicts()]
    print_table(("an episode's mean", "a", "b", "b - a", "interval"), rows)
