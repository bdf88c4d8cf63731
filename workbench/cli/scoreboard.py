"""The table of scores that `eval`, `runs show` and `import` end with."""

import math
from collections.abc import Sequence

import polars as pl

from workbench.bootstrap.results import scoreboard
from workbench.cli.output import NOTHING, print_json, print_table, seconds, share, usd
from workbench.store import Store

_COLUMNS = (
    "agent",
    "model",
    "family",
    "tasks",
    "scored",
    "errors",
    "passed",
    "95 % interval",
    "se clustered",
    "se naive",
    "value",
    "tokens",
    "cost",
    "median latency",
)


def print_scoreboard(store: Store, runs: Sequence[str], *, as_json: bool) -> None:
    """One row a run and family, `all` first; pass^k and pass@k below where there are epochs."""
    board = scoreboard(store, runs)
    if as_json:
        print_json(board.to_dicts())
        return
    rows = [_row(row) for row in board.to_dicts()]
    print_table(_COLUMNS, rows, title=", ".join(runs), right=set(_COLUMNS[3:]))
    _print_epochs(board)


def _row(row: dict[str, object]) -> list[str]:
    latency = row["latency_p50_s"]
    return [
        str(row["agent"]),
        str(row["model"] or NOTHING),
        str(row["family"]),
        str(row["tasks"]),
        str(row["episodes"]),
        str(row["errors"]),
        share(_number(row["passed"])),
        _interval(_number(row["low"]), _number(row["high"])),
        _error(_number(row["error"])),
        _error(_number(row["error_naive"])),
        _error(_number(row["value"])),
        f"{row['tokens']:,}",
        usd(_number(row["cost_usd"])),
        seconds(_number(latency)),
    ]


def _print_epochs(board: pl.DataFrame) -> None:
    """pass^k and pass@k of each run's whole, where tasks were run more than once."""
    rows = [
        [row["run_id"], name, *(f"{value:.3f}" for value in row[column])]
        for row in board.filter(pl.col("family") == "all").to_dicts()
        for name, column in (("pass^k", "pass_hat"), ("pass@k", "pass_at"))
        if len(row[column]) > 1
    ]
    if rows:
        width = max(len(row) for row in rows) - 2
        columns = ["run", "", *(f"k={k}" for k in range(1, width + 1))]
        print_table(columns, [row + [""] * (width + 2 - len(row)) for row in rows])


def _number(value: object) -> float | None:
    if not isinstance(value, int | float) or math.isnan(value):
        return None
    return float(value)


def _interval(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return NOTHING
    return f"{100 * max(low, 0):.0f} .. {100 * min(high, 1):.0f} %"


def _error(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.4f}"
