"""A form by which a person does something: why, a button for each act, and what came of it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from functools import partial
from typing import Any, Final

from engine.errors import WorkbenchError
from workbench.dashboards.part import markup
from workbench.dashboards.toolkit import pn
from workbench.dashboards.views.labels import draw_said

HEIGHT: Final = 30
"""Pixels of a field and of a button."""
_TYPED_S: Final = 0.15
"""Panel holds typed text back for 50 ms, a press not at all: wait for the text to arrive."""

Act = Callable[[str], str]
"""Does what a button says, in a thread of its own; gives what is then said of it."""


class ActForm:
    """A reason, a button for each thing that can be done, and what came of it.

    An act for which `question` gives words is done once it has been pressed and confirmed.
    """

    def __init__(
        self, act: Act, buttons: Mapping[str, tuple[str, str]], author: str, *more: Any, hint: str
    ) -> None:
        self._act = act
        self._author = author
        self._said = markup(draw_said)
        self.say("")
        self.note = pn.widgets.TextInput(placeholder=hint, width=320, height=HEIGHT)
        self._buttons = {
            action: button(name, kind, partial(self.press, action))
            for action, (name, kind) in buttons.items()
        }
        self._question = _Question(self.confirm)
        self.done: Callable[[], Awaitable[None]] | None = None
        bar = (self.note, *more, *self._buttons.values(), self._said.pane)
        self.view = pn.Column(
            pn.Row(*bar, sizing_mode="stretch_width"),
            self._question.view,
            sizing_mode="stretch_width",
            visible=False,
        )

    @property
    def reason(self) -> str:
        """Why, as it stands there."""
        return str(self.note.value_input).strip()

    def offer(self, actions: Collection[str]) -> None:
        """Leave the buttons of these; what is being asked is asked no longer."""
        self._question.withdraw()
        self.note.visible = bool(actions)
        for action, one in self._buttons.items():
            one.visible = action in actions

    def say(self, message: str, *, bad: bool = False) -> None:
        """Put that beside the buttons."""
        self._said.show(message, self._author, bad)

    def question(self, action: str) -> str:
        """What is asked before an act; empty: nothing is."""
        del action
        return ""

    async def press(self, action: str) -> None:
        """Do it, or ask first."""
        if asked := self.question(action):
            self._question.ask(action, asked)
        else:
            await self._do(action)

    async def confirm(self) -> None:
        """Do what is being asked about; nothing where that was withdrawn."""
        if action := self._question.action:
            await self._do(action)

    @property
    def said(self) -> str:
        """What came of the latest press, as HTML."""
        return str(self._said.pane.object)

    @property
    def offered(self) -> list[str]:
        """What there is a button for."""
        return [action for action, one in self._buttons.items() if one.visible]

    async def _do(self, action: str) -> None:
        self._question.withdraw()
        await asyncio.sleep(_TYPED_S)
        try:
            said = await asyncio.to_thread(self._act, action)
        except WorkbenchError as error:
            self.say(str(error), bad=True)
        else:
            self.say(said)
            clear(self.note)
        if self.done is not None:  # after an error too: somebody else may have been quicker
            await self.done()


class _Question:
    """Asks once more whether something is to be done."""

    def __init__(self, yes: Callable[[], Awaitable[None]]) -> None:
        self.action = ""
        """What is being asked about; empty: nothing."""
        self._text = markup(draw_said)
        self._text.pane.sizing_mode = None  # as wide as its words: the answers stand beside them
        self._text.pane.max_width = 1_000
        self.view = pn.Row(
            self._text.pane,
            button("Yes, do it", "danger", yes),
            button("No", "light", self._refuse),
            visible=False,
        )

    def ask(self, action: str, text: str) -> None:
        self.action = action
        self._text.show(text)
        self.view.visible = True

    def withdraw(self) -> None:
        self.action, self.view.visible = "", False

    async def _refuse(self) -> None:
        self.withdraw()


def button(name: str, kind: str, pressed: Callable[[], Awaitable[None]]) -> Any:
    """A button and what a press of it does."""

    async def press(_event: Any) -> None:
        await pressed()

    made = pn.widgets.Button(name=name, button_type=kind, height=HEIGHT)
    made.on_click(press)
    return made


def clear(*texts: Any) -> None:
    """Leave nothing in these fields."""
    for text in texts:
        text.value = text.value_input = ""
