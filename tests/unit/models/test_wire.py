"""The chat protocol: requests to JSON, answers from JSON."""

import orjson
import pytest

from engine.contracts import (
    ErrorSpec,
    ModelRequest,
    ToolCall,
    ToolSpec,
    assistant,
    tool_result,
    user,
)
from engine.errors import ModelGarbled
from engine.models import faults, wire
from engine.models.wire_body import Body

CALL = ToolCall(id="c7", name="add", arguments={"a": 1})
ADD = ToolSpec(name="add", description="Adds.", parameters={"type": "object"})


def encoded(**fields):
    request = ModelRequest(**({"messages": (user("hi"),)} | fields))
    return wire.encode(request, "m", stream=False, limit_field="max_tokens")


def decoded(message, finish="stop", **body):
    choice = {"message": message, "finish_reason": finish}
    return wire.answer(wire.read_body(orjson.dumps({"choices": [choice], **body})))


def streamed(*deltas, finish="stop", **last):
    gathering = wire.Gathering()
    for delta in deltas:
        gathering.feed(Body.model_validate({"choices": [{"delta": delta}]}))
    gathering.feed(Body.model_validate({"choices": [{"finish_reason": finish}], **last}))
    return gathering.answer()


def test_a_plain_request_holds_no_empty_fields():
    """What was not asked for is not sent."""
    assert encoded() == {
        "model": "m",
        "messages": [{"role": "user", "content": "hi"}],
        "temperature": 0.0,
        "max_tokens": 512,
    }


def test_seed_and_stop_are_sent_where_given():
    """A seed of 0 is a seed."""
    body = encoded(seed=0, stop=("END",))
    assert (body["seed"], body["stop"]) == (0, ["END"])


def test_the_limit_goes_by_the_servers_name():
    """Newer servers call the output limit otherwise."""
    request = ModelRequest(messages=(user("hi"),), max_output_tokens=9)
    body = wire.encode(request, "m", stream=False, limit_field="max_completion_tokens")
    assert body["max_completion_tokens"] == 9
    assert "max_tokens" not in body


def test_tools_are_sent_as_functions():
    """Each tool goes by name, description and schema."""
    function = {"name": "add", "description": "Adds.", "parameters": {"type": "object"}}
    body = encoded(tools=(ADD,), tool_choice="required")
    assert body["tools"] == [{"type": "function", "function": function}]
    assert body["tool_choice"] == "required"


def test_calls_and_results_keep_their_pairing():
    """An earlier call and its result carry the same id, arguments as JSON text."""
    body = encoded(messages=(assistant("", CALL), tool_result(CALL, "2")))
    call = body["messages"][0]["tool_calls"][0]
    assert call["function"] == {"name": "add", "arguments": '{"a":1}'}
    assert call["id"] == body["messages"][1]["tool_call_id"] == "c7"


def test_malformed_arguments_are_sent_back_as_they_came():
    """The model sees its own mistake."""
    broken = ToolCall(id="c1", name="add", arguments={}, malformed="{a:")
    body = encoded(messages=(assistant("", broken),))
    assert body["messages"][0]["tool_calls"][0]["function"]["arguments"] == "{a:"


@pytest.mark.parametrize(
    ("extra", "strict"),
    [
        ({"required": ["a"], "additionalProperties": False}, True),
        ({"required": [], "additionalProperties": False}, False),
        ({"required": ["a"]}, False),
    ],
)
def test_strict_is_asked_for_where_the_schema_allows_it(extra, strict):
    """Strict mode takes closed objects with all fields required, and refuses others."""
    schema = {"type": "object", "properties": {"a": {"type": "string"}}, **extra}
    body = encoded(response_schema={"type": "array", "items": schema})
    assert body["response_format"]["json_schema"]["strict"] is strict


def test_a_stream_asks_for_usage():
    """Servers tell a stream's usage only on request."""
    request = ModelRequest(messages=(user("hi"),))
    body = wire.encode(request, "m", stream=True, limit_field="max_tokens")
    assert body["stream_options"] == {"include_usage": True}


def test_unknown_fields_of_an_answer_are_dropped():
    """A server may say more than the protocol knows."""
    answer = decoded({"content": "yes", "mood": "good"}, timings={"x": 1})
    assert answer.message == assistant("yes")


@pytest.mark.parametrize("content", [None, ""])
def test_no_content_is_an_empty_text(content):
    """Null content, as beside tool calls, becomes the empty text."""
    assert decoded({"content": content}).message.content == ""


def test_a_refusal_is_what_the_model_says():
    """A refusal sent in its own field is not lost."""
    assert decoded({"content": None, "refusal": "I won't."}).message.content == "I won't."


def test_tool_calls_are_read_with_their_arguments():
    """Arguments come as JSON text."""
    calls = [{"id": "c7", "type": "function", "function": {"name": "add", "arguments": '{"a":1}'}}]
    assert decoded({"content": None, "tool_calls": calls}).message.tool_calls == (CALL,)


def test_arguments_keep_numbers_of_any_size():
    """An id of thirty digits is the same id afterwards, in both directions."""
    arguments = f'{{"id":{10**30}}}'
    calls = [{"function": {"name": "add", "arguments": arguments}}]
    message = decoded({"tool_calls": calls}).message
    assert message.tool_calls[0].arguments == {"id": 10**30}
    sent = encoded(messages=(message,))["messages"][0]["tool_calls"][0]
    assert sent["function"]["arguments"] == arguments


