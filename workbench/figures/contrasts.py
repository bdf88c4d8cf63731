"""How two runs over the same tasks differ."""

from typing import Any

import polars as pl
from bokeh.models import ColumnDataSource, NumeralTickFormatter
from bokeh.models.annotations import Span, TeeHead, Whisker
from bokeh.plotting import figure

from workbench.figures.canvas import canvas, hover, nothing
from workbench.figures.palette import BLUE, GREY, VERMILLION
from workbench.figures.wording import difference, difference_interval

_TITLE = "Difference by family (b less a), with intervals; filled: more than chance"
_ROW = 26
"""Pixels that a family takes."""
_FRAME = 110
"""Pixels for title, axis and its label."""

_MARGIN = 0.06
"""Part of the axis that is left free at either end."""


def differences_by_family(families: pl.DataFrame) -> figure:
    """The difference of shares passed in each family, `all` on top, beside the line of none.

    `families` is a comparison's (`workbench.bootstrap.comparison`). Right of the line the second
    run passes more. A family whose interval is not defined has a point alone.
    """
    if families.is_empty():
        return nothing(_TITLE)
    names = families["family"].to_list()
    paper = canvas(
        _TITLE,
        x="difference of the share passed (percentage points)",
        y="family of tasks",
        height=_FRAME + _ROW * len(names),
        y_range=list(reversed(names)),
        x_range=_range(families),
    )
    source = ColumnDataSource(_columns(families))
    paper.add_layout(Span(location=0, dimension="height", line_color=GREY, line_dash="dashed"))
    bars = Whisker(
        dimension="width",
        base="family",
        lower="low",
        upper="high",
        source=source,
        line_color=GREY,
        lower_head=TeeHead(size=7, line_color=GREY),
        upper_head=TeeHead(size=7, line_color=GREY),
    )
    paper.add_layout(bars)
    paper.scatter(
        "difference", "family", source=source, size=10, line_color="colour", fill_color="fill"
    )
    paper.xaxis.formatter = NumeralTickFormatter(format="+0")
    paper.ygrid.visible = False
    hover(
        paper,
        ("family", "@family"),
        ("difference", "@said points"),
        ("interval", "@interval"),
        ("tasks won, lost, tied", "@won, @lost, @tied"),
    )
    return paper


def _range(families: pl.DataFrame) -> tuple[float, float]:
    """Room for every end that is defined, and for the line of no difference."""
    ends = families.select("low", "difference", "high").fill_nan(None).to_dict(as_series=False)
    known = [100 * end for values in ends.values() for end in values if end is not None]
    low, high = min(0.0, *known), max(0.0, *known)
    margin = _MARGIN * max(high - low, 1.0)
    return low - margin, high + margin


def _columns(families: pl.DataFrame) -> dict[str, list[Any]]:
    rows = families.to_dicts()
    colours = [VERMILLION if row["difference"] < 0 else BLUE for row in rows]
    return {
        **families.select("family", "won", "lost", "tied").to_dict(as_series=False),
        **{name: [100 * row[name] for row in rows] for name in ("difference", "low", "high")},
        "said": [difference(row["difference"]) for row in rows],
        "interval": [difference_interval(row["low"], row["high"]) for row in rows],
        "colour": colours,
        "fill": [c if row["differs"] else "white" for row, c in zip(rows, colours, strict=True)],
    }
