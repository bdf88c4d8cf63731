"""How scores change when a task is run several times."""

import polars as pl
from bokeh.models import ColumnDataSource, NumeralTickFormatter
from bokeh.plotting import figure

from workbench.figures.canvas import canvas, hover, legend_above, nothing
from workbench.figures.palette import colours, markers
from workbench.figures.wording import percent, series_names

_TITLE = "pass^k (every one of k tries) and pass@k (at least one of them)"


def pass_curves(board: pl.DataFrame, *, height: int = 280) -> figure:
    """pass^k (solid) and pass@k (dashed) over k, for each run's whole.

    `board` is a scoreboard; runs of one epoch have no curve.
    """
    rows = board.filter(pl.col("family") == "all", pl.col("pass_hat").list.len() > 1)
    if rows.is_empty():
        return nothing(_TITLE, height=height)
    most = rows["pass_hat"].list.len().max()
    paper = canvas(
        _TITLE, x="k (tries of a task)", y="tasks (%)", height=height, y_range=(-0.03, 1.05)
    )
    names = series_names(rows)
    for name, row in zip(names, rows.iter_rows(named=True), strict=True):
        colour, marker = colours(names)[name], markers(names)[name]
        for measure, dash in (("pass_hat", "solid"), ("pass_at", "dashed")):
            _curve(paper, f"{_SIGNS[measure]} {name}", row[measure], (colour, marker, dash))
    paper.xaxis.ticker = list(range(1, int(str(most)) + 1))
    paper.yaxis.formatter = NumeralTickFormatter(format="0 %")
    hover(paper, ("", "@name"), ("k", "@k"), ("share", "@share"))
    legend_above(paper)
    return paper


_SIGNS = {"pass_hat": "pass^k", "pass_at": "pass@k"}


def _curve(paper: figure, name: str, values: list[float], looks: tuple[str, str, str]) -> None:
    colour, marker, dash = looks
    source = ColumnDataSource(
        {
            "k": list(range(1, len(values) + 1)),
            "value": values,
            "share": [f"{percent(value)} ({value:.4f})" for value in values],
            "name": [name] * len(values),
        }
    )
    paper.line(
        "k", "value", source=source, color=colour, line_dash=dash, line_width=2, legend_label=name
    )
    fill = colour if dash == "solid" else "white"
    paper.scatter(
        "k",
        "value",
        source=source,
        marker=marker,
        size=8,
        line_color=colour,
        fill_color=fill,
        legend_label=name,
    )
