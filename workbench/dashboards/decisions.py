"""The form by which a person decides about an episode that waits."""

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import orjson

from engine.contracts import Escalation, JsonObject
from engine.errors import BadInput, StoreError, WorkbenchError
from workbench.bootstrap import decide
from workbench.dashboards.part import markup
from workbench.dashboards.toolkit import pn
from workbench.dashboards.views.labels import draw_said
from workbench.settings import Settings
from workbench.store import Store

_TYPED_S: Final = 0.15
"""Panel holds typed text back for 50 ms, a press not at all: wait for the text to arrive."""
_COMMAND: Final = "from workbench.cli import main; main()"


class DecisionForm:
    """Two texts and a button for each decision; each is kept with its author.

    The episode then goes on in a process of its own, so that the pages stay as quick as they are.
    """

    def __init__(
        self, store: Store, settings: Settings, target: Callable[[], str], done: Callable[[], Any]
    ) -> None:
        """Decide about `target()` when a button is pressed, and await `done` when it is kept."""
        self._store, self._settings = store, settings
        self._target = target
        self._done: Callable[[], Awaitable[None]] = done
        self._said = markup(draw_said)
        self._said.show("", settings.author)
        note = "a word to the agent, a call's result, or a reason"
        self.note = pn.widgets.TextAreaInput(placeholder=note, rows=2, width=420)
        self.arguments = pn.widgets.TextAreaInput(
            placeholder="other arguments, as JSON", rows=2, width=420
        )
        buttons = [
            self._button(action, kind)
            for action, kind in (("approve", "success"), ("edit", "primary"), ("stop", "danger"))
        ]
        self.view = pn.Column(
            pn.Row(self.note, self.arguments),
            pn.Row(*buttons, self._said.pane, sizing_mode="stretch_width"),
            sizing_mode="stretch_width",
            visible=False,
        )

    def show(self, wait: Escalation | None) -> None:
        """Offer what can be decided about that wait."""
        self.view.visible = wait is not None and wait.state == "waiting"
        self.arguments.visible = wait is not None and wait.wait.call is not None

    def _button(self, action: str, kind: str) -> Any:
        button = pn.widgets.Button(name=action.capitalize(), button_type=kind, width=96)
        button.on_click(partial(self._press, action))
        return button

    async def _press(self, action: str, _event: Any) -> None:
        await asyncio.sleep(_TYPED_S)
        try:
            said = self._decision(action)
            found = await asyncio.to_thread(
                decide, self._store, self._target(), said, author=self._settings.author
            )
            lead_on(self._settings.home, found.escalation_id)
        except WorkbenchError as error:
            self._said.show(str(error), self._settings.author)
            return
        self._said.show(f"{action}: {found.escalation_id}", self._settings.author)
        for text in (self.note, self.arguments):
            text.value = text.value_input = ""
        await self._done()

    def _decision(self, action: str) -> JsonObject:
        said: JsonObject = {"action": action, "note": self.note.value_input.strip()}
        text = self.arguments.value_input.strip()
        if not text:
            return said
        try:
            given = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise BadInput(f"no JSON: {error}", where="arguments") from None
        if not isinstance(given, dict):
            raise BadInput("a JSON object is expected", where="arguments")
        return said | {"arguments": given}


def lead_on(home: Path, escalation_id: str) -> None:
    """Lead a decided episode on in a process of its own; what it says goes to a file in `home`."""
    log = home / "logs" / f"{escalation_id}.log"
    command = [sys.executable, "-c", _COMMAND, "--home", str(home)]
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as file:
            subprocess.Popen(
                [*command, "escalations", "resume", escalation_id],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,  # it outlives the pages
            )
    except OSError as error:
        hint = f"it goes on with: workbench escalations resume {escalation_id}"
        raise StoreError(f"cannot start a process for it: {error}", hint=hint) from error
