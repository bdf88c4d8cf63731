"""What models cost and used, day by day."""

from collections.abc import Callable
from datetime import date

import polars as pl
from bokeh.models import ColumnDataSource, NumeralTickFormatter
from bokeh.plotting import figure

from workbench.figures.canvas import canvas, hover, legend_above, nothing
from workbench.figures.palette import colours
from workbench.figures.wording import usd

_NO_MODEL = "no model"


def spend_by_day(spend: pl.DataFrame, *, height: int = 280) -> figure:
    """US dollars by day (UTC), stacked by model; episodes without a known price are named apart.

    `spend` has the columns of `workbench.store.queries.runs.spend`.
    """
    unpriced = int(spend["unpriced"].sum())
    note = f" ({unpriced} episodes have no known price)" if unpriced else ""
    rows = spend.with_columns(pl.col("cost_usd").alias("amount"))
    paper = _stacked(rows, f"Spend by day and model{note}", "US dollars", usd, height)
    paper.yaxis.formatter = NumeralTickFormatter(format="$0,0.00[00]")
    return paper


def tokens_by_day(spend: pl.DataFrame, *, height: int = 280) -> figure:
    """Input and output tokens by day (UTC), stacked by model; columns as `spend_by_day`."""
    rows = spend.with_columns((pl.col("input_tokens") + pl.col("output_tokens")).alias("amount"))
    paper = _stacked(rows, "Tokens by day and model", "tokens", lambda n: f"{n:,.0f}", height)
    paper.yaxis.formatter = NumeralTickFormatter(format="0.[0]a")
    return paper


def _stacked(
    rows: pl.DataFrame, title: str, unit: str, say: Callable[[float], str], height: int
) -> figure:
    if rows.is_empty():
        return nothing(title, height=height)
    days = _days(rows)
    paper = canvas(
        title,
        x="day (UTC)",
        y=unit,
        height=height,
        x_range=days,
        y_range=(0, _top(rows)),
    )
    stacked = _stack(rows)
    used = stacked.group_by("series").agg(pl.col("amount").sum()).filter(pl.col("amount") > 0)
    names = sorted(used["series"].to_list() or stacked["series"].unique().to_list())
    for name, colour in colours(names).items():
        _bars(paper, stacked.filter(pl.col("series") == name), colour, say)
    paper.xgrid.visible = False
    hover(
        paper,
        ("day", "@day"),
        ("model", "@series"),
        (unit, "@said"),
        ("episodes", "@episodes (@unpriced without a known price)"),
        ("tokens in, out", "@input_tokens{0,0}, @output_tokens{0,0}"),
    )
    legend_above(paper)
    return paper


def _bars(paper: figure, rows: pl.DataFrame, colour: str, say: Callable[[float], str]) -> None:
    columns = rows.with_columns(pl.col("day").cast(pl.String)).to_dict(as_series=False)
    columns["said"] = [say(amount) for amount in columns["amount"]]
    paper.vbar(
        "day",
        top="top",
        bottom="bottom",
        width=0.7,
        source=ColumnDataSource(columns),
        color=colour,
        legend_label=columns["series"][0],
    )


def _stack(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the bottom and top of their part of the day's bar."""
    named = rows.with_columns(
        pl.when(pl.col("model") == "").then(pl.lit(_NO_MODEL)).otherwise("model").alias("series")
    )
    tops = named.sort("day", "series").with_columns(
        pl.col("amount").cum_sum().over("day").alias("top")
    )
    return tops.with_columns((pl.col("top") - pl.col("amount")).alias("bottom"))


def _days(rows: pl.DataFrame) -> list[str]:
    """Every day from the first to the last, those without work too."""
    days = rows["day"].to_list()
    span: list[date] = pl.date_range(min(days), max(days), eager=True).to_list()
    return [str(day) for day in span]


def _top(rows: pl.DataFrame) -> float:
    """The axis's end: a little above the highest bar, and above zero where all bars are."""
    highest = rows.group_by("day").agg(pl.col("amount").sum())["amount"].to_list()
    return 1.08 * max(highest) or 1.0
