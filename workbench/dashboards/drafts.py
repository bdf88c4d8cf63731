"""The form by which an episode, or a step of it, is made a draft task of a suite."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Final

from engine.contracts import Step
from engine.errors import WorkbenchError
from workbench.bootstrap.golden.drafts import Wish, draft
from workbench.dashboards.part import markup
from workbench.dashboards.toolkit import pn
from workbench.dashboards.views.labels import draw_said
from workbench.settings import Settings
from workbench.store import Store

_TYPED_S: Final = 0.15
"""Panel holds typed text back for 50 ms, a press not at all: wait for the text to arrive."""
_WHOLE: Final = "the whole episode"


class DraftForm:
    """Suite, step, family, right answer and reason; what is left empty is the episode's own."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        target: Callable[[], str],
        done: Callable[[], Awaitable[None]],
    ) -> None:
        """Make a draft of `target()` when the button is pressed, and await `done` afterwards."""
        self._store, self._settings = store, settings
        self._target, self._done = target, done
        self._suite = ""
        self._steps: dict[str, int] = {}
        self._said = markup(draw_said)
        self._said.show("", settings.author)
        self.step = pn.widgets.Select(name="Step", options=[_WHOLE], width=190)
        self.suite = pn.widgets.TextInput(name="Suite, by name or folder", width=220)
        self.family = pn.widgets.TextInput(name="Family", width=160)
        self.reason = pn.widgets.TextInput(name="Reason", width=220)
        self.answer = pn.widgets.TextAreaInput(
            name="Right answer", placeholder="what was answered", rows=2, width=420
        )
        button = pn.widgets.Button(name="Draft task", button_type="primary", width=110)
        button.on_click(self._press)
        self.view = pn.Column(
            pn.Row(self.step, self.suite, self.family, self.reason),
            pn.Row(self.answer, sizing_mode="stretch_width"),
            pn.Row(button, self._said.pane, sizing_mode="stretch_width"),
            sizing_mode="stretch_width",
        )

    def show(self, suite: str, family: str, steps: Sequence[Step]) -> None:
        """Offer the steps in which a model answered; suite and family are those meant by none.

        Where the suite is a folder its name alone is shown.
        """
        self._suite = suite
        self.suite.placeholder = Path(suite).name
        self.family.placeholder = family
        answers = [step for step in steps if step.kind == "model" and step.messages]
        self._steps = {f"step {step.index} · {step.agent}": step.index for step in answers}
        if self.step.options != [_WHOLE, *self._steps]:
            self.step.options = [_WHOLE, *self._steps]

    async def _press(self, _event: Any) -> None:
        await asyncio.sleep(_TYPED_S)
        wish = Wish(
            suite=self.suite.value_input.strip() or self._suite,
            step=self._steps.get(self.step.value),
            family=self.family.value_input.strip(),
            target=self.answer.value_input.strip() or None,
            reason=self.reason.value_input.strip(),
        )
        try:
            made = await asyncio.to_thread(draft, self._store, self._settings, self._target(), wish)
        except WorkbenchError as error:
            self._said.show(str(error), self._settings.author)
            return
        kept = "is kept" if made.new else "was there already"
        said = f"the draft {made.suite}/{made.task.id} {kept}; it runs when it is reviewed"
        self._said.show(said, self._settings.author)
        for text in (self.answer, self.reason):
            text.value = text.value_input = ""
        await self._done()
