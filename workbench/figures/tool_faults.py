"""What becomes of calls of a tool that fails."""

from typing import Final

import polars as pl
from bokeh.models import ColumnDataSource
from bokeh.plotting import figure

from workbench.figures.canvas import canvas, hover, legend_above, nothing
from workbench.figures.palette import colours

_ENDINGS: Final = "What the agent is told"
_OUTAGE: Final = "What a call of a tool that hangs costs"
_MEANING: Final = {
    "ok": "the answer",
    "tool_refused": "a refusal",
    "effect_unknown": "in doubt: a person decides",
}
"""Of an error's code; any other is an error that may be tried again."""
_ERROR: Final = "an error, told in words"
_COLOURS: Final = ("#009E73", "#56B4E9", "#E69F00", "#D55E00")  # of Okabe and Ito


def endings_by_fault(table: pl.DataFrame, *, height: int = 340) -> figure:
    """A field for each fault and effect, coloured by what the agent is told.

    `table` has the columns `fault`, `effect`, `code`, `requests`, `effects` and `seconds`.
    """
    if table.is_empty():
        return nothing(_ENDINGS, height=height)
    meant = pl.col("code").replace_strict(_MEANING, default=_ERROR, return_dtype=pl.String)
    rows = table.with_columns(
        meant.alias("meaning"),
        pl.format("{}x, {} s", "requests", pl.col("seconds").round(2)).alias("cost"),
    )
    faults = table["fault"].unique(maintain_order=True).to_list()
    effects = table["effect"].unique(maintain_order=True).to_list()
    paper = canvas(
        _ENDINGS,
        x="what a second call does",
        y="what the tool does",
        height=height,
        x_range=effects,
        y_range=faults[::-1],
    )
    for meaning, colour in zip([*_MEANING.values(), _ERROR], _COLOURS, strict=True):
        found = rows.filter(pl.col("meaning") == meaning).to_dict(as_series=False)
        source = ColumnDataSource(found)
        paper.rect(
            "effect",
            "fault",
            0.96,
            0.92,
            source=source,
            color=colour,
            fill_alpha=0.45,
            legend_label=meaning,
        )
        paper.text(
            "effect",
            "fault",
            "cost",
            source=source,
            text_align="center",
            text_baseline="middle",
            text_font_size="11px",
            text_color="#222222",
        )
    hover(paper, ("", "@code"), ("requests", "@requests"), ("effects", "@effects"))
    legend_above(paper)
    return paper


def cost_of_outage(table: pl.DataFrame, *, height: int = 260) -> figure:
    """Milliseconds of each call in turn, a line for each guard, on a logarithmic scale.

    `table` has the columns `call`, `guard`, `ms` and `code`.
    """
    if table.is_empty():
        return nothing(_OUTAGE, height=height)
    paper = canvas(
        _OUTAGE, x="call", y="ms until the agent goes on", height=height, y_axis_type="log"
    )
    guards = table["guard"].unique(maintain_order=True).to_list()
    for place, guard in enumerate(guards):
        rows = table.filter(pl.col("guard") == guard).to_dict(as_series=False)
        paper.line(
            "call",
            "ms",
            source=ColumnDataSource(rows),
            color=colours(guards)[guard],
            line_width=2,
            line_dash=("solid", "dashed")[place % 2],
            legend_label=guard,
        )
    hover(paper, ("", "@guard"), ("call", "@call"), ("ms", "@ms{0.0}"), ("told", "@code"))
    legend_above(paper)
    return paper
