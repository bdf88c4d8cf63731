"""How long passing and failing episodes get."""

import polars as pl
from bokeh.models import ColumnDataSource, NumeralTickFormatter
from bokeh.plotting import figure

from workbench.figures.canvas import canvas, hover, legend_above, nothing
from workbench.figures.palette import BLUE, VERMILLION
from workbench.figures.wording import percent

_TITLE = "Episodes ended within so many steps"
_OUTCOMES = ((True, "passed", BLUE, "solid"), (False, "failed", VERMILLION, "dashed"))


def steps_by_outcome(episodes: pl.DataFrame, *, height: int = 280) -> figure:
    """Share of the passing, and of the failing, episodes that ended within so many steps.

    `episodes` has the columns steps and passed; those without a score are left out.
    """
    scored = episodes.filter(pl.col("passed").is_not_null())
    if scored.is_empty():
        return nothing(_TITLE, height=height)
    paper = canvas(_TITLE, x="steps", y="episodes (%)", height=height, y_range=(-0.02, 1.02))
    for passed, name, colour, dash in _OUTCOMES:
        part = scored.filter(pl.col("passed") == passed)["steps"]
        if not part.is_empty():
            source = ColumnDataSource(_ended(part, name))
            paper.step(
                "steps",
                "share",
                source=source,
                mode="after",
                color=colour,
                line_dash=dash,
                line_width=2,
                legend_label=f"{name} ({len(part)})",
            )
    paper.yaxis.formatter = NumeralTickFormatter(format="0 %")
    hover(paper, ("", "@name"), ("steps", "@steps"), ("ended by then", "@said"))
    legend_above(paper)
    return paper


def _ended(steps: pl.Series, name: str) -> dict[str, list[object]]:
    counts = steps.value_counts().sort("steps")
    shares = (counts["count"].cum_sum() / len(steps)).to_list()
    return {
        "steps": counts["steps"].to_list(),
        "share": shares,
        "said": [percent(share) for share in shares],
        "name": [name] * len(shares),
    }
