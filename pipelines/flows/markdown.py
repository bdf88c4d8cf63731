"""Tables for Prefect's artifacts."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from textwrap import indent
from typing import Final
from urllib.parse import quote

import polars as pl

from engine.replay import Replayed
from pipelines.flows.frames import text_of
from workbench.bootstrap.replaying import COUNTS, ReplayReport
from workbench.bootstrap.tables import score_table
from workbench.store.maintain import MaintenanceReport

MOST_DIVERGENCES: Final = 10
"""Divergences that are shown whole."""


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


def replay_markdown(report: ReplayReport, dashboards_url: str) -> str:
    """What was replayed, and the first divergences with their differences."""
    rows = [[run, *(n[name] for name in COUNTS)] for run, n in report.counts().items()]
    table = _table(["run", *COUNTS], rows)
    found = [_divergence(episode, dashboards_url) for episode in report.diverged[:MOST_DIVERGENCES]]
    rest = len(report.diverged) - len(found)
    more = [f"and {rest} more"] if rest else []
    return "\n\n".join([f"## Replay ({report.mode})", table, *found, *more])


def _divergence(episode: Replayed, dashboards_url: str) -> str:
    found = episode.divergence
    if found is None:
        return ""
    url = f"{dashboards_url.rstrip('/')}/episode?id={quote(episode.episode_id)}"
    head = f"### [{episode.episode_id}]({url}) step {found.step}: {found.kind}"
    return f"{head}\n\n{indent(found.shown, '    ', lambda _line: True)}"


def run_url(dashboards_url: str, run_id: str) -> str:
    """The Run page of a run."""
    return f"{dashboards_url.rstrip('/')}/run?id={quote(run_id)}"


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(value: object) -> str:
    """Text that ends neither the cell nor the row."""
    return text_of(value).replace("|", "\\|").replace("\n", " ")
