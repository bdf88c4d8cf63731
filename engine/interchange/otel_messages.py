"""Messages in the JSON form of OpenTelemetry's GenAI conventions, 1.41.0.

Schemas: `gen-ai-input-messages`, `-output-messages`, `-system-instructions`, `-tool-definitions`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.contracts import Json, JsonObject, MessageSpec, ToolCall
from engine.interchange.otel_names import FINISH


def input_messages(messages: Iterable[MessageSpec]) -> list[Json]:
    """What a model was sent, instructions left out."""
    return [_message(message) for message in messages if message.role != "system"]


def output_messages(message: MessageSpec, finish_reason: str) -> list[Json]:
    """What a model answered."""
    reason = FINISH.get(finish_reason, finish_reason or "stop")
    return [{**_message(message), "finish_reason": reason}]


def instructions(messages: Iterable[MessageSpec]) -> list[Json]:
    """Instructions among the messages, as parts."""
    return [_text(message.content) for message in messages if message.role == "system"]


def tool_definitions(tools: Iterable[Mapping[str, Any]]) -> list[Json]:
    """What a model might call."""
    return [{"type": "function", **tool} for tool in tools]


def _message(message: MessageSpec) -> JsonObject:
    named: JsonObject = {"name": message.name} if message.name else {}
    return {"role": message.role, "parts": _parts(message), **named}


def _parts(message: MessageSpec) -> list[Json]:
    if message.role == "tool":
        part: JsonObject = {"type": "tool_call_response", "response": message.content}
        return [{**part, "id": message.tool_call_id}]
    text = [_text(message.content)] if message.content else []
    return [*text, *(_call(call) for call in message.tool_calls)]


def _text(content: str) -> Json:
    return {"type": "text", "content": content}


def _call(call: ToolCall) -> Json:
    arguments: Json = call.arguments if call.malformed is None else call.malformed
    return {"type": "tool_call", "id": call.id, "name": call.name, "arguments": arguments}
