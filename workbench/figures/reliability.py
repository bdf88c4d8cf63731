"""Whether a judge, or a router, is right as often as it says it is sure."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from bokeh.models import ColumnDataSource, NumeralTickFormatter
from bokeh.models.annotations import Whisker
from bokeh.plotting import figure

from workbench.figures.canvas import canvas, hover, nothing
from workbench.figures.palette import BLUE, GREY
from workbench.figures.wording import percent


class Saying(NamedTuple):
    """What is said of a diagram whose points are of one kind."""

    title: str
    said: str
    """What was said to be likely, as it stands at the axis."""
    share: str
    """What came to be, as it stands at the other one."""
    counted: str
    none: str


JUDGE = Saying(
    "Accuracy by the judge's own confidence",
    "confidence",
    "judgements that people share",
    "judgements",
    "no judgement yet",
)
ROUTER = Saying(
    "Episodes passed by what the router expected",
    "expected probability",
    "episodes passed",
    "episodes",
    "no routed episode with a probability has been scored yet",
)
_LEAST, _MOST = 8, 22
"""Pixels across the point of the fewest and of the most judgements."""


def reliability_diagram(
    figures: Mapping[str, Any], *, height: int = 300, of: Saying = JUDGE
) -> figure:
    """Accuracy with its 95 % interval over mean confidence, a point a bin, as large as it counts.

    `figures` are those of a calibration. On the dashed line confidence is kept; a point below it
    is overconfident.
    """
    bins = figures.get("bins") or []
    if not bins:
        return nothing(of.title, height=height, why=of.none)
    paper = canvas(
        of.title,
        x=f"{of.said} (%)",
        y=f"{of.share} (%)",
        height=height,
        x_range=(-0.06, 1.06),
        y_range=(-0.06, 1.06),
    )
    paper.line([0, 1], [0, 1], color=GREY, line_dash="dashed", line_width=1.5)
    source = ColumnDataSource(_columns(bins))
    paper.add_layout(
        Whisker(base="confidence", lower="low", upper="high", line_color=BLUE, source=source)
    )
    paper.line("confidence", "accuracy", source=source, color=BLUE, line_alpha=0.4)
    paper.scatter("confidence", "accuracy", source=source, size="size", color=BLUE)
    paper.xaxis.formatter = NumeralTickFormatter(format="0 %")
    paper.yaxis.formatter = NumeralTickFormatter(format="0 %")
    hover(paper, (of.said, "@sure"), ("right", "@right"), (of.counted, "@count"))
    return paper


def _columns(bins: list[dict[str, Any]]) -> dict[str, list[Any]]:
    most = max(row["count"] for row in bins)
    return {
        "confidence": [row["confidence"] for row in bins],
        "accuracy": [row["accuracy"] for row in bins],
        "low": [row["low"] for row in bins],
        "high": [row["high"] for row in bins],
        "count": [row["count"] for row in bins],
        "size": [_LEAST + (_MOST - _LEAST) * (row["count"] / most) ** 0.5 for row in bins],
        "sure": [percent(row["confidence"]) for row in bins],
        "right": [
            f"{percent(row['accuracy'])} ({percent(row['low'])} to {percent(row['high'])})"
            for row in bins
        ],
    }
