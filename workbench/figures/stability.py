"""How a run's score holds from epoch to epoch, and how many tasks pass now and then."""

from typing import Final

import polars as pl
from bokeh.models import ColumnDataSource, NumeralTickFormatter
from bokeh.models.annotations import TeeHead, Whisker
from bokeh.plotting import figure

from workbench.figures.canvas import canvas, hover, nothing
from workbench.figures.palette import BLUE, GREEN, ORANGE, VERMILLION
from workbench.figures.wording import interval, percent

_BY_EPOCH: Final = "Score by epoch, with 95 % intervals"
_OUTCOMES: Final = "Tasks that always, sometimes and never pass, with 95 % intervals"
_COLOURS: Final = {"always": GREEN, "sometimes": ORANGE, "never": VERMILLION}


def score_by_epoch(epochs: pl.DataFrame, *, height: int = 280) -> figure:
    """Share of tasks passed in each epoch.

    `epochs` is a run's (`workbench.bootstrap.stability`). Epochs hold the same tasks, so that
    intervals that overlap by much are no proof of stability, and those apart speak of a change.
    """
    if epochs.is_empty():
        return nothing(_BY_EPOCH, height=height)
    paper = canvas(_BY_EPOCH, x="epoch", y="tasks passed (%)", height=height, y_range=(-0.03, 1.05))
    source = _source(epochs)
    paper.line("epoch", "share", source=source, color=BLUE, line_width=2)
    paper.scatter("epoch", "share", source=source, color=BLUE, size=9, line_color="white")
    paper.add_layout(_bars("epoch", source))
    paper.xaxis.ticker = epochs["epoch"].to_list()
    paper.yaxis.formatter = NumeralTickFormatter(format="0 %")
    paper.xgrid.visible = False
    hover(
        paper,
        ("epoch", "@epoch"),
        ("passed", "@said"),
        ("95 % interval", "@interval"),
        ("tasks", "@passed of @tasks"),
    )
    return paper


def task_outcomes(outcomes: pl.DataFrame, *, height: int = 280) -> figure:
    """Share of the tasks tried more than once that always, sometimes, never pass.

    `outcomes` is a run's (`workbench.bootstrap.stability`).
    """
    if outcomes.is_empty():
        return nothing(_OUTCOMES, height=height, why="no task was tried twice")
    paper = canvas(
        _OUTCOMES,
        x="over its epochs a task passes",
        y="tasks (%)",
        height=height,
        x_range=outcomes["outcome"].to_list(),
        y_range=(0, 1.05),
    )
    colours = [_COLOURS[outcome] for outcome in outcomes["outcome"]]
    source = _source(outcomes.with_columns(pl.Series("colour", colours)))
    paper.vbar("outcome", top="share", width=0.5, source=source, color="colour")
    paper.add_layout(_bars("outcome", source))
    paper.yaxis.formatter = NumeralTickFormatter(format="0 %")
    paper.xgrid.visible = False
    hover(
        paper,
        ("passes", "@outcome"),
        ("tasks", "@tasks"),
        ("share", "@said"),
        ("95 % interval", "@interval"),
    )
    return paper


def _source(shares: pl.DataFrame) -> ColumnDataSource:
    ends = shares.select("low", "high").iter_rows()
    return ColumnDataSource(
        {
            **shares.to_dict(as_series=False),
            "said": [percent(share) for share in shares["share"]],
            "interval": [interval(low, high) for low, high in ends],
        }
    )


def _bars(base: str, source: ColumnDataSource) -> Whisker:
    ink = "#333B46"
    head = TeeHead(size=7, line_color=ink)
    return Whisker(
        base=base,
        level="overlay",  # over a bar, whose inside its lower half is in
        lower="low",
        upper="high",
        source=source,
        line_color=ink,
        lower_head=head,
        upper_head=head.clone(),
    )
