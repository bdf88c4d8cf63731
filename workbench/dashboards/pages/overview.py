"""`/`: what runs, how scores and spend move, what failed."""

from functools import partial

from workbench.dashboards.numbers.overview import OverviewNumbers, load_overview
from workbench.dashboards.part import card, markup, picture
from workbench.dashboards.shell import Plan, build
from workbench.dashboards.toolkit import Template
from workbench.dashboards.views.overview import (
    draw_failures,
    draw_latest,
    draw_spend,
    draw_tiles,
)
from workbench.dashboards.watch import Watch
from workbench.figures import score_trend
from workbench.store import Store


def overview_page(store: Store, watch: Watch) -> Template:
    """The Overview of a store, which follows the runs that are going on."""
    tiles, latest, failures = markup(draw_tiles), markup(draw_latest), markup(draw_failures)
    trend, spend = picture(score_trend), picture(draw_spend)

    def show(numbers: OverviewNumbers) -> None:
        tiles.show(numbers.latest, numbers.spend, numbers.waiting)
        latest.show(numbers.latest)
        trend.show(numbers.trend)
        spend.show(numbers.spend)
        failures.show(numbers.failures)

    figures = card(trend.pane, spend.pane, row=True)
    plan = Plan("Overview", (tiles.pane, latest.pane, figures, failures.pane))
    return build(plan, watch, partial(load_overview, store), show)[0]
