"""A comparison of two runs in words: points, p-values, and what it all comes to."""

import math
from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from workbench.bootstrap.comparison import Comparison
from workbench.bootstrap.tables import percent

_NOTHING: Final = "–"  # noqa: RUF001
_LEAST_P: Final = 0.0001
_MEASURES: Final = {"cost_usd": "cost of an episode", "duration_s": "latency of an episode"}
_COLUMNS: Final = {
    "family": pl.String,
    "tasks": pl.Int64,
    "a": pl.String,
    "b": pl.String,
    "b - a": pl.String,
    "interval": pl.String,
    "won": pl.Int64,
    "lost": pl.Int64,
    "tied": pl.Int64,
    "p": pl.String,
    "p by Holm": pl.String,
    "tasks needed": pl.Int64,
    "test": pl.String,
}


def points(difference: float | None) -> str:
    """A difference of shares in percentage points, with its sign."""
    if difference is None or math.isnan(difference):
        return _NOTHING
    return f"{100 * difference:+.1f}"


def points_interval(low: float | None, high: float | None) -> str:
    """Its interval; one that is not defined says so."""
    if low is None or high is None or math.isnan(low):
        return "not defined"
    return f"{100 * low:+.1f} to {100 * high:+.1f}"


def p_text(p_value: float | None) -> str:
    """A p-value to three digits, or below what."""
    if p_value is None:
        return _NOTHING
    return f"{p_value:.3g}" if p_value >= _LEAST_P else f"< {_LEAST_P}"


def comparison_table(comparison: Comparison) -> pl.DataFrame:
    """The comparison by family as people read it: shares in percent, differences in points.

    Columns: family, tasks, a, b, b - a, interval, won, lost, tied, p, p by Holm, tasks needed,
    test. A difference that chance does not explain bears an asterisk.
    """
    rows = [_family(row) for row in comparison.families.to_dicts()]
    return pl.DataFrame(rows, schema=_COLUMNS, orient="row")


def effort_table(comparison: Comparison) -> pl.DataFrame:
    """Cost and latency of an episode as people read it. Columns: mean, a, b, b - a, interval."""
    rows = [[_MEASURES[row["measure"]], *_change(row)] for row in comparison.effort.to_dicts()]
    return pl.DataFrame(rows, schema=["mean", "a", "b", "b - a", "interval"], orient="row")


def conclusion(comparison: Comparison) -> str:
    """What the comparison says of all tasks, in plain words."""
    row = comparison.families.to_dicts()[0]
    whole = f"b passes {percent(row['b'])} and a {percent(row['a'])} of {row['pairs']} samples"
    said = (
        f"{whole} ({row['tasks']} tasks): a difference of {points(row['difference'])} points, "
        f"{100 * (1 - comparison.alpha):g} % interval {points_interval(row['low'], row['high'])}. "
        f"It wins {row['won']} tasks, loses {row['lost']} and ties {row['tied']}; "
        f"{row['test']}, by task: {_p_of(row)}."
    )
    return f"{said} {_meaning(row, comparison.alpha)}"


def families_apart(comparison: Comparison) -> str:
    """In which families the two differ once it is counted how many were looked at."""
    parts = comparison.families.slice(1).to_dicts()
    if not parts:
        return "All tasks are of one family."
    apart = [f"{row['family']} ({points(row['difference'])})" for row in parts if row["differs"]]
    looked = f"Of {len(parts)} families, corrected by Holm,"
    return f"{looked} {', '.join(apart)} differ." if apart else f"{looked} none differs."


def remarks(comparison: Comparison) -> list[str]:
    """What a reader should know besides: samples that had no partner, and the notes."""
    a, b = comparison.left_out_a, comparison.left_out_b
    alone = f"Left out, for want of a partner: {a} scored samples of a, {b} of b."
    return [alone, *comparison.notes] if a + b else [*comparison.notes]


def _family(row: Mapping[str, Any]) -> list[Any]:
    return [
        row["family"],
        row["tasks"],
        percent(row["a"]),
        percent(row["b"]),
        points(row["difference"]) + ("*" if row["differs"] else ""),
        points_interval(row["low"], row["high"]),
        *(row[name] for name in ("won", "lost", "tied")),
        p_text(row["p_value"]),
        p_text(row["p_holm"]),
        row["needed"],
        row["test"],
    ]


def _change(row: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """A row of `Comparison.effort` as text: a, b, difference and its interval, with the unit."""
    keys = ("a", "b", "difference")
    form = _usd if row["measure"] == "cost_usd" else _seconds
    if row["a"] is None:
        return ("unknown", "unknown", _NOTHING, _NOTHING)
    a, b, difference = (form(row[key], signed=key == "difference") for key in keys)
    if math.isnan(row["low"]):
        return a, b, difference, "not defined"
    ends = (form(row[key], signed=True) for key in ("low", "high"))
    return a, b, difference, " to ".join(ends)


def _p_of(row: Mapping[str, Any]) -> str:
    """The p-value, and how far draws may have moved it where it was drawn."""
    text = p_text(row["p_value"])
    p = f"p {text}" if text.startswith("<") else f"p = {text}"
    return f"{p} (standard error of the draws {row['p_error']:.2g})" if row["p_error"] else p


def _meaning(row: Mapping[str, Any], alpha: float) -> str:
    if row["differs"]:
        return f"That is more than chance explains at {alpha:g}."
    said = f"That may be chance (at {alpha:g})."
    if row["low"] > 0 or row["high"] < 0:
        said += " The interval leaves out 0, but with so few tasks that differ the test decides."
    if row["needed"] is not None and row["needed"] > row["tasks"]:
        return f"{said} To see it, about {row['needed']:,} tasks would be needed."
    return said


def _usd(value: float, *, signed: bool) -> str:
    return f"{'-' if value < 0 else '+' if signed else ''}${abs(value):.4f}"


def _seconds(value: float, *, signed: bool) -> str:
    return f"{value:+.2f} s" if signed else f"{value:.2f} s"
