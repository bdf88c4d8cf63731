"""`/escalations?id=…`: what waits for a person, and the place to decide about it."""

from workbench.dashboards.address import asked
from workbench.dashboards.decisions import DecisionForm
from workbench.dashboards.numbers.escalations import EscalationNumbers, load_escalations
from workbench.dashboards.part import card, markup
from workbench.dashboards.shell import Plan, build
from workbench.dashboards.toolkit import Template
from workbench.dashboards.views.escalations import draw_chosen, draw_past, draw_waiting
from workbench.dashboards.watch import Watch
from workbench.settings import Settings
from workbench.store import Store


def escalations_page(store: Store, watch: Watch, settings: Settings) -> Template:
    """The page, with the wait that the address names."""
    return _EscalationsPage(store, watch, settings).template


class _EscalationsPage:
    """The parts of one visit."""

    def __init__(self, store: Store, watch: Watch, settings: Settings) -> None:
        self._store = store
        self._asked = asked("id")
        self._chosen_id = ""
        self._waiting, self._past = markup(draw_waiting), markup(draw_past)
        self._chosen = markup(draw_chosen)
        self._form = DecisionForm(store, settings, lambda: self._chosen_id, self._reload)
        self._card = card(self._chosen.pane, self._form.view)
        plan = Plan("Escalations", (self._waiting.pane, self._card, self._past.pane))
        self.template, self._live = build(plan, watch, self._load, self._show)

    def _load(self) -> EscalationNumbers:
        return load_escalations(self._store, self._asked)

    async def _reload(self) -> None:
        await self._live.refresh()

    def _show(self, numbers: EscalationNumbers) -> None:
        wait = numbers.chosen.wait if numbers.chosen else None
        self._chosen_id = wait.escalation_id if wait else ""
        self._waiting.show(numbers.waiting, self._chosen_id)
        self._past.show(numbers.past)
        self._chosen.show(numbers.chosen)
        self._form.show(wait)
        self._card.visible = wait is not None
