"""Where a router sends requests, and what that comes to."""

from typing import Any, Final

import polars as pl
from bokeh.models import ColumnDataSource, DatetimeTickFormatter, NumeralTickFormatter
from bokeh.models.annotations import Whisker
from bokeh.plotting import figure

from workbench.figures.canvas import canvas, hover, legend_above, nothing
from workbench.figures.palette import BLUE, GREEN, GREY, ORANGE, colours
from workbench.figures.wording import interval, percent, usd, utc

_GAP: Final = 0.9
"""Part of a stretch of time that its bar takes."""
_KINDS: Final = {
    "oracle": ("oracle", GREEN, "diamond", 13),
    "tier": ("tier alone", BLUE, "square", 10),
    "router": ("router", ORANGE, "star", 20),
}
"""Colour, marker and size of each kind of policy, in the order in which they are drawn."""


def tiers_over_time(rows: pl.DataFrame, bucket_s: int, *, height: int = 260) -> figure:
    """Decisions by the tier that answered, stacked, in stretches of `bucket_s` seconds (UTC).

    `rows` has the columns of `workbench.store.queries.routing.over_time`.
    """
    title = "Decisions by tier over time"
    if rows.is_empty():
        return nothing(title, height=height)
    wide = rows.pivot("tier", index="at", values="decisions").fill_null(0).sort("at")
    tiers = sorted(set(wide.columns) - {"at"})
    columns: dict[str, list[Any]] = wide.to_dict(as_series=False)
    columns["when"] = [utc(moment) for moment in columns["at"]]
    paper = canvas(title, x="time (UTC)", y="decisions", height=height, x_axis_type="datetime")
    paper.vbar_stack(
        tiers,
        x="at",
        width=1_000 * bucket_s * _GAP,
        source=ColumnDataSource(columns),
        color=list(colours(tiers).values()),
        line_color=None,
        legend_label=tiers,
    )
    paper.y_range.start = 0  # type: ignore[attr-defined]
    paper.xgrid.visible = False
    paper.xaxis.formatter = DatetimeTickFormatter(
        milliseconds="%H:%M:%S.%3N",
        seconds="%H:%M:%S",
        minsec="%H:%M:%S",
        hours="%m-%d %H:%M",
        days="%Y-%m-%d",
    )
    hover(paper, ("from", "@when"), *((tier, f"@{{{tier}}}") for tier in tiers))
    legend_above(paper)
    return paper


def effort_of(policies: pl.DataFrame) -> str:
    """The column that policies are weighed by: `cost_usd` where any was paid, else `tokens`."""
    paid = policies["cost_usd"].null_count() == 0 and bool(policies["cost_usd"].sum())
    return "cost_usd" if paid else "tokens"


def took(value: float, effort: str) -> str:
    """An effort as it is said."""
    return usd(value) if effort == "cost_usd" else f"{value:,.0f} tokens"


def router_frontier(policies: pl.DataFrame, frontier: pl.DataFrame, *, height: int = 320) -> figure:
    """Share passed against what it took: router, tiers alone, oracle, over the same samples.

    The solid line is what other quality targets would have come to; the dashed one what a coin
    reaches that picks between tiers, on which a router gains nothing. Cost is US dollars where
    any were paid, else tokens. The frames are of `workbench.bootstrap.misroutes`.
    """
    title = "Quality against cost, over samples tried on every tier"
    if policies.is_empty():
        why = "no sample of the router was tried on every tier alone"
        return nothing(title, height=height, why=why)
    effort = effort_of(policies)
    paid = effort == "cost_usd"
    label = "mean cost of an episode (US dollars)" if paid else "mean tokens of an episode"
    paper = canvas(title, x=label, y="episodes passed (%)", height=height, y_range=(-0.03, 1.05))
    tiers = policies.filter(pl.col("kind") == "tier").sort(effort)
    paper.line(
        tiers[effort].to_list(),
        tiers["passed"].to_list(),
        color=GREY,
        line_dash="dashed",
        legend_label="coin",
    )
    if not frontier.is_empty():
        _other_targets(paper, frontier, effort)
    for kind in _KINDS:
        _points(paper, policies.filter(pl.col("kind") == kind), effort, kind)
    paper.yaxis.formatter = NumeralTickFormatter(format="0 %")
    paper.xaxis.formatter = NumeralTickFormatter(format="$0.00[0000]" if paid else "0,0")
    legend_above(paper)
    return paper


def _other_targets(paper: figure, frontier: pl.DataFrame, effort: str) -> None:
    rows = frontier.sort(effort, "passed")
    said = [f"target {target:.2f}" for target in rows["target"]]
    columns = {"at": rows[effort].to_list(), "passed": rows["passed"].to_list(), "said": said}
    source = ColumnDataSource(columns)
    name = "other targets"
    paper.line("at", "passed", source=source, color=ORANGE, legend_label=name)
    dots = paper.scatter("at", "passed", source=source, size=6, color=ORANGE, legend_label=name)
    share = ("passed", "@passed{0.0 %}")
    hover(paper, ("router", "@said"), share, renderers=[dots])


def _points(paper: figure, rows: pl.DataFrame, effort: str, kind: str) -> None:
    label, colour, marker, size = _KINDS[kind]
    said = [took(value, effort) for value in rows[effort]]
    columns = {
        **{name: rows[name].to_list() for name in ("policy", "passed", "low", "high", "episodes")},
        "at": rows[effort].to_list(),
        "said": said,
        "share": [percent(value) for value in rows["passed"]],
        "ends": [_ends(low, high) for low, high in rows.select("low", "high").iter_rows()],
    }
    source = ColumnDataSource(columns)
    bars = ColumnDataSource(
        {name: rows.drop_nulls("low")[col].to_list() for name, col in _bar(effort).items()}
    )
    paper.add_layout(Whisker(base="at", lower="low", upper="high", line_color=colour, source=bars))
    drawn = paper.scatter(
        "at",
        "passed",
        source=source,
        marker=marker,
        size=size,
        color=colour,
        line_color="white",
        legend_label=label,
    )
    rows_said = (("policy", "@policy"), ("passed", "@share"), ("95 % interval", "@ends"))
    hover(paper, *rows_said, ("took", "@said"), ("episodes", "@episodes"), renderers=[drawn])


def _bar(effort: str) -> dict[str, str]:
    return {"at": effort, "low": "low", "high": "high"}


def _ends(low: float | None, high: float | None) -> str:
    return "not defined" if low is None or high is None else interval(low, high)