def test_calls_without_id_are_numbered():
    """Servers that send no ids get distinct ones."""
    calls = [{"function": {"name": "add", "arguments": "{}"}}] * 2
    ids = [call.id for call in decoded({"tool_calls": calls}).message.tool_calls]
    assert ids == ["call-1", "call-2"]


@pytest.mark.parametrize("text", ["{a: 1}", "[1]", "7", '"x"', "null", '{"a": 1'])
def test_arguments_that_are_no_object_are_kept_as_malformed(text):
    """What the model sent stays visible."""
    calls = [{"function": {"name": "add", "arguments": text}}]
    call = decoded({"tool_calls": calls}).message.tool_calls[0]
    assert (call.arguments, call.malformed) == ({}, text)


@pytest.mark.parametrize(("said", "meant"), [("length", "length"), ("eos", "stop"), (None, "stop")])
def test_unknown_reasons_to_finish_count_as_stop(said, meant):
    """The reasons are those of the protocol."""
    assert decoded({"content": "x"}, finish=said).finish_reason == meant


def test_calls_make_the_reason_tool_calls():
    """A server that says stop beside tool calls means tool calls."""
    calls = [{"function": {"name": "add", "arguments": "{}"}}]
    assert decoded({"tool_calls": calls}, finish="stop").finish_reason == "tool_calls"


def test_usage_counts_cached_tokens_as_part_of_the_input():
    """The cached part is never more than the input."""
    usage = {"prompt_tokens": 9, "completion_tokens": 2, "prompt_tokens_details": None}
    assert decoded({}, usage=usage).usage.cached_tokens == 0
    usage["prompt_tokens_details"] = {"cached_tokens": 99}
    assert decoded({}, usage=usage).usage.cached_tokens == 9


def test_missing_usage_is_missing():
    """No report of usage is not a report of none."""
    assert decoded({"content": "x"}).usage is None


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"choices": 3}'])
def test_what_breaks_the_protocol_is_garbled(body):
    """No JSON, or JSON of another form, is an error that says so."""
    with pytest.raises(ModelGarbled):
        wire.read_body(body)


def test_an_answer_without_choice_is_garbled():
    """There is nothing to take as the answer."""
    with pytest.raises(ModelGarbled, match="no choice"):
        wire.answer(Body())


def test_a_stream_joins_its_texts():
    """The pieces make the content."""
    assert streamed({"content": "a"}, {"content": None}, {"content": "b"}).message.content == "ab"


def test_a_stream_joins_the_pieces_of_calls():
    """Arguments come in pieces, belonging to the call of their index."""
    pieces = [
        {"tool_calls": [{"index": 0, "id": "c7", "function": {"name": "add", "arguments": ""}}]},
        {"tool_calls": [{"index": 1, "id": "c8", "function": {"name": "sub", "arguments": "{}"}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": '{"a"'}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": ":1}"}}]},
    ]
    calls = streamed(*pieces).message.tool_calls
    assert calls == (CALL, ToolCall(id="c8", name="sub", arguments={}))


def test_usage_after_the_last_choice_is_taken():
    """Servers send it in an event of its own."""
    usage = {"prompt_tokens": 3, "completion_tokens": 1}
    assert streamed({"content": "a"}, usage=usage).usage.input_tokens == 3


def test_usage_before_the_last_choice_is_kept():
    """Some servers send it with each event, or early."""
    gathering = wire.Gathering()
    gathering.feed(Body.model_validate({"usage": {"prompt_tokens": 3}}))
    gathering.feed(Body.model_validate({"choices": [{"finish_reason": "stop"}]}))
    assert gathering.answer().usage.input_tokens == 3


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"error": {"message": "no such model", "code": 404}}', "no such model"),
        (b'{"error": "overloaded"}', "overloaded"),
        (b'{"detail": "nope"}', '{"detail": "nope"}'),
        (b"<h1>Bad\n gateway</h1>", "<h1>Bad gateway</h1>"),
    ],
)
def test_an_errors_text_is_found(body, said):
    """In the protocol's form, in near forms, or as it stands."""
    assert wire.read_error(body).message == said


def test_a_violation_tells_the_place():
    """The error leads to the field, also once the model's name has been added."""
    with pytest.raises(ModelGarbled) as raised, faults.translated("m", None):
        wire.read_body(b'{"choices": [{"message": {"content": ["hunter2"]}}]}')
    spec = ErrorSpec.of(raised.value, correlation_id="ep-1")
    assert (spec.boundary, spec.pointer) == ("model.answer", "/choices/0/message/content")
    assert (spec.code, spec.retryable, spec.correlation_id) == ("model_garbled", True, "ep-1")
    assert "hunter2" not in spec.model_dump_json()


def test_what_the_protocol_promises_is_known():
    """An answer as documented holds no unknown field, a provider's own one is reported."""
    message = {"role": "assistant", "content": "x", "refusal": None, "annotations": []}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    body = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "usage": usage}
    seen = []
    wire.read_body(orjson.dumps({**body, "choices": [choice]}), lambda *field: seen.append(field))
    assert seen == []
    message["reasoning"] = "hm"
    wire.read_body(orjson.dumps({**body, "choices": [choice]}), lambda *field: seen.append(field))
    assert seen == [("/choices/*/message/reasoning", "string")]
