"""Why episodes ended."""

import polars as pl
from bokeh.models import ColumnDataSource
from bokeh.plotting import figure

from workbench.figures.canvas import canvas, hover, nothing
from workbench.figures.palette import ending
from workbench.figures.wording import percent

_TITLE = "Why episodes ended"


def stop_reasons(endings: pl.DataFrame, *, height: int = 280) -> figure:
    """Episodes by stop reason, the most frequent on top.

    `endings` has the columns of `workbench.store.queries.run.stop_reasons`.
    """
    if endings.is_empty():
        return nothing(_TITLE, height=height)
    reasons = endings["stop_reason"].to_list()
    counts = endings["episodes"].to_list()
    source = ColumnDataSource(
        {
            "reason": reasons,
            "episodes": counts,
            "share": [percent(count / sum(counts)) for count in counts],
            "said": [f" {count}" for count in counts],
            "colour": [ending(reason) for reason in reasons],
        }
    )
    paper = canvas(
        _TITLE,
        x="episodes",
        y="stop reason",
        height=height,
        y_range=list(reversed(reasons)),
        x_range=(0, 1.12 * max(counts)),
    )
    paper.hbar("reason", right="episodes", height=0.6, color="colour", source=source)
    paper.text(
        "episodes",
        "reason",
        text="said",
        source=source,
        text_baseline="middle",
        text_font_size="11px",
    )
    paper.ygrid.visible = False
    hover(paper, ("stop reason", "@reason"), ("episodes", "@episodes (@share)"))
    return paper
