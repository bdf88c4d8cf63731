"""The OpenAI chat protocol as pure functions: requests to JSON, answers and streams from JSON."""

from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from pydantic import ValidationError
from pydantic_core import from_json

from engine.contracts import (
    Boundary,
    FinishReason,
    Json,
    JsonObject,
    MessageSpec,
    ModelRequest,
    ToolCall,
    ToolSpec,
    Usage,
    assistant,
    check,
    drop_unknown,
    json_text,
)
from engine.contracts.wire import Report, ignore
from engine.errors import ModelGarbled
from engine.models.wire_body import (
    Body,
    CallPart,
    Details,
    Function,
    UsageReport,
    WireError,
)

LimitField = Literal["max_tokens", "max_completion_tokens"]
FINISH_REASONS: Final = frozenset(get_args(FinishReason))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model said; `usage` is null where the server did not report it."""

    message: MessageSpec
    finish_reason: FinishReason
    usage: Usage | None
    model: str | None


def encode(
    request: ModelRequest, model: str, *, stream: bool, limit_field: LimitField
) -> JsonObject:
    """The body of a chat completion request; `limit_field` names the output limit."""
    body: JsonObject = {
        "model": model,
        "messages": [_message(message) for message in request.messages],
        "temperature": request.temperature,
        limit_field: request.max_output_tokens,
    }
    if request.seed is not None:
        body["seed"] = request.seed
    if request.stop:
        body["stop"] = list(request.stop)
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
        body["tool_choice"] = request.tool_choice
    if request.response_schema is not None:
        body["response_format"] = {
            "type": "json_schema",
            "json_schema": {
                "name": "answer",
                "schema": request.response_schema,
                "strict": _closed(request.response_schema),
            },
        }
    if stream:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    return body


def _closed(schema: Json) -> bool:
    """Whether every object in it is closed and complete, which strict mode asks of a schema."""
    if isinstance(schema, list):
        return all(map(_closed, schema))
    if not isinstance(schema, dict):
        return True
    fields = schema.get("properties")
    if isinstance(fields, dict) and "type" in schema:
        required = schema.get("required", [])
        complete = isinstance(required, list) and set(required) == set(fields)
        if schema.get("additionalProperties") is not False or not complete:
            return False
    return all(map(_closed, schema.values()))


def read_body(data: bytes | str, report: Report = ignore) -> Body:
    """Parse an answer or an event and report the fields in it that nobody knows.

    Raises `ModelGarbled` saying what does not fit.
    """
    body = check(Boundary.MODEL_ANSWER, Body, data, where="the answer breaks the protocol")
    drop_unknown(body, report)
    return body


def read_error(data: bytes) -> WireError:
    """The error in a body: as the protocol puts it, else the beginning of the text."""
    try:
        error = Body.model_validate_json(data).error
    except ValidationError:
        error = None
    if isinstance(error, WireError) and error.message:
        return error
    text = error if isinstance(error, str) else data.decode(errors="replace")
    return WireError(message=" ".join(text.split()))


def answer(body: Body) -> Answer:
    """The first choice of a whole answer; raises `ModelGarbled` where there is none."""
    if not body.choices:
        raise ModelGarbled("the answer holds no choice")
    choice = body.choices[0]
    calls = choice.message.tool_calls or ()
    return _answer(
        choice.message.content or choice.message.refusal or "",
        [read_call(call.id, call.function, at) for at, call in enumerate(calls)],
        choice.finish_reason,
        body,
    )


class Gathering:
    """Puts the events of a stream together."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._calls: dict[int, CallPart] = {}
        self._finish: str | None = None
        self._tail = Body()

    def feed(self, event: Body) -> str:
        """Take the next event; the text it adds."""
        self._tail = Body(
            model=event.model or self._tail.model, usage=event.usage or self._tail.usage
        )
        if not event.choices:
            return ""
        choice = event.choices[0]
        self._finish = choice.finish_reason or self._finish
        for part in choice.delta.tool_calls or ():
            self._join(part)
        text = choice.delta.content or choice.delta.refusal or ""
        self._text.append(text)
        return text

    def _join(self, part: CallPart) -> None:
        """Arguments come in pieces; the id and the name come once."""
        at = len(self._calls) if part.index is None else part.index
        seen = self._calls.get(at, CallPart())
        function = Function(
            name=seen.function.name or part.function.name,
            arguments=_text(seen.function.arguments) + _text(part.function.arguments),
        )
        self._calls[at] = CallPart(id=seen.id or part.id, function=function)

    @property
    def whole(self) -> bool:
        """Whether the server has said why it stopped."""
        return self._finish is not None

    def answer(self) -> Answer:
        """All of it as one answer."""
        calls = [read_call(c.id, c.function, at) for at, c in sorted(self._calls.items())]
        return _answer("".join(self._text), calls, self._finish, self._tail)


def _answer(content: str, calls: list[ToolCall], finish: str | None, body: Body) -> Answer:
    reason: Any = finish if finish in FINISH_REASONS else "stop"
    return Answer(
        message=assistant(content, *calls),
        finish_reason="tool_calls" if calls and reason == "stop" else reason,
        usage=_usage(body.usage),
        model=body.model,
    )


def _usage(wire: UsageReport | None) -> Usage | None:
    if wire is None:
        return None
    read = wire.prompt_tokens or 0
    cached = (wire.prompt_tokens_details or Details()).cached_tokens or 0
    return Usage(
        input_tokens=read,
        output_tokens=wire.completion_tokens or 0,
        cached_tokens=min(max(cached, 0), read),
        calls=1,
    )


def read_call(call_id: str | None, function: Function, at: int) -> ToolCall:
    """A call whose arguments are no JSON object keeps them as `malformed`."""
    text = _text(function.arguments) or "{}"
    try:
        arguments = from_json(text, allow_inf_nan=False)  # keeps numbers beyond 64 bits
    except ValueError:
        arguments = None
    sound = isinstance(arguments, dict)
    return ToolCall(
        id=call_id or f"call-{at + 1}",
        name=function.name or "",
        arguments=arguments if sound else {},
        malformed=None if sound else text,
    )


def _text(arguments: str | dict[str, Any] | None) -> str:
    if isinstance(arguments, dict):
        return json_text(arguments)
    return arguments or ""


def _message(message: MessageSpec) -> JsonObject:
    data: JsonObject = {"role": message.role, "content": message.content}
    if message.tool_calls:
        data["tool_calls"] = [_sent(call) for call in message.tool_calls]
    if message.tool_call_id is not None:
        data["tool_call_id"] = message.tool_call_id
    return data


def _sent(call: ToolCall) -> JsonObject:
    arguments = call.malformed
    if arguments is None:
        arguments = json_text(call.arguments)
    function: JsonObject = {"name": call.name, "arguments": arguments}
    return {"id": call.id, "type": "function", "function": function}


def _tool(tool: ToolSpec) -> JsonObject:
    function: JsonObject = {
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.parameters,
    }
    return {"type": "function", "function": function}
