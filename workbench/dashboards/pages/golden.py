"""`/golden`: how far the review of the suites' tasks has come, and what was changed last."""

from functools import partial

from workbench.dashboards.numbers.golden import GoldenNumbers, load_golden
from workbench.dashboards.part import markup
from workbench.dashboards.shell import Plan, build
from workbench.dashboards.toolkit import Template
from workbench.dashboards.views.golden import draw_golden_tasks, draw_golden_tiles
from workbench.dashboards.watch import Watch
from workbench.store import Store


def golden_page(store: Store, watch: Watch) -> Template:
    """The Golden page of a store, which follows the changes that are made."""
    tiles, tasks = markup(draw_golden_tiles), markup(draw_golden_tasks)

    def show(numbers: GoldenNumbers) -> None:
        tiles.show(numbers.tasks)
        tasks.show(numbers.tasks)

    plan = Plan("Golden tasks", (tiles.pane, tasks.pane))
    return build(plan, watch, partial(load_golden, store), show)[0]
