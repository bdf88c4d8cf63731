"""Chat completion requests as clients send them, read tolerantly: the way back from `wire.encode`.

Of content in parts the texts are kept; any other part is named in its place, as `[image_url]`.
"""

from typing import Any, ClassVar, Final

from engine.contracts import (
    Boundary,
    JsonObject,
    MessageSpec,
    ModelRequest,
    ToolCall,
    ToolChoice,
    ToolSpec,
    Wire,
    check,
)
from engine.errors import BadInput
from engine.models.wire import read_call
from engine.models.wire_body import CallPart

ROLES: Final = {"developer": "system", "function": "tool"}
"""Roles that the protocol has under two names."""
SERVER_TEMPERATURE: Final = 1.0
"""What the protocol takes where a client gives none."""
READ: Final = frozenset({"model", "messages", "tools", "response_format"})
"""Fields of a body that are no options of the call."""
_ANYTHING: Final[JsonObject] = {"type": "object"}


class Part(Wire):
    """A piece of a message's content."""

    type: str = "text"
    text: str | None = None


class Said(Wire):
    """A message of the conversation so far."""

    known: ClassVar[frozenset[str]] = frozenset(
        {"refusal", "annotations", "audio", "function_call"}
    )

    role: str
    content: str | tuple[Part, ...] | None = None
    name: str | None = None
    tool_calls: tuple[CallPart, ...] | None = None
    tool_call_id: str | None = None


class Described(Wire):
    """A function that the model may call."""

    known: ClassVar[frozenset[str]] = frozenset({"strict"})

    name: str
    description: str | None = None
    parameters: JsonObject | None = None


class Offered(Wire):
    """A tool that the model may use."""

    type: str = "function"
    function: Described | None = None


class Asked(Wire):
    """The body of a request."""

    model: str = ""
    messages: tuple[Said, ...]
    tools: tuple[Offered, ...] | None = None
    tool_choice: Any = None
    response_format: dict[str, Any] | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    seed: int | None = None
    stop: str | tuple[str, ...] | None = None
    stream: bool | None = None

    def options(self) -> JsonObject:
        """What was sent beside conversation and tools, as it was sent."""
        sent = self.model_dump(mode="json", exclude_unset=True, exclude=set(READ))
        return {name: value for name, value in sent.items() if value is not None}


def read_asked(data: bytes) -> Asked:
    """The body of a request; raises `BadInput` where it is none of a chat completion."""
    return check(Boundary.INPUT, Asked, data, where="the request breaks the protocol")


def request_of(asked: Asked) -> ModelRequest:
    """The request as the engine has it; raises `BadInput` where a name or a bound is impossible.

    Where a client leaves the temperature to the server it is the protocol's default, 1.
    """
    limit = asked.max_completion_tokens or asked.max_tokens
    given: dict[str, Any] = {
        "messages": tuple(map(_message, asked.messages)),
        "tools": tuple(_tool(one.function) for one in asked.tools or () if one.function),
        "tool_choice": _choice(asked.tool_choice),
        "response_schema": _schema(asked.response_format),
        "temperature": SERVER_TEMPERATURE if asked.temperature is None else asked.temperature,
        "seed": asked.seed,
        "stop": (asked.stop,) if isinstance(asked.stop, str) else asked.stop or (),
    }
    if limit is not None:
        given["max_output_tokens"] = limit
    return check(Boundary.INPUT, ModelRequest, given, where="the request", strict=False)


def read_message(data: JsonObject) -> MessageSpec:
    """One message in the protocol's form; raises `BadInput` where it is none."""
    return _message(check(Boundary.INPUT, Said, data, where="the message"))


def read_tool(data: JsonObject, *, where: str) -> ToolSpec:
    """One function in the protocol's form; raises `BadInput` naming `where`, if it is none."""
    offered = check(Boundary.INPUT, Offered, data, where=where)
    if offered.function is None:
        raise BadInput("offers no function", where=where)
    return _tool(offered.function, where)


def _message(said: Said) -> MessageSpec:
    calls: tuple[ToolCall, ...] = tuple(
        read_call(call.id, call.function, at) for at, call in enumerate(said.tool_calls or ())
    )
    given = {
        "role": ROLES.get(said.role, said.role),
        "content": _text(said.content),
        "tool_calls": calls,
        "tool_call_id": said.tool_call_id,
        "name": said.name,
    }
    return check(Boundary.INPUT, MessageSpec, given, where="the message", strict=False)


def _text(content: str | tuple[Part, ...] | None) -> str:
    if isinstance(content, tuple):
        return "\n".join(f"[{p.type}]" if p.text is None else p.text for p in content)
    return content or ""


def _tool(told: Described, where: str = "the tool") -> ToolSpec:
    given = {
        "name": told.name,
        "description": told.description or "",
        "parameters": told.parameters or _ANYTHING,
    }
    return check(Boundary.INPUT, ToolSpec, given, where=where, strict=False)


def _choice(choice: Any) -> ToolChoice:
    """A tool by name, or one of some, has to be called as well."""
    if isinstance(choice, dict) or choice == "required":
        return "required"
    return "none" if choice == "none" else "auto"


def _schema(form: dict[str, Any] | None) -> JsonObject | None:
    found = (form or {}).get("json_schema")
    schema = found.get("schema") if isinstance(found, dict) else None
    return schema if isinstance(schema, dict) else None
