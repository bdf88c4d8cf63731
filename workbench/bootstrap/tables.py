"""A scoreboard as people read it."""

import math
from typing import Any

import polars as pl

_NOTHING = "–"  # noqa: RUF001
_COLUMNS = {
    "agent": pl.String,
    "model": pl.String,
    "family": pl.String,
    "tasks": pl.Int64,
    "episodes": pl.Int64,
    "errors": pl.Int64,
    "passed": pl.String,
    "95 % interval": pl.String,
    "tokens": pl.Int64,
    "cost": pl.String,
    "median latency": pl.String,
}


def score_table(board: pl.DataFrame) -> pl.DataFrame:
    """The scoreboard's rows with shares, prices and times as text; what is unknown says so.

    Columns: agent, model, family, tasks, episodes, errors, passed, 95 % interval, tokens, cost,
    median latency.
    """
    return pl.DataFrame([_row(row) for row in board.to_dicts()], schema=_COLUMNS, orient="row")


def percent(share: float | None) -> str:
    """A share from 0 to 1 in percent."""
    return _NOTHING if share is None or math.isnan(share) else f"{100 * share:.1f} %"


def interval(low: float | None, high: float | None) -> str:
    """A share's interval in percent, cut at 0 and 100."""
    if low is None or high is None or math.isnan(low):
        return _NOTHING
    return f"{100 * max(low, 0):.0f} to {100 * min(high, 1):.0f} %"


def usd(cost: float | None) -> str:
    """A price in US dollars; an unknown one is not zero."""
    return "unknown" if cost is None else f"${cost:.4f}"


def seconds(duration: float | None) -> str:
    """A duration."""
    return _NOTHING if duration is None else f"{duration:.2f} s"


def _row(row: dict[str, Any]) -> list[Any]:
    return [
        row["agent"],
        row["model"] or _NOTHING,
        *(row[name] for name in ("family", "tasks", "episodes", "errors")),
        percent(row["passed"]),
        interval(row["low"], row["high"]),
        row["tokens"],
        usd(row["cost_usd"]),
        seconds(row["latency_p50_s"]),
    ]
