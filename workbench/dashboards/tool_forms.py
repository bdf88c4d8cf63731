"""The forms by which a person acts on breakers, parked sagas and calls in doubt."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final

import orjson

from engine.contracts import JsonObject
from engine.errors import BadInput, NotFound, WorkbenchError
from workbench.bootstrap.resolving import resolve
from workbench.bootstrap.tool_orders import MODES, order
from workbench.dashboards.part import markup
from workbench.dashboards.toolkit import pn
from workbench.dashboards.tools_at import ToolsAt
from workbench.dashboards.views.labels import draw_said

_TYPED_S: Final = 0.15
"""Panel holds typed text back for 50 ms, a press not at all: wait for the text to arrive."""
_HEIGHT: Final = 30
_ORDERS: Final = {
    "trip": ("Trip: refuse all calls", "danger"),
    "reset": ("Reset: close it", "success"),
    "disable": ("Disable: let all through", "light"),
}
_WORDS: Final = {
    "done": ("Mark as done", "success"),
    "retry": ("Retry", "primary"),
    "failed": ("Give up", "danger"),
}

Act = Callable[[str], str]
"""Does what a button says, in a thread of its own; gives what is then said of it."""


class ToolForm:
    """A reason, a button for each thing that can be done, and what came of it."""

    def __init__(
        self, act: Act, buttons: Mapping[str, tuple[str, str]], author: str, *more: Any, hint: str
    ) -> None:
        self._act = act
        self._author = author
        self._said = markup(draw_said)
        self._said.show("", author)
        self.reason = pn.widgets.TextInput(placeholder=hint, width=320, height=_HEIGHT)
        pressed = [self._button(action, *looks) for action, looks in buttons.items()]
        self.done: Callable[[], Awaitable[None]] | None = None
        self.view = pn.Row(
            self.reason,
            *more,
            *pressed,
            self._said.pane,
            sizing_mode="stretch_width",
            visible=False,
        )

    def _button(self, action: str, name: str, kind: str) -> Any:
        button = pn.widgets.Button(name=name, button_type=kind, height=_HEIGHT)
        button.on_click(partial(self._press, action))
        return button

    async def _press(self, action: str, _event: Any) -> None:
        await asyncio.sleep(_TYPED_S)
        try:
            said = await asyncio.to_thread(self._act, action)
        except WorkbenchError as error:
            self._said.show(str(error), self._author)
            return
        self._said.show(said, self._author)
        self.reason.value = self.reason.value_input = ""
        if self.done is not None:
            await self.done()


class OrderForm(ToolForm):
    """Trips, resets and disables the breaker of the tool that `target` names."""

    def __init__(self, at: ToolsAt, target: Callable[[], str]) -> None:
        self._at, self._target = at, target
        super().__init__(self._order, _ORDERS, at.author, hint="why, if you like")

    def _order(self, action: str) -> str:
        tool, state = self._target(), self._at.state
        if state is None:
            raise NotFound(f"no tool {tool!r} has been called")
        [which] = [name for name in MODES if name == action]
        reason = self.reason.value_input.strip()
        now = order(self._at.store, state, tool, which, author=self._at.author, reason=reason)
        return f"{action}: the breaker is {now.mode.replace('_', ' ')}"


class ResolveForm(ToolForm):
    """Says what has become of the saga or the call that `target` names."""

    def __init__(self, at: ToolsAt, target: Callable[[], str]) -> None:
        self._at, self._target = at, target
        self.result = pn.widgets.TextInput(
            placeholder="of done: what it answered, as JSON", width=260, height=_HEIGHT
        )
        super().__init__(
            self._resolve, _WORDS, at.author, self.result, hint="why: a reason is needed"
        )

    def _resolve(self, said: str) -> str:
        subject, state = self._target(), self._at.state
        if state is None:
            raise NotFound(f"nothing waits by the name {subject!r}")
        reason = self.reason.value_input.strip()
        if not reason:
            raise BadInput("write the reason first")
        given: JsonObject = {"said": said, "reason": reason, "result": self._answer()}
        told = resolve(self._at.store, state, subject, given, author=self._at.author)
        self.result.value = self.result.value_input = ""
        return f"{said}: the {told.kind} is {told.state}"

    def _answer(self) -> Any:
        text = self.result.value_input.strip()
        try:
            return orjson.loads(text) if text else None
        except orjson.JSONDecodeError as error:
            raise BadInput(f"no JSON: {error}", where="what it answered") from None
