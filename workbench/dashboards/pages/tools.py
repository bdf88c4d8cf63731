"""`/tools`: breakers, slots and budgets; sagas; calls in doubt; the journal; orders to all."""

from typing import Any, get_args

from engine.contracts import JournalFilter, JournalState
from workbench.dashboards.address import asked, write_address
from workbench.dashboards.numbers.tools import (
    Asked,
    Chosen,
    ChosenCall,
    ChosenSaga,
    ChosenTool,
    ToolNumbers,
    load_tools,
)
from workbench.dashboards.part import card, heading, markup, picture
from workbench.dashboards.shell import Plan, build
from workbench.dashboards.state import ANY
from workbench.dashboards.tool_forms import OrderForm, ResolveForm
from workbench.dashboards.toolkit import Template, pn
from workbench.dashboards.tools_at import ToolsAt
from workbench.dashboards.views.tools import (
    draw_chosen,
    draw_doubts,
    draw_journal,
    draw_sagas,
    draw_steps,
    draw_tools,
)
from workbench.dashboards.watch import Ticks
from workbench.store.saga_table import SAGA_STATES

_DOUBT = "in doubt"
_STATES = [ANY, _DOUBT, *get_args(JournalState)]


def tools_page(at: ToolsAt) -> Template:
    """The page, with the tool, saga or call that the address names."""
    return _ToolsPage(at).template


class _ToolsPage:
    """The parts of one visit."""

    def __init__(self, at: ToolsAt) -> None:
        self._at = at
        self._named = {name: asked(name) for name in ("tool", "saga", "call", "sagas")}
        self._page, self._subject = 0, ""
        self._tools, self._doubts = markup(draw_tools), markup(draw_doubts)
        self._sagas, self._entries = markup(draw_sagas), markup(draw_journal)
        self._chosen, self._steps = markup(draw_chosen), picture(draw_steps)
        self._order = OrderForm(at, lambda: self._named["tool"])
        self._resolve = ResolveForm(at, lambda: self._subject)
        self._order.done = self._resolve.done = self._reload
        views = (self._chosen.pane, self._steps.pane, self._order.view, self._resolve.view)
        self._card = card(*views)
        self._filters = {
            "state": pn.widgets.Select(name="state", options=_STATES, value=_given("state")),
            "of": pn.widgets.TextInput(name="tool", value=asked("of")),
            "key": pn.widgets.TextInput(
                name="key, episode or saga begins with", value=asked("key"), width=260
            ),
        }
        self._newer, self._older = self._turner("Newer", -1), self._turner("Older", 1)
        journal = card(heading("Journal"), self._bar(), self._entries.pane)
        lists = (self._tools.pane, self._doubts.pane, self._sagas.pane, journal)
        plan = Plan("Tools", (self._card, *lists))
        self.template, self._live = build(plan, Ticks(), self._load, self._show)
        for widget in self._filters.values():
            widget.param.watch(self._filtered, "value")

    def _bar(self) -> Any:
        turners = pn.Row(self._newer, self._older, align="end")
        return pn.Row(*self._filters.values(), turners, sizing_mode="stretch_width")

    def _turner(self, name: str, by: int) -> Any:
        button = pn.widgets.Button(name=name, height=30, width=80)

        async def turn(_event: Any) -> None:
            self._page = max(0, self._page + by)
            await self._live.refresh()

        button.on_click(turn)
        return button

    @property
    def _asked(self) -> Asked:
        values = {name: widget.value.strip() for name, widget in self._filters.items()}
        state, sagas = values["state"], self._named["sagas"]
        given = {"tool": values["of"], "key": values["key"], "in_doubt": state == _DOUBT}
        given["state"] = None if state in {ANY, _DOUBT} else state
        return Asked(
            tool=self._named["tool"],
            saga=self._named["saga"],
            call=self._named["call"],
            sagas=next((name for name in SAGA_STATES if name == sagas), None),
            find=JournalFilter.parse(given, where="journal"),
            page=self._page,
        )

    def _load(self) -> tuple[Asked, ToolNumbers]:
        wanted = self._asked
        return wanted, load_tools(self._at.store, self._at.state, wanted)

    async def _reload(self) -> None:
        await self._live.refresh()

    async def _filtered(self, _event: Any) -> None:
        self._page = 0
        values = {name: widget.value.strip() for name, widget in self._filters.items()}
        shown = {**self._named, **values}
        write_address({name: text for name, text in shown.items() if text not in {"", ANY}})
        await self._live.refresh()

    def _show(self, found: tuple[Asked, ToolNumbers]) -> None:
        wanted, numbers = found
        self._subject = _subject(numbers.chosen)
        self._tools.show(numbers.tools, self._subject)
        any_tool = not numbers.tools.is_empty()
        self._doubts.show(numbers.waiting, self._subject, any_tool)
        self._sagas.show(numbers.sagas, numbers.counts, wanted.sagas, self._subject)
        filtered = wanted.find != JournalFilter()
        self._entries.show(numbers.entries, wanted.page, filtered, wanted.call)
        self._newer.disabled, self._older.disabled = wanted.page == 0, not numbers.more
        self._show_chosen(numbers.chosen)

    def _show_chosen(self, chosen: Chosen | None) -> None:
        self._card.visible = chosen is not None
        self._chosen.show(chosen)
        saga = chosen if isinstance(chosen, ChosenSaga) else None
        self._steps.pane.visible = saga is not None
        if saga is not None:
            self._steps.show(saga.steps)
        has_breaker = isinstance(chosen, ChosenTool) and chosen.row["breaker"] is not None
        self._order.view.visible = has_breaker
        parked = saga is not None and saga.saga.state == "parked"
        self._resolve.view.visible = parked or (isinstance(chosen, ChosenCall) and chosen.waits)


def _given(name: str) -> str:
    value = asked(name)
    return value if value in _STATES else ANY


def _subject(chosen: Chosen | None) -> str:
    """By which the forms and the lists know it."""
    if isinstance(chosen, ChosenTool):
        return str(chosen.row["tool"])
    if isinstance(chosen, ChosenSaga):
        return chosen.saga.saga_id
    if isinstance(chosen, ChosenCall):
        return str(chosen.entry.entry_id) if chosen.entry else chosen.subject
    return ""
