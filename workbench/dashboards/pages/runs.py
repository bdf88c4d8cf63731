"""`/runs`: filter, search, sort, tag and annotate runs, and put two side by side."""

from typing import Any

from workbench.dashboards.address import asked, write_address
from workbench.dashboards.labels import LabelForm
from workbench.dashboards.numbers.runs import RunsNumbers, Several, TwoRuns, load_runs
from workbench.dashboards.part import card, markup, picture
from workbench.dashboards.shell import Plan, build
from workbench.dashboards.state import ANY, FILTERS, RunsState
from workbench.dashboards.tables import listing
from workbench.dashboards.toolkit import Template, pn
from workbench.dashboards.views.rows import runs_table
from workbench.dashboards.views.runs import (
    draw_count,
    draw_hint,
    draw_paired,
    draw_several,
    draw_side_by_side,
)
from workbench.dashboards.watch import Watch
from workbench.figures import (
    differences_by_family,
    score_against_cost,
    score_against_latency,
    score_by_family,
)
from workbench.store import Store

_TITLES = {
    "run_id": "run",
    "suite": "suite",
    "agent": "agent",
    "model": "model",
    "status": "status",
    "done": "episodes",
    "score": "score",
    "failures": "errors",
    "cost_usd": "cost (USD)",
    "duration_s": "duration (s)",
    "started": "started (UTC)",
    "tags": "tags",
}


def runs_page(store: Store, watch: Watch, author: str) -> Template:
    """The Runs page; its filters stand in the address, so that a view can be sent on."""
    return _RunsPage(store, watch, author).template


class _RunsPage:
    """The widgets of one visit, and what happens when they are used."""

    def __init__(self, store: Store, watch: Watch, author: str) -> None:
        self._store = store
        self._chosen: tuple[str, ...] = ()
        wanted = RunsState.of({name: asked(name) for name in (*FILTERS, "search")})
        self._filters = {name: _choice(name, wanted.parameters.get(name)) for name in FILTERS}
        self._search = pn.widgets.TextInput(
            name="search", placeholder="id, name, tag, note …", value=wanted.search or ""
        )
        self._table = listing(_TITLES, page="run", selectable=True)
        self._count, self._hint = markup(draw_count), markup(draw_hint)
        self._contrast, self._paired = picture(differences_by_family), markup(str)
        self._board, self._differences = picture(score_by_family), markup(draw_side_by_side)
        self._apart = card(self._contrast.pane)
        self._compared = pn.Column(
            self._apart,
            self._paired.pane,
            card(self._board.pane),
            self._differences.pane,
            sizing_mode="stretch_width",
            visible=False,
        )
        self._cost, self._latency = picture(score_against_cost), picture(score_against_latency)
        self._taken, self._about_taken = self._taken_card(), markup(draw_several)
        form = LabelForm(store, author, lambda: self._chosen, self._reload)
        plan = Plan(
            "Runs",
            (
                self._filter_row(),
                self._count.pane,
                self._table.pane,
                self._hint.pane,
                form.view,
                self._taken,
                self._about_taken.pane,
                self._compared,
            ),
        )
        self.template, self._live = build(plan, watch, self._load, self._show)
        self._listen()

    def _filter_row(self) -> Any:
        return pn.Row(*self._filters.values(), self._search, sizing_mode="stretch_width")

    def _taken_card(self) -> Any:
        drawn = card(self._cost.pane, self._latency.pane, row=True)
        drawn.visible = False
        return drawn

    def _listen(self) -> None:
        for widget in (*self._filters.values(), self._search):
            widget.param.watch(self._filtered, "value")
        self._table.pane.param.watch(self._selected, "selection")

    @property
    def _state(self) -> RunsState:
        values: dict[str, str] = {name: widget.value for name, widget in self._filters.items()}
        return RunsState.of({**values, "search": self._search.value}, self._chosen)

    def _load(self) -> RunsNumbers:
        return load_runs(self._store, self._state)

    async def _reload(self) -> None:
        await self._live.refresh()

    async def _filtered(self, _event: Any) -> None:
        write_address(self._state.parameters)
        await self._live.refresh()

    async def _selected(self, event: Any) -> None:
        ids = self._table.pane.value["run_id"]
        chosen = tuple(ids.iloc[place] for place in event.new if place < len(ids))
        if chosen != self._chosen:
            self._chosen = chosen
            await self._live.refresh()

    def _show(self, numbers: RunsNumbers) -> None:
        for name, values in numbers.choices.items():
            _offer(self._filters[name], values)
        if self._table.show(runs_table(numbers.listed)):
            self._select_again(numbers.listed["run_id"].to_list())
        self._count.show(numbers.listed.height)
        self._hint.show(self._chosen)
        self._show_several(numbers.several)
        self._show_two(numbers.two)

    def _select_again(self, ids: list[str]) -> None:
        """Keep what was selected, wherever it stands now; what is filtered out is let go."""
        kept = [run_id for run_id in self._chosen if run_id in ids]
        self._chosen = tuple(kept)
        self._table.pane.selection = [ids.index(run_id) for run_id in kept]

    def _show_several(self, several: Several | None) -> None:
        self._about_taken.show(several)
        taken = several.tradeoff if several else None
        if taken:
            self._cost.show(taken.points)
            self._latency.show(taken.points)
        self._taken.visible = taken is not None

    def _show_two(self, two: TwoRuns | None) -> None:
        if two:
            self._board.show(two.board)
            self._differences.show(two.runs, two.board, two.differences)
            self._paired.show(draw_paired(two.comparison, two.refused))
            self._apart.visible = two.comparison is not None
            if two.comparison:
                self._contrast.show(two.comparison.families)
        self._compared.visible = two is not None


def _choice(name: str, value: str | None) -> Any:
    options = [ANY] if value is None else [ANY, value]
    return pn.widgets.Select(name=name, options=options, value=value or ANY, width=170)


def _offer(widget: Any, values: list[str]) -> None:
    """Offer what there is, and what is chosen even where it is gone."""
    options = [ANY, *values]
    options += [] if widget.value in options else [widget.value]
    if widget.options != options:
        widget.options = options
