"""Tables for Prefect's artifacts."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from urllib.parse import quote

import polars as pl

from pipelines.flows.frames import text_of
from workbench.bootstrap.tables import score_table
from workbench.store.maintain import MaintenanceReport


def scores_markdown(board: pl.DataFrame, dashboards_url: str) -> str:
    """A scoreboard with its intervals, and a link to each run's page below."""
    runs = board["run_id"].unique(maintain_order=True)
    links = [f"- [{run}]({run_url(dashboards_url, run)})" for run in runs]
    table = score_table(board)
    return "\n".join(["## Scores", "", _table(table.columns, table.rows()), "", *links])


def maintenance_markdown(report: MaintenanceReport) -> str:
    """What maintenance did."""
    rows = [(name.replace("_", " "), value) for name, value in asdict(report).items()]
    return "\n".join(["## Maintenance", "", _table(("what", "amount"), rows)])


def report_markdown(report: Path) -> str:
    """Where a report lies."""
    return f"## Report\n\n`{report}`\n\n<{report.as_uri()}>"


def run_url(dashboards_url: str, run_id: str) -> str:
    """The Run page of a run."""
    return f"{dashboards_url.rstrip('/')}/run?id={quote(run_id)}"


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(value: object) -> str:
    """Text that ends neither the cell nor the row."""
    return text_of(value).replace("|", "\\|").replace("\n", " ")
