"""A reply that is either the answer or one tool call, as JSON that a grammar can enforce.

A reply is `{"answer": …}` or `{"tool": NAME, "arguments": {…}}`; what a tool gave back is told as
`{"result": …}`. The texts are short and plain because they are read by very small models, and
depend on the tools alone, so that a server's prompt cache holds them.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import orjson
import pydantic_core

from engine.contracts import (
    FinishReason,
    Json,
    JsonObject,
    MessageSpec,
    ModelRequest,
    ToolCall,
    assistant,
    json_text,
    system,
    user,
)
from engine.models.tool_text import instructions, spaced

TEXT: Final[JsonObject] = {"type": "string"}


def applies(request: ModelRequest) -> bool:
    """Whether the reply to that request has this form."""
    return bool(request.tools) and request.tool_choice != "none"


def translated(request: ModelRequest) -> ModelRequest:
    """The same request in words and a response schema, without tools.

    Where no reply of this form is asked for, earlier calls and results are still put in words.
    """
    if not applies(request):
        return request.model_copy(
            update={"messages": tuple(_rendered(request.messages, None)), "tools": ()}
        )
    told = _instructed(request.messages, instructions(request.tools, _answer_schema(request)))
    return request.model_copy(
        update={
            "messages": tuple(_rendered(told, request)),
            "tools": (),
            "tool_choice": "auto",
            "response_schema": reply_schema(request),
        }
    )


def reply_schema(request: ModelRequest) -> JsonObject:
    """JSON Schema of the reply: one branch for each tool, one for the answer if allowed.

    After the same call came twice in a row only the answer is left: small models would go on.
    """
    shared: JsonObject = {}
    answer = _answer_schema(request)
    tools = () if answer is not None and _stuck(request.messages) else request.tools
    branches: list[Json] = [
        _closed(tool={"const": tool.name}, arguments=_lifted(tool.parameters, tool.name, shared))
        for tool in tools
    ]
    if answer is not None:
        branches.append(_closed(answer=_lifted(answer, "answer", shared)))
    schema: JsonObject = {"oneOf": branches}
    return schema | {"$defs": shared} if shared else schema


def read(
    text: str, finish: FinishReason, request: ModelRequest
) -> tuple[MessageSpec, FinishReason]:
    """The message that a reply means; one in no known form is an answer as it stands."""
    reply = _parsed(text, cut=finish == "length")
    if "answer" in reply:
        return assistant(_content(reply["answer"], request)), finish
    if "tool" in reply and finish != "length":
        return assistant("", _call(reply, request.messages)), "tool_calls"
    return assistant(text), finish


def answer_so_far(text: str) -> str:
    """The text of the answer in the beginning of a reply; empty where it is no text."""
    answer = _parsed(text, cut=True).get("answer", "")
    return answer if isinstance(answer, str) else ""


def _stuck(messages: Sequence[MessageSpec]) -> bool:
    turns = [message.tool_calls for message in messages if message.role == "assistant"]
    last_two = [[(call.name, call.arguments) for call in calls] for calls in turns[-2:]]
    return bool(last_two) and all(last_two) and last_two[:1] == last_two[1:]


def _answer_schema(request: ModelRequest) -> JsonObject | None:
    if request.tool_choice == "required":
        return None
    return TEXT if request.response_schema is None else request.response_schema


def _content(answer: Json, request: ModelRequest) -> str:
    if isinstance(answer, str) and request.response_schema is None:
        return answer
    return json_text(answer)


def _parsed(text: str, *, cut: bool) -> JsonObject:
    try:
        reply = pydantic_core.from_json(text, allow_partial="trailing-strings" if cut else False)
    except ValueError:
        return {}
    return reply if isinstance(reply, dict) else {}


def _call(reply: JsonObject, messages: Sequence[MessageSpec]) -> ToolCall:
    """Numbered through the conversation, so that equal conversations have equal ids."""
    number = 1 + sum(len(message.tool_calls) for message in messages)
    arguments = reply.get("arguments")
    sound = isinstance(arguments, dict)
    return ToolCall(
        id=f"call-{number}",
        name=str(reply["tool"]),
        arguments=arguments if isinstance(arguments, dict) else {},
        malformed=None if sound else json_text(arguments),
    )


def _instructed(messages: Sequence[MessageSpec], text: str) -> tuple[MessageSpec, ...]:
    """The instructions at the end of the first system message."""
    if messages and messages[0].role == "system":
        return (system(f"{messages[0].content}\n\n{text}"), *messages[1:])
    return (system(text), *messages)


def _rendered(
    messages: Iterable[MessageSpec], request: ModelRequest | None
) -> Iterator[MessageSpec]:
    """Earlier calls, results and answers in the form that the reply is to have."""
    results: list[str] = []
    for message in messages:
        if message.role == "tool":
            results.append(spaced({"result": message.content}))
            continue
        if results:
            yield user("\n".join(results))
            results = []
        yield _turn(message, request)
    if results:
        yield user("\n".join(results))


def _turn(message: MessageSpec, request: ModelRequest | None) -> MessageSpec:
    if message.role != "assistant":
        return message
    if message.tool_calls:
        return assistant("\n".join(map(_said, message.tool_calls)))
    if request is None:
        return assistant(message.content)
    answer: Json = message.content
    if request.response_schema is not None:
        answer = _parsed(message.content, cut=False) or answer
    return assistant(spaced({"answer": answer}))


def _said(call: ToolCall) -> str:
    return spaced({"tool": call.name, "arguments": call.malformed or call.arguments})


def _closed(**fields: Json) -> JsonObject:
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def _lifted(schema: JsonObject, name: str, shared: JsonObject) -> JsonObject:
    """The schema with its definitions moved to `shared`, named so that none collide."""
    if "$defs" not in schema:
        return schema
    text = orjson.dumps(schema).replace(b'"#/$defs/', f'"#/$defs/{name}.'.encode())
    own: JsonObject = orjson.loads(text)
    definitions: Any = own.pop("$defs")
    shared |= {f"{name}.{key}": value for key, value in definitions.items()}
    return own
