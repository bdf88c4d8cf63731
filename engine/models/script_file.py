"""Scripts from files, for demonstrations and dry runs without a model.

A file holds a JSON array, or one JSON value a line. Each entry is a text, or an object with
`content`, `tool_calls` (each `name` and `arguments`), or `error` (`code` and `message`), and may
say `when`: it is then the answer to every request whose latest message contains that text. The
entries without `when` answer the other requests in their order, and begin again after the last.
"""

from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

import orjson
from pydantic import Field

from engine.contracts import (
    ErrorSpec,
    JsonObject,
    ModelRequest,
    ModelResponse,
    Record,
    ToolCall,
    Usage,
)
from engine.errors import BadInput, ModelError, WorkbenchError
from engine.models.exchange import error_from
from engine.models.scripted import ONE_CALL, Scripted, reply

Answer = ModelResponse | WorkbenchError


class ScriptedCall(Record):
    """A tool call in a script."""

    name: str
    arguments: JsonObject = Field(default_factory=dict)


class ScriptedReply(Record):
    """An entry of a script."""

    content: str = ""
    tool_calls: tuple[ScriptedCall, ...] = ()
    error: ErrorSpec | None = None
    usage: Usage = ONE_CALL
    when: str | None = Field(default=None, description="Part of the latest message's content.")

    def answer(self) -> Answer:
        """What the model answers, or raises."""
        if self.error is not None:
            return error_from(self.error)
        calls = [
            ToolCall(id=f"call-{at}", name=call.name, arguments=call.arguments)
            for at, call in enumerate(self.tool_calls, 1)
        ]
        return reply(self.content, *calls, usage=self.usage)


def read_script(path: Path, name: str = "") -> Scripted:
    """The scripted model of a file; raises `BadInput` naming the line at fault."""
    entries = [_entry(value, where) for where, value in _values(path)]
    if not entries:
        raise BadInput("the script is empty", where=str(path))
    return Scripted(_play(entries), name=name or f"scripted:{path}")


def _play(entries: list[ScriptedReply]) -> Callable[[ModelRequest], Answer]:
    cues = [(entry.when, entry.answer()) for entry in entries if entry.when is not None]
    rest = [entry.answer() for entry in entries if entry.when is None]
    ring = cycle(rest or [ModelError("the script has no answer to this request")])

    def take(request: ModelRequest) -> Answer:
        latest = request.messages[-1].content if request.messages else ""
        return next((answer for cue, answer in cues if cue in latest), None) or next(ring)

    return take


def _values(path: Path) -> list[tuple[str, Any]]:
    try:
        text = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{error.strerror}", where=str(path)) from None
    if text.lstrip().startswith(b"["):
        return [(f"{path} entry {at}", value) for at, value in enumerate(_parsed(text, path), 1)]
    lines = enumerate(text.splitlines(), 1)
    places = ((f"{path}:{at}", line) for at, line in lines if line.strip())
    return [(where, _parsed(line, where)) for where, line in places]


def _parsed(text: bytes, where: str | Path) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadInput(f"no JSON: {error}", where=str(where)) from None


def _entry(value: Any, where: str) -> ScriptedReply:
    if isinstance(value, str):
        return ScriptedReply(content=value)
    if not isinstance(value, dict):
        raise BadInput("an entry is a text or an object", where=where)
    return ScriptedReply.parse(value, where)
