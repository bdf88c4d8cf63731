"""Messages as the chat completions protocol of OpenAI has them, as messages of ours.

Content may be text or a list of parts, of which the text is taken; other parts are reported.
"""

import json
from collections.abc import Sequence
from typing import Any, ClassVar, Final, Literal, TypeVar

from pydantic import Field

from engine.contracts import Boundary, JsonObject, MessageSpec, ToolCall, Wire, check, drop_unknown
from engine.contracts.message import Role
from engine.contracts.wire import Report

_ROLES: Final[dict[str, Role]] = {"developer": "system", "function": "tool"}
W = TypeVar("W", bound=Wire)


class Part(Wire):
    """A part of a message's content."""

    type: str
    text: str | None = None
    reasoning: str | None = None


Content = str | tuple[Part, ...] | None


class ChatFunction(Wire):
    """Which function a model calls, and with what."""

    name: str
    arguments: str | dict[str, Any] = "{}"


class ChatCall(Wire):
    """A tool call."""

    known: ClassVar[frozenset[str]] = frozenset({"type", "index"})
    id: str
    function: ChatFunction


class ChatMessage(Wire):
    """A message."""

    known: ClassVar[frozenset[str]] = frozenset({"weight"})
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Content = None
    tool_calls: tuple[ChatCall, ...] | None = None
    tool_call_id: str | None = None
    name: str | None = None

    def spec(self) -> MessageSpec:
        """The message as one of ours."""
        return MessageSpec(
            role=_ROLES.get(self.role) or self.role,  # type: ignore[arg-type]
            content=text_of(self.content),
            tool_calls=tuple(map(call_of, self.tool_calls or ())),
            tool_call_id=self.tool_call_id,
            name=self.name,
        )


class ChatTool(Wire):
    """A tool that a model is offered."""

    known: ClassVar[frozenset[str]] = frozenset({"type"})
    function: dict[str, Any] = Field(default_factory=dict)


def text_of(content: Content) -> str:
    """The text of a content; of one in parts, that of its text parts, a line each."""
    if content is None or isinstance(content, str):
        return content or ""
    return "\n".join(part.text for part in content if part.text is not None)


def reasoning_of(content: Content) -> str:
    """What a model thought before it spoke, where the content says it."""
    if content is None or isinstance(content, str):
        return ""
    return "\n".join(part.reasoning for part in content if part.reasoning)


def call_of(call: ChatCall) -> ToolCall:
    """The call as one of ours; arguments that are no JSON object are kept as they were sent."""
    return tool_call(call.id, call.function.name, call.function.arguments)


def tool_call(call_id: str, name: str, arguments: str | JsonObject) -> ToolCall:
    """A call from its arguments as text or as an object."""
    if not isinstance(arguments, str):
        return ToolCall(id=call_id, name=name, arguments=arguments)
    try:
        read = json.loads(arguments or "{}")
    except ValueError:
        read = None
    if not isinstance(read, dict):
        return ToolCall(id=call_id, name=name, arguments={}, malformed=arguments)
    return ToolCall(id=call_id, name=name, arguments=read)


def named(messages: Sequence[MessageSpec]) -> list[MessageSpec]:
    """Tool messages with the name of the tool that they answer for, where they do not say it."""
    names = {call.id: call.name for message in messages for call in message.tool_calls}
    return [
        message.model_copy(update={"name": names.get(message.tool_call_id or "")})
        if message.role == "tool" and message.name is None
        else message
        for message in messages
    ]


def checked(kind: type[W], data: object, where: str, report: Report, place: str = "") -> W:
    """The part of a recording that `data` is, its unknown fields reported below `place`.

    Raises `BadInput` naming `where` it stands and each field at fault.
    """
    found = check(Boundary.IMPORT, kind, data, where=where, correlation_id=where, place=place)
    drop_unknown(found, report, place)
    return found
