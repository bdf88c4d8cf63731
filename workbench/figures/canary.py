"""What a canary's sequential test has seen so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bokeh.models import ColumnDataSource
from bokeh.plotting import figure

from workbench.figures.canvas import canvas, hover, legend_above, nothing
from workbench.figures.palette import BLUE, GREEN, GREY, ORANGE, PURPLE, VERMILLION

_LINES: Final = {
    "quality": ("worse: quality", VERMILLION),
    "error": ("worse: errors", ORANGE),
    "latency": ("worse: latency", PURPLE),
    "cost": ("worse: cost", BLUE),
    "safe": ("quality is safe", GREEN),
}
_NAMED: Final = 3
"""Tenants whose names stand at their points: those nearest to the limit."""

_NAME: Final[dict[str, Any]] = {
    "text_font_size": "11px",
    "text_baseline": "middle",
    "text_color": "#333B46",
}


@dataclass(frozen=True, slots=True)
class TenantEvidence:
    """How far one tenant of a pool is from having the canary rolled back for all."""

    tenant: str
    outcomes: int
    """Of the canary, for this tenant."""
    log_e: float
    """ln of the e-value that the quality it gets is worse."""
    peak: float
    """The highest that it was."""


@dataclass(frozen=True, slots=True)
class PoolEvidence:
    """The tenants of a pool, one by one."""

    tenants: tuple[TenantEvidence, ...]
    limit: float
    """At which any of them alone has the canary rolled back."""


def canary_evidence(
    trail: Sequence[dict[str, Any]],
    limit: float,
    safe_limit: float,
    *,
    pool: PoolEvidence | None = None,
    name: str = "",
    height: int = 240,
) -> figure:
    """Evidence (ln of the e-value) over the canary's outcomes, a line for each hypothesis.

    `trail` are the looks of a `Canary`. At the red dashed line `limit` a canary is rolled back for
    its quality; at the green one, `safe_limit`, it may be promoted. Of a pool each tenant is a
    point, over its own outcomes: where one comes up to the dotted line, the canary is rolled back
    for all of them. All limits hold at every look.
    """
    title = f"Evidence of {name}" if name else "Evidence"
    if not any(look["outcomes"] for look in trail):
        return nothing(title, height=height, why="no outcome yet")
    columns = {key: [look[key] for look in trail] for key in ("outcomes", "share", *_LINES)}
    source = ColumnDataSource(columns)
    paper = canvas(title, x="outcomes of the canary", y="ln of the e-value", height=height)
    drawn = []
    for key, (label, colour) in _LINES.items():
        line: dict[str, Any] = {"source": source, "color": colour, "legend_label": label}
        paper.line("outcomes", key, line_width=2, **line)
        drawn.append(paper.scatter("outcomes", key, size=5, **line))
    ends = [0, columns["outcomes"][-1]]
    for at, colour in ((limit, VERMILLION), (safe_limit, GREEN)):
        paper.line(ends, [at, at], color=colour, line_dash="dashed")
    hover(
        paper,
        ("outcomes", "@outcomes"),
        ("share", "@share{0 %}"),
        *((label, f"@{key}{{0.00}}") for key, (label, _) in _LINES.items()),
        renderers=drawn,
    )
    if pool is not None:
        _draw_pool(paper, pool, ends)
    legend_above(paper)
    return paper


def _draw_pool(paper: figure, pool: PoolEvidence, ends: list[int]) -> None:
    """A point for each tenant, a line up to where it has been, and the limit that all have."""
    label = "worse: for one tenant"
    limit: dict[str, Any] = {"line_dash": "dotted", "line_width": 2, "legend_label": label}
    paper.line(ends, [pool.limit] * 2, color=GREY, **limit)
    near = sorted(pool.tenants, key=lambda one: one.log_e, reverse=True)
    columns = {
        "tenant": [one.tenant for one in near],
        "name": [one.tenant if place < _NAMED else "" for place, one in enumerate(near)],
        "outcomes": [one.outcomes for one in near],
        "log_e": [one.log_e for one in near],
        "peak": [one.peak for one in near],
    }
    source = ColumnDataSource(columns)
    look: dict[str, Any] = {"source": source, "color": GREY, "legend_label": label}
    paper.segment("outcomes", "log_e", "outcomes", "peak", **look)
    points = paper.scatter("outcomes", "log_e", size=9, marker="diamond", **look)
    paper.text("outcomes", "log_e", text="name", source=source, x_offset=8, **_NAME)
    rows = (("tenant", "@tenant"), ("outcomes of the canary", "@outcomes"))
    known = (("worse: ln e", "@log_e{0.00}"), ("at most so far", "@peak{0.00}"))
    hover(paper, *rows, *known, renderers=[points])
