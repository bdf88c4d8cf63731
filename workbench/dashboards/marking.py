"""The keys by which a rater labels answers; each has a button too."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from workbench.dashboards.toolkit import pn

ACTIONS: Final = {
    "no": ("No · 1 n", "1n", "danger"),
    "partly": ("Partly · 2", "2", "primary"),
    "yes": ("Yes · 3 y", "3y", "success"),
    "skip": ("Skip · s", "s", "light"),
    "undo": ("Undo · u", "u", "light"),
    "back": ("Back · k", "k", "light"),
    "on": ("On · j", "j", "light"),
    "reference": ("Reference · r", "r", "light"),
    "differing": ("Differing · d", "d", "light"),
}
"""What can be done: the button's text, its keys (see `templates/keys.js`), its kind."""


class Keys:
    """The buttons and a field for a note; one press at a time is heard.

    A press that comes while another is being kept is dropped: it would be said of an answer that
    its rater has not seen.
    """

    def __init__(self, act: Callable[[str, str], Awaitable[None]]) -> None:
        """Await `act` with the action and the note, which `act` may clear."""
        self._act = act
        self._busy = False
        self.note = pn.widgets.TextAreaInput(
            placeholder="c: a note, kept with the next press; Escape leaves it",
            rows=2,
            max_length=4000,
            width=420,
            css_classes=["key-c"],
        )
        buttons = [self._button(action, *looks) for action, looks in ACTIONS.items()]
        self.view = pn.Column(pn.Row(*buttons), self.note, sizing_mode="stretch_width")

    def _button(self, action: str, name: str, keys: str, kind: str) -> Any:
        classes = [f"key-{key}" for key in keys]
        button = pn.widgets.Button(name=name, button_type=kind, width=98, css_classes=classes)
        button.on_click(partial(self._press, action))
        return button

    async def _press(self, action: str, _event: Any) -> None:
        if self._busy:
            return
        self._busy = True
        try:
            await self._act(action, self.note.value or "")
        finally:
            self._busy = False
