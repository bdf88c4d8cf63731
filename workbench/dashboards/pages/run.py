"""`/run?id=…`: one run's scores, endings, effort, episodes, and what it was made with."""

from functools import partial
from typing import Any

from workbench.dashboards.address import asked
from workbench.dashboards.labels import LabelForm
from workbench.dashboards.numbers.run import RunNumbers, load_run
from workbench.dashboards.part import Part, card, heading, markup, picture
from workbench.dashboards.shell import Plan, build
from workbench.dashboards.tables import listing
from workbench.dashboards.toolkit import Template, pn
from workbench.dashboards.views.labels import draw_labels
from workbench.dashboards.views.rows import episodes_table
from workbench.dashboards.views.run import (
    draw_board,
    draw_flaky,
    draw_head,
    draw_judges,
    draw_provenance,
    draw_repeats,
    draw_run_tiles,
    own_board,
)
from workbench.dashboards.watch import Watch
from workbench.figures import (
    cost_distribution,
    latency_distribution,
    pass_curves,
    score_by_epoch,
    score_by_family,
    stop_reasons,
    task_outcomes,
)
from workbench.store import Store

_TITLES = {
    "episode_id": "episode",
    "task_id": "task",
    "family": "family",
    "epoch": "epoch",
    "verdict": "verdict",
    "stop_reason": "ended by",
    "steps": "steps",
    "tokens": "tokens",
    "cost_usd": "cost (USD)",
    "duration_s": "duration (s)",
    "answer": "answer",
}
_FILTERED = dict.fromkeys(("task_id", "family", "verdict", "stop_reason"), "input")


def run_page(store: Store, watch: Watch, author: str) -> Template:
    """The page of the run that the address names."""
    return _RunPage(store, watch, author).template


class _RunPage:
    """The parts of one visit."""

    def __init__(self, store: Store, watch: Watch, author: str) -> None:
        self._store = store
        self._asked = asked("id")
        self._run_id = ""
        self._parts: dict[str, Part] = {
            "head": markup(draw_head),
            "tiles": markup(draw_run_tiles),
            "scores": picture(score_by_family),
            "table": markup(draw_board),
            "judges": markup(draw_judges),
            "curves": picture(pass_curves),
            "repeats": markup(draw_repeats),
            "epochs": picture(score_by_epoch),
            "outcomes": picture(task_outcomes),
            "flaky": markup(draw_flaky),
            "endings": picture(partial(stop_reasons, height=320)),
            "latency": picture(latency_distribution),
            "cost": picture(cost_distribution),
            "labels": markup(draw_labels),
            "episodes": listing(_TITLES, page="episode", header_filters=_FILTERED),
            "provenance": markup(draw_provenance),
        }
        self._form = LabelForm(store, author, lambda: [self._run_id], self._reload)
        self._repeated = pn.Column(
            card(self._pane("curves"), self._pane("repeats"), row=True),
            card(self._pane("epochs"), self._pane("outcomes"), row=True),
            card(self._pane("flaky")),
            sizing_mode="stretch_width",
        )
        self.template, self._live = build(Plan("Runs", self._body()), watch, self._load, self._show)

    def _body(self) -> tuple[Any, ...]:
        return (
            self._pane("head"),
            self._pane("tiles"),
            card(self._pane("scores"), self._pane("endings"), row=True),
            self._pane("table"),
            self._pane("judges"),
            self._repeated,
            card(self._pane("latency"), self._pane("cost"), row=True),
            card(heading("Tags and notes"), self._pane("labels"), self._form.view),
            card(heading("Episodes"), self._pane("episodes")),
            self._pane("provenance"),
        )

    def _pane(self, name: str) -> Any:
        return self._parts[name].pane

    def _load(self) -> RunNumbers:
        return load_run(self._store, self._asked)

    async def _reload(self) -> None:
        await self._live.refresh()

    def _show(self, numbers: RunNumbers) -> None:
        self._run_id = numbers.run["run_id"]
        own = own_board(numbers.board, self._run_id)
        shown = {
            "head": (numbers.run,),
            "tiles": (numbers.run, own, numbers.waiting),
            "scores": (numbers.board,),
            "table": (own,),
            "judges": (numbers.judges,),
            "curves": (own,),
            "repeats": (own,),
            "epochs": (numbers.stability.epochs,),
            "outcomes": (numbers.stability.outcomes,),
            "flaky": (numbers.stability.flaky,),
            "endings": (numbers.stop_reasons,),
            "latency": (numbers.effort,),
            "cost": (numbers.effort,),
            "labels": (numbers.labels.standing, numbers.labels.history),
            "episodes": (episodes_table(numbers.episodes),),
            "provenance": (numbers.provenance,),
        }
        for name, values in shown.items():
            self._parts[name].show(*values)
        self._repeated.visible = numbers.stability.outcomes.height > 0
