"""How long episodes took and what they cost."""

from collections.abc import Callable

import polars as pl
from bokeh.models import ColumnDataSource, DataRange1d, NumeralTickFormatter
from bokeh.models.annotations import Span
from bokeh.plotting import figure

from workbench.figures.canvas import canvas, hover, nothing
from workbench.figures.palette import BLUE, GREEN, VERMILLION
from workbench.figures.wording import usd

_BINS = 24
_MARKS = ((0.5, "median", "solid"), (0.95, "95 % are below", "dashed"))


def latency_distribution(episodes: pl.DataFrame, *, height: int = 280) -> figure:
    """Episodes by wall time in seconds; recordings without times are left out.

    `episodes` has the columns of `workbench.store.queries.run.cost_latency`.
    """
    title = "Latency of episodes"
    known = (pl.col("stop_reason") != "recorded") | (pl.col("duration_s") > 0)
    timed = episodes.filter(known)["duration_s"]
    if timed.is_empty() and not episodes.is_empty():
        return nothing(title, height=height, why="the recording kept no times")
    return _histogram(timed, (title, "seconds"), _seconds, BLUE, height)


def cost_distribution(episodes: pl.DataFrame, *, height: int = 280) -> figure:
    """Episodes by cost in US dollars; those of unknown cost are left out and counted in the title.

    `episodes` has the columns of `workbench.store.queries.run.cost_latency`.
    """
    unknown = episodes["cost_usd"].null_count()
    if unknown and unknown == episodes.height:
        return nothing("Cost of episodes", height=height, why="no cost is known")
    if unknown == 0 and episodes.height and episodes["cost_usd"].max() == 0:
        return nothing("Cost of episodes", height=height, why="every episode was free")
    title = "Cost of episodes" + (f" ({unknown} unknown)" if unknown else "")
    paper = _histogram(episodes["cost_usd"], (title, "US dollars"), usd, GREEN, height)
    paper.xaxis.formatter = NumeralTickFormatter(format="$0.00[0000]")
    return paper


def _histogram(
    column: pl.Series, words: tuple[str, str], say: Callable[[float], str], colour: str, height: int
) -> figure:
    title, unit = words
    values = column.drop_nulls()
    if values.is_empty():
        return nothing(title, height=height)
    marks = [(name, values.quantile(share) or 0.0, dash) for share, name, dash in _MARKS]
    full = f"{title}: {', '.join(f'{name} {say(at)}' for name, at, _ in marks)}"
    from_zero = {"x_range": DataRange1d(start=0), "y_range": DataRange1d(start=0)}
    paper = canvas(full, x=unit, y="episodes", height=height, **from_zero)
    paper.quad(
        left="left",
        right="right",
        top="episodes",
        bottom=0,
        source=ColumnDataSource(_bins(values, say)),
        color=colour,
        line_color="white",
    )
    for _, at, dash in marks:
        paper.add_layout(
            Span(location=at, dimension="height", line_color=VERMILLION, line_dash=dash)
        )
    hover(paper, (unit, "@range"), ("episodes", "@episodes"))
    return paper


def _bins(values: pl.Series, say: Callable[[float], str]) -> dict[str, list[object]]:
    """Counts in bins of equal width; values that are all equal make one bin around them."""
    low, high = float(str(values.min())), float(str(values.max()))
    if low == high:
        return {
            "left": [0.95 * low],
            "right": [1.05 * low or 1.0],
            "episodes": [values.len()],
            "range": [say(low)],
        }
    width = (high - low) / _BINS
    places = ((values - low) / width).floor().cast(pl.Int64).clip(0, _BINS - 1)
    found = pl.DataFrame({"place": places}).group_by("place").len("episodes").sort("place")
    lefts = [low + width * place for place in found["place"]]
    return {
        "left": lefts,
        "right": [left + width for left in lefts],
        "episodes": found["episodes"].to_list(),
        "range": [f"{say(left)} to {say(left + width)}" for left in lefts],
    }


def _seconds(value: float) -> str:
    return f"{value:.2f} s"
