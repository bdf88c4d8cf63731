"""How an episode's context grows."""

import polars as pl
from bokeh.models import BasicTicker, ColumnDataSource, DataRange1d, NumeralTickFormatter
from bokeh.plotting import figure

from workbench.figures.canvas import canvas, hover, legend_above, nothing
from workbench.figures.palette import BLUE, ORANGE, SKY

_TITLE = "Tokens of each model call"
_PARTS = {"fresh": "input", "cached_tokens": "input from a cache", "output_tokens": "output"}


def tokens_by_step(steps: pl.DataFrame, *, height: int = 220) -> figure:
    """Input, cached and output tokens of the model calls of one episode, stacked by step.

    `steps` has the columns of the table `steps`, in order.
    """
    calls = steps.filter(pl.col("input_tokens") + pl.col("output_tokens") > 0)
    if calls.is_empty():
        asked = steps["kind"].eq("model").any()
        why = "no tokens were counted" if asked else "nothing yet"
        return nothing(_TITLE, height=height, why=why)
    columns = calls.select(
        pl.col("index").alias("step"),
        "agent",
        "kind",
        "input_tokens",
        "cached_tokens",
        "output_tokens",
        (pl.col("input_tokens") - pl.col("cached_tokens")).alias("fresh"),
    ).to_dict(as_series=False)
    paper = canvas(
        _TITLE,
        x="step",
        y="tokens",
        height=height,
        y_range=DataRange1d(start=0),
    )
    paper.vbar_stack(
        list(_PARTS),
        x="step",
        width=0.7,
        source=ColumnDataSource(columns),
        color=[BLUE, SKY, ORANGE],
        legend_label=list(_PARTS.values()),
    )
    paper.xgrid.visible = False
    paper.xaxis.ticker = BasicTicker(min_interval=1)
    paper.yaxis.formatter = NumeralTickFormatter(format="0,0")
    hover(
        paper,
        ("step", "@step @kind of @agent"),
        ("input", "@input_tokens{0,0} (@cached_tokens{0,0} from a cache)"),
        ("output", "@output_tokens{0,0}"),
    )
    legend_above(paper)
    return paper
