"""What runs score against what they take: money, or time."""

from dataclasses import dataclass
from typing import Any, Final

import polars as pl
from bokeh.models import ColumnDataSource, NumeralTickFormatter
from bokeh.models.annotations import TeeHead, Whisker
from bokeh.plotting import figure

from workbench.figures.canvas import canvas, hover, legend_above, nothing
from workbench.figures.palette import GREY, colours, markers
from workbench.figures.wording import interval, percent, series_names, usd

_MARGIN: Final = 0.08
"""Part of the axis that is left free beyond the last end."""


@dataclass(frozen=True, slots=True)
class _Effort:
    """What a score is drawn against."""

    name: str
    column: str
    low: str
    high: str
    front: str
    label: str
    format: str

    def say(self, value: float | None) -> str:
        """A value with its unit."""
        if self.name == "cost":
            return usd(value)
        return "unknown" if value is None else f"{value:.2f} s"


_COST: Final = _Effort(
    name="cost",
    column="cost_usd",
    low="cost_low",
    high="cost_high",
    front="on_cost_front",
    label="mean cost of an episode (US dollars)",
    format="$0.00[0000]",
)
_LATENCY: Final = _Effort(
    name="latency",
    column="latency_s",
    low="latency_low",
    high="latency_high",
    front="on_latency_front",
    label="mean latency of an episode (s)",
    format="0.[00]",
)


def score_against_cost(points: pl.DataFrame, *, height: int = 320) -> figure:
    """Share passed over the mean cost of an episode, a mark a run, the Pareto front as steps.

    `points` is a trade-off's (`workbench.bootstrap.curves`). Runs of unknown cost are left out, and
    the title says how many. Whiskers are 95 % intervals; one that is not defined is not drawn.
    """
    return _drawn(points, _COST, height)


def score_against_latency(points: pl.DataFrame, *, height: int = 320) -> figure:
    """Share passed over the mean latency of an episode; as `score_against_cost`."""
    return _drawn(points, _LATENCY, height)


def _drawn(points: pl.DataFrame, effort: _Effort, height: int) -> figure:
    known = points.filter(pl.col(effort.column).is_not_null())
    unknown = points.height - known.height
    left = f" ({unknown} of unknown {effort.name} left out)" if unknown else ""
    title = f"Score against {effort.name}, with 95 % intervals{left}"
    if known.is_empty():
        why = "nothing yet" if points.is_empty() else f"no run has a known {effort.name}"
        return nothing(title, height=height, why=why)
    around = _range(known, effort)
    paper = canvas(
        title,
        x=effort.label,
        y="episodes passed (%)",
        height=height,
        x_range=around,
        y_range=(-0.03, 1.05),
    )
    _draw_front(paper, known, effort, around[1])
    names = _names(points)  # one's looks are the same in every figure of these runs
    for name, row in zip(names, points.to_dicts(), strict=True):
        if row[effort.column] is None:
            continue
        _draw_run(paper, name, row, effort, (colours(names)[name], markers(names)[name]))
    paper.xaxis.formatter = NumeralTickFormatter(format=effort.format)
    paper.yaxis.formatter = NumeralTickFormatter(format="0 %")
    hover(
        paper,
        ("run", "@run_id"),
        ("agent and model", "@series"),
        ("passed", "@share"),
        ("95 % interval", "@interval"),
        (effort.name, "@said"),
        ("95 % interval ", "@said_interval"),
        ("tasks, episodes", "@tasks, @episodes"),
    )
    legend_above(paper)
    return paper


def _draw_front(paper: figure, known: pl.DataFrame, effort: _Effort, end: float) -> None:
    """What can be had for so much at most: it rises at each run on the front, up to the end."""
    front = known.filter(pl.col(effort.front)).sort(effort.column, "passed")
    xs, ys = front[effort.column].to_list(), front["passed"].to_list()
    paper.step(
        [*xs, end],
        [*ys, ys[-1]],
        mode="after",
        color=GREY,
        line_dash="dashed",
        legend_label="Pareto front",
    )


def _draw_run(
    paper: figure, name: str, row: dict[str, Any], effort: _Effort, looks: tuple[str, str]
) -> None:
    colour, marker = looks
    source = ColumnDataSource({key: [value] for key, value in _columns(name, row, effort).items()})
    points = paper.scatter(
        "at",
        "passed",
        source=source,
        marker=marker,
        size=10,
        color=colour,
        line_color="white",
        legend_label=name,
    )
    head = TeeHead(size=7, line_color=colour)
    ink: dict[str, Any] = {"source": source, "line_color": colour}
    heads: dict[str, Any] = {"lower_head": head, "upper_head": head.clone()}
    bars = []
    if row["low"] is not None:
        bars.append(Whisker(base="at", lower="low", upper="high", **ink, **heads))
    if row[effort.low] is not None:
        ends: dict[str, Any] = {"lower": "at_low", "upper": "at_high"}
        bars.append(Whisker(dimension="width", base="passed", **ends, **ink, **heads))
    for bar in bars:
        paper.add_layout(bar)
        points.js_link("visible", bar, "visible")


def _columns(name: str, row: dict[str, Any], effort: _Effort) -> dict[str, Any]:
    low, high = row[effort.low], row[effort.high]
    ends = "not defined" if low is None else f"{effort.say(low)} to {effort.say(high)}"
    shares = "not defined" if row["low"] is None else interval(row["low"], row["high"])
    return {
        **{key: row[key] for key in ("run_id", "passed", "low", "high", "tasks", "episodes")},
        "series": name,
        "at": row[effort.column],
        "at_low": low,
        "at_high": high,
        "share": percent(row["passed"]),
        "interval": shares,
        "said": effort.say(row[effort.column]),
        "said_interval": ends,
    }


def _names(points: pl.DataFrame) -> list[str]:
    """Agent and model, with the run where two have the same."""
    names = series_names(points)
    return [
        name if names.count(name) == 1 else f"{name} ({run_id})"
        for name, run_id in zip(names, points["run_id"], strict=True)
    ]


def _range(known: pl.DataFrame, effort: _Effort) -> tuple[float, float]:
    """From nothing to beyond the dearest end."""
    ends = [*known[effort.column].to_list(), *known[effort.high].drop_nulls().to_list()]
    highest = max(ends) or 1.0
    return -_MARGIN / 2 * highest, (1 + _MARGIN) * highest
