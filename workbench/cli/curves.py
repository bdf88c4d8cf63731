"""`workbench curves`: reliability, cost and latency, stability over epochs, flaky tasks."""

from collections.abc import Callable
from typing import Annotated, Any

import polars as pl
import typer

from workbench.bootstrap.curves import Tradeoff, reliability, tradeoff
from workbench.bootstrap.stability import Stability, stability
from workbench.bootstrap.tables import interval, percent
from workbench.cli.output import AsJson, console, print_frame, print_json, seconds, usd
from workbench.cli.session import opened

app = typer.Typer()


@app.command(epilog="Example: workbench curves last run-20260101-0101 --json")
def curves(
    ctx: typer.Context,
    runs: Annotated[
        list[str] | None,
        typer.Argument(help="Runs of one suite, by id or the beginning of one; else last."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """pass^k, score against cost and latency, score by epoch, and tasks that sometimes pass."""
    with opened(ctx) as store, store.at_one_moment() as now:
        asked = runs or ["last"]
        taken = tradeoff(now, asked)
        repeats = reliability(now, asked)
        stable = [
            stability(now, run_id) for run_id in repeats["run_id"].unique(maintain_order=True)
        ]
    if as_json:
        print_json(_plain(taken, repeats, stable))
        return
    _print_reliability(repeats)
    _print_tradeoff(taken)
    for found in stable:
        _print_stability(found)


def _plain(taken: Tradeoff, repeats: pl.DataFrame, stable: list[Stability]) -> dict[str, Any]:
    """As JSON-like data; what is not defined is null."""
    return {
        "suite": taken.suite,
        "left_out": taken.left_out,
        "notes": taken.notes,
        "reliability": repeats.to_dicts(),
        "tradeoff": taken.points.to_dicts(),
        "stability": [
            {
                "run_id": found.run_id,
                "epochs": found.epochs.to_dicts(),
                "outcomes": found.outcomes.to_dicts(),
                "flaky": found.flaky.to_dicts(),
            }
            for found in stable
        ],
    }


def _print_reliability(repeats: pl.DataFrame) -> None:
    rows = [
        {
            "run": row["run_id"],
            "k": row["k"],
            "pass^k": percent(row["pass_hat"]),
            "95 % interval": interval(row["hat_low"], row["hat_high"]),
            "pass@k": percent(row["pass_at"]),
            "interval": interval(row["at_low"], row["at_high"]),
            "tasks": row["tasks"],
        }
        for row in repeats.to_dicts()
    ]
    title = "Reliability: all of k tries pass (pass^k), at least one does (pass@k)"
    print_frame(pl.DataFrame(rows), as_json=False, title=title)


def _print_tradeoff(taken: Tradeoff) -> None:
    rows = [
        {
            "run": row["run_id"],
            "agent": row["agent"],
            "model": row["model"],
            "passed": percent(row["passed"]),
            "95 % interval": interval(row["low"], row["high"]),
            "cost": _mean(row, "cost", usd),
            "latency": _mean(row, "latency", seconds),
        }
        for row in taken.points.to_dicts()
    ]
    print_frame(pl.DataFrame(rows), as_json=False, title="Score against mean cost and latency")
    console.print("* on the Pareto front: no other run costs as little and passes as much")
    unknown = taken.points["cost_usd"].null_count()
    if unknown:
        console.print(f"{unknown} of {taken.points.height} runs have no known cost: on no front.")
    if taken.left_out:
        console.print(f"Left out: {taken.left_out} tasks that not every run has scored.")
    for note in taken.notes:
        console.print(note)


def _print_stability(found: Stability) -> None:
    console.print(f"\n{found.run_id}")
    shares = {"share": percent, "low": percent, "high": percent}
    print_frame(found.epochs, as_json=False, formats=shares, title="Tasks passed by epoch")
    if found.outcomes.is_empty():
        console.print("No task was tried twice: eval --epochs N shows which ones are flaky.")
        return
    print_frame(found.outcomes, as_json=False, formats=shares, title="Tasks that pass")
    if found.flaky.height:
        print_frame(found.flaky, as_json=False, formats=shares, title="Flaky tasks")


def _mean(row: dict[str, Any], name: str, form: Callable[[float | None], str]) -> str:
    """A mean with its interval, where there is one, and an asterisk on the front."""
    keys = {"cost": "cost_usd", "latency": "latency_s"}
    star = "*" if row[f"on_{name}_front"] else ""
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    ends = "" if low is None else f" ({form(low)} to {form(high)})"
    return f"{form(row[keys[name]])}{star}{ends}"
