"""The table of scores that `eval`, `runs show` and `import` end with."""

import math
from collections.abc import Sequence
from typing import Any

import polars as pl

from workbench.bootstrap.results import scoreboard
from workbench.bootstrap.standing import judged
from workbench.cli.output import NOTHING, console, print_json, print_table, seconds, share, usd
from workbench.store import Store

_COLUMNS = (
    "agent",
    "family",
    "tasks",
    "scored",
    "errors",
    "passed",
    "95 % interval",
    "tokens",
    "cost",
    "median",
)


def print_scoreboard(store: Store, runs: Sequence[str], *, as_json: bool) -> None:
    """Scores by family, `all` first, runs side by side; below it errors, pass^k and pass@k."""
    board = scoreboard(store, runs)
    if as_json:
        print_json(board.to_dicts())
        return
    if len(runs) == 1:
        print_table(_COLUMNS, [_row(row) for row in board.to_dicts()], right=set(_COLUMNS[2:]))
    else:
        _print_beside(board)
    _print_runs(board)
    for run in runs:
        for line in judged(store, run):
            console.print(line)
    _print_kept(board)


def _print_beside(board: pl.DataFrame) -> None:
    """A column a run, a row a family, and what the whole took."""
    runs = board.partition_by("run_id", maintain_order=True)
    whole = [run.row(0, named=True) for run in runs]
    scores = [{row["family"]: _score(row) for row in run.to_dicts()} for run in runs]
    names = dict.fromkeys(name for run in scores for name in run)
    rows = [[name, *(run.get(name, NOTHING) for run in scores)] for name in names]
    rows += [
        ["errors", *(str(row["errors"]) for row in whole)],
        ["tokens", *(_count(row["tokens"]) for row in whole)],
        ["cost", *(usd(row["cost_usd"]) for row in whole)],
        ["median", *(seconds(row["latency_p50_s"]) for row in whole)],
    ]
    columns = [_who(row) for row in whole]
    print_table(["passed (95 % interval)", *columns], rows, right=set(columns))


def _score(row: dict[str, Any]) -> str:
    passed, low, high = (_number(row[name]) for name in ("passed", "low", "high"))
    return f"{share(passed)} ({_interval(low, high)})"


def _row(row: dict[str, Any]) -> list[str]:
    return [
        _who(row),
        row["family"],
        str(row["tasks"]),
        str(row["episodes"]),
        str(row["errors"]),
        share(_number(row["passed"])),
        _interval(_number(row["low"]), _number(row["high"])),
        _count(row["tokens"]),
        usd(row["cost_usd"]),
        seconds(row["latency_p50_s"]),
    ]


def _print_runs(board: pl.DataFrame) -> None:
    """Standard errors of each run's whole, and how passing holds up over its epochs."""
    whole = board.filter(pl.col("family") == "all").to_dicts()
    deep = any(len(row["pass_hat"] or ()) > 1 for row in whole)
    columns = ["run", "agent", "standard error, clustered", "naive"]
    columns += ["pass^1, ^2, ...", "pass@1, @2, ..."] if deep else []
    rows = [_run_row(row, deep=deep) for row in whole]
    print_table(columns, rows, right={"standard error, clustered", "naive"})


def _print_kept(board: pl.DataFrame) -> None:
    """How many model calls a cache answered, where it did, and what that means for the figures."""
    for row in board.filter((pl.col("family") == "all") & (pl.col("kept") > 0)).to_dicts():
        console.print(
            f"{_who(row)}: {row['kept']} of {row['calls']} model calls "
            f"({share(row['kept'] / row['calls'])}) were answered by the cache, which saved "
            f"{usd(row['saved_usd'])}. They count in tokens, cost nothing, and the latency is that "
            "of the episodes without any."
        )


def _run_row(row: dict[str, Any], *, deep: bool) -> list[str]:
    cells = [row["run_id"], _who(row), _error(row["error"]), _error(row["error_naive"])]
    return [*cells, _curve(row["pass_hat"]), _curve(row["pass_at"])] if deep else cells


def _who(row: dict[str, Any]) -> str:
    return " ".join(filter(None, [row["agent"], row["model"]]))


def _curve(values: Sequence[float] | None) -> str:
    return "  ".join(f"{value:.3f}".lstrip("0") for value in values or ())


def _number(value: object) -> float | None:
    if not isinstance(value, int | float) or math.isnan(value):
        return None
    return float(value)


def _count(value: int | None) -> str:
    return NOTHING if value is None else f"{value:,}"


def _interval(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return NOTHING
    return f"{100 * max(low, 0):.0f} .. {100 * min(high, 1):.0f} %"


def _error(value: float | None) -> str:
    return NOTHING if value is None or math.isnan(value) else f"{value:.7f}"
