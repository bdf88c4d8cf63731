"""`/label?suite=…&runs=…&sample=…&seed=…&rubric=…&rater=…`: people judge answers, blind."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

from engine.errors import WorkbenchError
from engine.evals.judge.rubric import Rubric
from workbench.bootstrap.labelling import MARKS, ItemKey, rate, withdraw
from workbench.bootstrap.references import References
from workbench.bootstrap.rubrics import OVERALL, Rubrics
from workbench.dashboards.address import asked, write_address
from workbench.dashboards.marking import Keys
from workbench.dashboards.numbers.rating import RatingNumbers, load_rating
from workbench.dashboards.part import card, markup
from workbench.dashboards.rating_state import FIELDS, RatingState, following, moved, next_open
from workbench.dashboards.shell import Plan, build
from workbench.dashboards.toolkit import Template, pn
from workbench.dashboards.views.labels import draw_said
from workbench.dashboards.views.rating import draw_agreement, draw_progress, draw_question
from workbench.dashboards.watch import Watch
from workbench.store import Store

_STEPS: Final = {"back": -1, "on": 1}


def label_page(store: Store, watch: Watch, author: str, rubrics: Sequence[Rubric]) -> Template:
    """The page of the queue that the address names; `author` rates unless another name is given.

    `rubrics` are those of files, offered beside the suite's.
    """
    return _LabelPage(store, watch, author, rubrics).template


class _LabelPage:
    """The parts of one visit."""

    def __init__(self, store: Store, watch: Watch, author: str, rubrics: Sequence[Rubric]) -> None:
        self._store, self._rubrics = store, Rubrics(store, rubrics)
        self._references = References(store)
        values = {name: asked(name) for name in FIELDS}
        self._state = RatingState.of({**values, "rater": values["rater"] or author})
        self._numbers: RatingNumbers | None = None
        self._open = False
        self._fields = _fields(self._state.values)
        self._progress, self._question = markup(draw_progress), markup(draw_question)
        self._agreement, self._said = markup(draw_agreement), markup(draw_said)
        self._keys = Keys(self._act)
        question = card(self._question.pane, self._keys.view, self._said.pane)
        choice = pn.Row(*self._fields.values(), sizing_mode="stretch_width")
        self._agreed = card(self._agreement.pane)
        plan = Plan("Label", (choice, self._progress.pane, question, self._agreed))
        self.template, self._live = build(plan, watch, self._load, self._show)
        for widget in self._fields.values():
            widget.param.watch(self._chosen, "value")

    def _load(self) -> RatingNumbers:
        return load_rating(self._store, self._state, self._rubrics, self._references)

    async def _chosen(self, _event: Any) -> None:
        """Another queue, or another rater: begin at their first open question."""
        given = {name: widget.value for name, widget in self._fields.items()}
        kept = dict(self._state.values)
        if self._numbers is None or given["suite"] in {"", self._numbers.suite}:
            given["suite"] = kept.get("suite", "")  # the page's own doing
        else:
            kept.pop("runs", None)  # they are of the suite that was left
            given["rubric"] = ""  # and so may the rubric be
        state = RatingState.of({**kept, **given})
        if state.values != self._state.values:
            self._state, self._open = state, False
            write_address(state.values)
            await self._live.refresh()

    async def _act(self, action: str, note: str) -> None:
        numbers = self._numbers
        if numbers is None or not self._state.rater:
            return
        if action == "reference":
            self._open = not self._open
            self._draw(numbers)
            return
        try:
            at = await asyncio.to_thread(self._done, numbers, action, note)
        except WorkbenchError as error:
            self._said.show(str(error), self._state.rater)
            return
        if action in MARKS:
            self._keys.note.value = ""
        self._state, self._open = RatingState(self._state.values, at), False
        await self._live.refresh()

    def _done(self, numbers: RatingNumbers, action: str, note: str) -> ItemKey | None:
        """Do it; gives the question to show next."""
        keys, at, rater = numbers.keys, numbers.at, self._state.rater
        items = {item.key: item for item in numbers.items}
        if action in MARKS and at is not None:
            rate(self._store, items[at], numbers.rubric, (action, note), rater=rater)
            return next_open(keys, {*numbers.own, at}, at)
        if action == "undo" and numbers.latest is not None:
            withdraw(self._store, items[numbers.latest], numbers.rubric, rater=rater)
            return numbers.latest
        if action in _STEPS:
            return moved(keys, at, _STEPS[action])
        if action == "skip":
            return next_open(keys, numbers.own, at)
        if action == "differing":
            return following(keys, numbers.differing, at) or at
        return at

    def _show(self, numbers: RatingNumbers) -> None:
        self._numbers = numbers
        if self._state.at is None:
            self._state = RatingState(self._state.values, numbers.at)
        _offer(self._fields["suite"], numbers.suites, numbers.suite)
        _offer(self._fields["rubric"], numbers.rubrics, numbers.rubric.name)
        self._said.show("", self._state.rater)
        self._draw(numbers)

    def _draw(self, numbers: RatingNumbers) -> None:
        finished = bool(numbers.items) and len(numbers.own) == len(numbers.items)
        self._progress.show(numbers, self._state.rater)
        self._question.show(numbers.question, len(numbers.items), finished, self._open)
        self._agreement.show(numbers)
        self._keys.view.visible = bool(self._state.rater and numbers.items)
        self._agreed.visible = self._keys.view.visible


def _fields(values: Mapping[str, str]) -> dict[str, Any]:
    """What can be chosen on the page; runs come with the address, for their names tell too much."""
    sample, rubric = values.get("sample", ""), values.get("rubric", OVERALL.name)
    return {
        "rater": pn.widgets.TextInput(name="rater", value=values.get("rater", ""), width=170),
        "suite": pn.widgets.Select(name="suite", options=[""], value="", width=170),
        "rubric": pn.widgets.Select(name="rubric", options=[rubric], value=rubric, width=170),
        "sample": pn.widgets.TextInput(name="sample", value=sample, placeholder="all", width=90),
        "seed": pn.widgets.TextInput(
            name="seed", value=values.get("seed", ""), placeholder="0", width=90
        ),
    }


def _offer(widget: Any, values: list[str], chosen: str) -> None:
    """Both at once: options alone would choose one of their own."""
    if widget.options != values or widget.value != chosen:
        widget.param.update(options=values, value=chosen)
