"""What a canary's sequential test has seen so far."""

from collections.abc import Sequence
from typing import Any, Final

from bokeh.models import ColumnDataSource
from bokeh.plotting import figure

from workbench.figures.canvas import canvas, hover, legend_above, nothing
from workbench.figures.palette import BLUE, GREEN, ORANGE, PURPLE, VERMILLION

_LINES: Final = {
    "quality": ("worse: quality", VERMILLION),
    "error": ("worse: errors", ORANGE),
    "latency": ("worse: latency", PURPLE),
    "cost": ("worse: cost", BLUE),
    "safe": ("quality is safe", GREEN),
}


def canary_evidence(
    trail: Sequence[dict[str, Any]],
    limit: float,
    safe_limit: float,
    *,
    name: str = "",
    height: int = 240,
) -> figure:
    """Evidence (ln of the e-value) over the canary's outcomes, a line for each hypothesis.

    `trail` are the looks of a `Canary`. At the red dashed line `limit` a canary is rolled back for
    its quality; at the green one, `safe_limit`, it may be promoted. Both hold at every look.
    """
    title = f"Evidence of {name}" if name else "Evidence"
    if not trail:
        return nothing(title, height=height, why="no outcome yet")
    columns = {key: [look[key] for look in trail] for key in ("outcomes", "share", *_LINES)}
    source = ColumnDataSource(columns)
    paper = canvas(title, x="outcomes of the canary", y="ln of the e-value", height=height)
    for key, (label, colour) in _LINES.items():
        paper.line("outcomes", key, source=source, color=colour, line_width=2, legend_label=label)
        paper.scatter("outcomes", key, source=source, color=colour, size=5, legend_label=label)
    ends = [0, columns["outcomes"][-1]]
    for at, colour in ((limit, VERMILLION), (safe_limit, GREEN)):
        paper.line(ends, [at, at], color=colour, line_dash="dashed")
    hover(
        paper,
        ("outcomes", "@outcomes"),
        ("share", "@share{0 %}"),
        *((label, f"@{key}{{0.00}}") for key, (label, _) in _LINES.items()),
    )
    legend_above(paper)
    return paper
