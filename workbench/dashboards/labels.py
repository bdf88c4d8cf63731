"""The form by which tags and notes are put on runs and episodes."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Final

from engine.errors import BadInput, WorkbenchError
from workbench.dashboards.part import markup
from workbench.dashboards.toolkit import pn
from workbench.dashboards.views.labels import draw_said
from workbench.store import Store

_HEIGHT: Final = 30
_TYPED_S: Final = 0.15
"""Panel holds typed text back for 50 ms, a press not at all: wait for the text to arrive."""


class LabelForm:
    """An input with a button for each thing that can be done; every use is kept with its author."""

    def __init__(
        self,
        store: Store,
        author: str,
        targets: Callable[[], Sequence[str]],
        done: Callable[[], Awaitable[None]],
    ) -> None:
        """Act on `targets()` when a button is pressed, and await `done` when it has been kept."""
        self._targets = targets
        self._done = done
        self._said = markup(draw_said)
        self._said.show("", author)
        self._author = author
        self.text = pn.widgets.TextInput(placeholder="tag or note", width=260, height=_HEIGHT)
        buttons = (
            self._button("Add tag", store.tag),
            self._button("Remove tag", store.untag),
            self._button("Add note", store.note),
        )
        self.view = pn.Row(self.text, *buttons, self._said.pane, sizing_mode="stretch_width")

    def _button(self, name: str, act: Callable[[str, str], None]) -> Any:
        button = pn.widgets.Button(name=name, height=_HEIGHT, width=96)
        button.on_click(partial(self._press, act))
        return button

    async def _press(self, act: Callable[[str, str], None], _event: Any) -> None:
        await asyncio.sleep(_TYPED_S)
        text, targets = self.text.value_input.strip(), list(self._targets())
        try:
            await asyncio.to_thread(_act_on_all, act, targets, text)
        except WorkbenchError as error:
            self._said.show(str(error), self._author)
            return
        self._said.show(f"kept on {', '.join(targets)}", self._author)
        self.text.value = self.text.value_input = ""
        await self._done()


def _act_on_all(act: Callable[[str, str], None], targets: Sequence[str], text: str) -> None:
    if not targets:
        raise BadInput("nothing is selected")
    if not text:
        raise BadInput("write the tag or note first")
    for target in targets:
        act(target, text)
