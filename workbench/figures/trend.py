"""Scores of runs over time."""

import polars as pl
from bokeh.models import (
    ColumnDataSource,
    DataRange1d,
    DatetimeTickFormatter,
    NumeralTickFormatter,
)
from bokeh.plotting import figure

from workbench.figures.canvas import canvas, hover, legend_above, nothing
from workbench.figures.palette import colours, markers
from workbench.figures.wording import percent, series_names, utc

_HOUR_MS = 3_600_000
_MOMENT = "%m-%d %H:%M"
_TITLE = "Score of finished runs over time"


def score_trend(trend: pl.DataFrame, *, height: int = 280) -> figure:
    """Share passed by a run's start (UTC), a line for each suite, agent and model.

    Runs over fewer tasks than others of their line are not comparable with these: they stand
    apart, hollow and unjoined.

    `trend` has the columns of `workbench.store.queries.runs.trend`.
    """
    if trend.is_empty():
        return nothing(_TITLE, height=height)
    rows = _named(trend).sort("started_at")
    paper = canvas(
        _TITLE,
        x="start of the run (UTC)",
        y="episodes passed (%)",
        height=height,
        x_axis_type="datetime",
        x_range=DataRange1d(default_span=_HOUR_MS),
        y_range=(-0.03, 1.05),
    )
    series = rows["series"].unique(maintain_order=True).to_list()
    for name in series:
        looks = colours(series)[name], markers(series)[name]
        _line(paper, rows.filter(pl.col("series") == name), looks)
    paper.xaxis.formatter = DatetimeTickFormatter(
        seconds="%H:%M:%S",
        minsec="%H:%M:%S",
        minutes=_MOMENT,
        hourmin=_MOMENT,
        hours=_MOMENT,
        days="%Y-%m-%d",
    )
    paper.yaxis.formatter = NumeralTickFormatter(format="0 %")
    hover(
        paper,
        ("run", "@run_id"),
        ("", "@series"),
        ("started", "@when"),
        ("passed", "@share"),
        ("tasks, episodes scored", "@tasks, @scored"),
    )
    legend_above(paper)
    return paper


def _named(trend: pl.DataFrame) -> pl.DataFrame:
    names = [f"{s}: {n}" for s, n in zip(trend["suite"], series_names(trend), strict=True)]
    rows = trend.with_columns(pl.Series("series", names))
    return rows.with_columns(
        (pl.col("tasks") == pl.col("tasks").max().over("series")).alias("whole")
    )


def _line(paper: figure, rows: pl.DataFrame, looks: tuple[str, str]) -> None:
    colour, marker = looks
    name = rows["series"][0]
    source, apart = (_source(rows.filter(pl.col("whole") == whole)) for whole in (True, False))
    paper.line("started_at", "score", source=source, color=colour, legend_label=name)
    paper.scatter(
        "started_at",
        "score",
        source=apart,
        marker=marker,
        size=7,
        line_color=colour,
        fill_color=None,
    )
    paper.scatter(
        "started_at",
        "score",
        source=source,
        marker=marker,
        size=8,
        color=colour,
        line_color="white",
        legend_label=name,
    )


def _source(rows: pl.DataFrame) -> ColumnDataSource:
    columns = rows.to_dict(as_series=False)
    return ColumnDataSource(
        {
            **columns,
            "when": [utc(moment) for moment in columns["started_at"]],
            "share": [percent(score) for score in columns["score"]],
        }
    )
