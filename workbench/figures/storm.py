"""What clients and a server do through an outage, second by second."""

import polars as pl
from bokeh.models import ColumnDataSource, DataRange1d, NumeralTickFormatter
from bokeh.models.annotations import BoxAnnotation
from bokeh.plotting import figure

from workbench.figures.canvas import canvas, hover, legend_above, nothing
from workbench.figures.palette import colours

_ATTEMPTS = "Attempts that reach the server (simulated)"
_WELL = "Calls that end well (simulated)"
_OUTAGE = "#F3D9CC"


def attempts_by_second(
    table: pl.DataFrame, outage: tuple[float, float], *, height: int = 280
) -> figure:
    """Attempts per second, a line for each arm; the outage is shaded.

    `table` has the columns `arm`, `second` and `attempts`.
    """
    if table.is_empty():
        return nothing(_ATTEMPTS, height=height)
    paper = canvas(
        _ATTEMPTS,
        x="time (s)",
        y="attempts per second",
        height=height,
        y_range=DataRange1d(start=0),
    )
    _lines(paper, table, "attempts", outage)
    return paper


def well_by_second(
    table: pl.DataFrame, outage: tuple[float, float], *, height: int = 280
) -> figure:
    """Of the calls that end in a second, the share that ends well; a line for each arm.

    `table` has the columns `arm`, `second`, `well` and `failed`; seconds in which none ends have
    no point.
    """
    if table.is_empty():
        return nothing(_WELL, height=height)
    ended = table.with_columns((pl.col("well") + pl.col("failed")).alias("ended"))
    shares = ended.filter(pl.col("ended") > 0).with_columns(
        (pl.col("well") / pl.col("ended")).alias("share")
    )
    paper = canvas(_WELL, x="time (s)", y="calls (%)", height=height, y_range=(-0.03, 1.05))
    _lines(paper, shares, "share", outage)
    paper.yaxis.formatter = NumeralTickFormatter(format="0 %")
    return paper


def _lines(paper: figure, table: pl.DataFrame, what: str, outage: tuple[float, float]) -> None:
    begin, end = outage
    shade = BoxAnnotation(
        left=begin, right=end, fill_color=_OUTAGE, fill_alpha=0.6, level="underlay"
    )
    paper.add_layout(shade)
    arms = table["arm"].unique(maintain_order=True).to_list()
    for place, arm in enumerate(arms):
        rows = table.filter(pl.col("arm") == arm).to_dict(as_series=False)
        paper.line(
            "second",
            what,
            source=ColumnDataSource(rows),
            color=colours(arms)[arm],
            line_width=2,
            line_dash=("solid", "dashed", "dotdash")[place % 3],
            legend_label=arm,
        )
    hover(paper, ("", "@arm"), ("second", "@second"), (what, f"@{what}{{0.[000]}}"))
    legend_above(paper)
