"""Structured messages of GenAI spans (1.41.0) as messages of ours."""

from collections.abc import Iterator
from typing import Any, Final

from pydantic import TypeAdapter

from engine.contracts import Boundary, Json, MessageSpec, ToolCall, Wire, check, drop_unknown
from engine.contracts.base import json_text
from engine.contracts.message import Role
from engine.contracts.wire import Report
from engine.interchange.chat_messages import tool_call
from engine.interchange.spans.wire import structured

_ROLES: Final[dict[str, Role]] = {
    "system": "system", "developer": "system", "assistant": "assistant", "model": "assistant",
    "tool": "tool",
}  # fmt: skip


class Part(Wire):
    """A part of a message."""

    type: str
    content: Any = None
    id: str | None = None
    name: str | None = None
    arguments: Any = None
    response: Any = None


class Message(Wire):
    """A message in parts."""

    role: str
    parts: tuple[Part, ...] = ()
    name: str | None = None
    finish_reason: str | None = None


_MESSAGES: Final = TypeAdapter(tuple[Message, ...])
_PARTS: Final = TypeAdapter(tuple[Part, ...])
_READ: Final = frozenset({"text", "tool_call", "tool_call_response", "reasoning"})


def messages_of(value: Any, where: str, report: Report, place: str) -> list[MessageSpec]:
    """The messages of an attribute; raises `BadInput` naming `where` it stands."""
    found: list[MessageSpec] = []
    for message in _checked(_MESSAGES, value, where, report, place):
        found.extend(_specs(message, report, place))
    return found


def instructions_of(value: Any, where: str, report: Report, place: str) -> list[MessageSpec]:
    """Instructions that stand apart from the messages, as the first of them."""
    plain = structured(value)
    parts = [{"type": "text", "content": plain}] if isinstance(plain, str) else plain
    text = _text(_checked(_PARTS, parts, where, report, place))
    return [MessageSpec(role="system", content=text)] if text else []


def _checked(
    kind: TypeAdapter[Any], value: Any, where: str, report: Report, place: str
) -> tuple[Any, ...]:
    found: tuple[Any, ...] = check(
        Boundary.IMPORT, kind, structured(value), where=where, correlation_id=where, place=place,
        strict=False,
    )  # fmt: skip
    for one in found:
        drop_unknown(one, report, f"{place}/*")
    return found


def _specs(message: Message, report: Report, place: str) -> Iterator[MessageSpec]:
    """A message; one that holds the results of several tools is as many."""
    for part in message.parts:
        if part.type not in _READ:
            report(f"{place}/*/parts/*/{part.type}", "object")
    results = [part for part in message.parts if part.type == "tool_call_response"]
    for part in results:
        text = _said(part.response)
        yield MessageSpec(role="tool", content=text, tool_call_id=part.id, name=part.name)
    if results:
        return
    yield MessageSpec(
        role=_ROLES.get(message.role, "user"),
        content=_text(message.parts),
        tool_calls=tuple(_calls(message)),
    )


def _calls(message: Message) -> Iterator[ToolCall]:
    for number, part in enumerate(message.parts):
        if part.type == "tool_call":
            arguments = part.arguments if part.arguments is not None else {}
            given = arguments if isinstance(arguments, dict | str) else json_text(arguments)
            yield tool_call(part.id or f"call-{number}", part.name or "", given)


def _text(parts: tuple[Part, ...]) -> str:
    return "\n".join(_said(part.content) for part in parts if part.type == "text")


def _said(value: Json) -> str:
    return value if isinstance(value, str) else json_text(value)
