"""`/contracts`: what others send that nobody knows, and where data broke a contract."""

from functools import partial

from workbench.dashboards.numbers.contracts import ContractsNumbers, load_contracts
from workbench.dashboards.part import markup
from workbench.dashboards.shell import Plan, build
from workbench.dashboards.toolkit import Template
from workbench.dashboards.views.contracts import (
    draw_contracts_tiles,
    draw_unknown,
    draw_violations,
)
from workbench.dashboards.watch import Watch
from workbench.store import Store


def contracts_page(store: Store, watch: Watch) -> Template:
    """The Contracts page of a store, which follows the runs that are going on."""
    tiles, unknown = markup(draw_contracts_tiles), markup(draw_unknown)
    violations = markup(draw_violations)

    def show(numbers: ContractsNumbers) -> None:
        tiles.show(numbers.unknown, numbers.violations)
        violations.show(numbers.violations)
        unknown.show(numbers.unknown)

    plan = Plan("Contracts", (tiles.pane, violations.pane, unknown.pane))
    return build(plan, watch, partial(load_contracts, store), show)[0]
