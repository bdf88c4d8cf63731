"""The forms by which a person acts on breakers, parked sagas and calls in doubt."""

from collections.abc import Callable
from typing import Any, Final

import orjson

from engine.contracts import JsonObject
from engine.errors import BadInput, NotFound
from workbench.bootstrap.resolving import resolve
from workbench.bootstrap.tool_orders import MODES, order
from workbench.dashboards.act_form import HEIGHT, ActForm, clear
from workbench.dashboards.toolkit import pn
from workbench.dashboards.tools_at import ToolsAt

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


class OrderForm(ActForm):
    """Trips, resets and disables the breaker of the tool that `target` names."""

    def __init__(self, at: ToolsAt, target: Callable[[], str]) -> None:
        self._at, self._target = at, target
        super().__init__(self._order, _ORDERS, at.author, hint="why, if you like")

    def _order(self, action: str) -> str:
        tool, state = self._target(), self._at.state
        if state is None:
            raise NotFound(f"no tool {tool!r} has been called")
        [which] = [name for name in MODES if name == action]
        by = {"author": self._at.author, "reason": self.reason}
        now = order(self._at.store, state, tool, which, **by)
        return f"{action}: the breaker is {now.mode.replace('_', ' ')}"


class ResolveForm(ActForm):
    """Says what has become of the saga or the call that `target` names."""

    def __init__(self, at: ToolsAt, target: Callable[[], str]) -> None:
        self._at, self._target = at, target
        self.result = pn.widgets.TextInput(
            placeholder="of done: what it answered, as JSON", width=260, height=HEIGHT
        )
        super().__init__(
            self._resolve, _WORDS, at.author, self.result, hint="why: a reason is needed"
        )

    def _resolve(self, said: str) -> str:
        subject, state = self._target(), self._at.state
        if state is None:
            raise NotFound(f"nothing waits by the name {subject!r}")
        reason = self.reason
        if not reason:
            raise BadInput("write the reason first")
        given: JsonObject = {"said": said, "reason": reason, "result": self._answer()}
        told = resolve(self._at.store, state, subject, given, author=self._at.author)
        clear(self.result)
        return f"{said}: the {told.kind} is {told.state}"

    def _answer(self) -> Any:
        text = self.result.value_input.strip()
        try:
            return orjson.loads(text) if text else None
        except orjson.JSONDecodeError as error:
            raise BadInput(f"no JSON: {error}", where="what it answered") from None
