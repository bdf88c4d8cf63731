"""`workbench metrics`: what is exported to Prometheus."""

from dataclasses import asdict

import polars as pl
import typer

from engine.telemetry import METRICS
from workbench.cli.output import AsJson, print_frame

app = typer.Typer(no_args_is_help=True, epilog="Example: workbench metrics list")


@app.callback()
def metrics() -> None:
    """Every metric that the workbench exports."""


@app.command("list", epilog="Example: workbench metrics list --json")
def list_(as_json: AsJson = False) -> None:
    """Name, kind, unit, labels and meaning of each metric."""
    rows = [asdict(metric) for metric in METRICS]
    frame = pl.DataFrame(rows).with_columns(pl.col("labels").list.join(", "))
    print_frame(frame, as_json=as_json)
