"""Scores of runs by family of tasks."""

from typing import Any

import polars as pl
from bokeh.models import ColumnDataSource, FactorRange, NumeralTickFormatter
from bokeh.models.annotations import TeeHead, Whisker
from bokeh.plotting import figure

from workbench.figures.canvas import canvas, hover, legend_above, nothing
from workbench.figures.palette import colours, markers
from workbench.figures.wording import interval, percent, series_names

_TITLE = "Score by family, with 95 % intervals"
_SPREAD = 0.6
"""Part of a family's column that its runs share."""
_STEP = 0.15
"""Between two runs of a family at most: nearer to each other than to the next family."""


def score_by_family(board: pl.DataFrame, *, height: int = 320) -> figure:
    """Share passed of each run in each family, side by side, `all` first.

    `board` is a scoreboard (`workbench.bootstrap.results`). Intervals are cut at 0 and 100 %; a
    family with one task has none. Runs with the same agent and model are told apart by their id.
    """
    rows = board.filter(pl.col("episodes") > 0)
    if rows.is_empty():
        return nothing(_TITLE, height=height)
    rows = _named(rows)
    families = rows["family"].unique(maintain_order=True).to_list()
    paper = canvas(
        _TITLE,
        x="family of tasks",
        y="episodes passed (%)",
        height=height,
        x_range=FactorRange(factors=families, range_padding=0.02),
        y_range=(-0.03, 1.05),
    )
    series = rows["series"].unique(maintain_order=True).to_list()
    for place, name in enumerate(series):
        part = rows.filter(pl.col("series") == name)
        _draw(paper, part, name, _offset(place, len(series)), series)
    paper.yaxis.formatter = NumeralTickFormatter(format="0 %")
    paper.xgrid.visible = False
    hover(
        paper,
        ("run", "@run_id"),
        ("agent and model", "@series"),
        ("family", "@family"),
        ("passed", "@share"),
        ("95 % interval", "@interval"),
        ("tasks, episodes", "@tasks, @episodes"),
        mode="mouse",
    )
    legend_above(paper)
    return paper


def _draw(paper: figure, rows: pl.DataFrame, name: str, offset: float, series: list[str]) -> None:
    colour, marker = colours(series)[name], markers(series)[name]
    source = ColumnDataSource(_columns(rows, offset))
    points = paper.scatter(
        "at",
        "passed",
        source=source,
        marker=marker,
        size=9,
        color=colour,
        line_color="white",
        legend_label=name,
    )
    bars = Whisker(
        base="at",
        lower="low",
        upper="high",
        source=source,
        line_color=colour,
        lower_head=TeeHead(size=7, line_color=colour),
        upper_head=TeeHead(size=7, line_color=colour),
    )
    paper.add_layout(bars)
    points.js_link("visible", bars, "visible")


def _columns(rows: pl.DataFrame, offset: float) -> dict[str, list[Any]]:
    cut = rows.with_columns(pl.col("low", "high").clip(0, 1))
    columns = cut.select("run_id", "series", "family", "passed", "tasks", "episodes").to_dict(
        as_series=False
    )
    lows, highs = cut["low"].to_list(), cut["high"].to_list()
    return {
        **columns,
        "low": lows,
        "high": highs,
        "at": [(family, offset) for family in columns["family"]],
        "share": [percent(share) for share in columns["passed"]],
        "interval": [interval(*ends) for ends in zip(lows, highs, strict=True)],
    }


def _named(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the name of their series, which no two runs share."""
    named = rows.with_columns(pl.Series("series", series_names(rows)))
    shared = pl.col("run_id").n_unique().over("series") > 1
    longer = pl.format("{} ({})", "series", "run_id")
    return named.with_columns(pl.when(shared).then(longer).otherwise("series").alias("series"))


def _offset(place: int, of: int) -> float:
    step = min(_STEP, _SPREAD / max(1, of - 1))
    return step * (place - (of - 1) / 2)
