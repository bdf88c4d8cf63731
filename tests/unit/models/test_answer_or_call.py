"""The reply that is an answer or a call."""

import pytest
from jsonschema import Draft202012Validator

from engine.contracts import (
    ModelRequest,
    ToolCall,
    ToolSpec,
    assistant,
    system,
    tool_result,
    user,
)
from engine.models.answer_or_call import answer_so_far, read, reply_schema, translated

PARAMETERS = {
    "type": "object",
    "properties": {"x": {"type": "integer"}},
    "required": ["x"],
    "additionalProperties": False,
}
ADD, SUB = (ToolSpec(name=name, parameters=PARAMETERS) for name in ("add", "sub"))
CALL = ToolCall(id="call-1", name="add", arguments={"x": 1})
OBJECT = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


def asked(*messages, **fields):
    return ModelRequest(messages=messages or (user("u"),), **({"tools": (ADD, SUB)} | fields))


def fits(reply, request):
    return Draft202012Validator(reply_schema(request)).is_valid(reply)


@pytest.mark.parametrize(
    ("reply", "ok"),
    [
        ({"answer": "text"}, True),
        ({"tool": "add", "arguments": {"x": 1}}, True),
        ({"tool": "mul", "arguments": {"x": 1}}, False),
        ({"tool": "sub", "arguments": {"x": "1"}}, False),
        ({"tool": "add"}, False),
        ({"answer": {"n": 1}}, False),
        ({}, False),
    ],
)
def test_the_schema_takes_answers_and_calls_and_nothing_else(reply, ok):
    """A call names a tool and has arguments that fit it."""
    assert fits(reply, asked()) is ok


def test_the_answer_follows_the_response_schema():
    """With tools and a response schema, an answer is a value of that schema."""
    request = asked(response_schema=OBJECT)
    assert fits({"answer": {"n": 1}}, request)
    assert not fits({"answer": "text"}, request)


def test_where_a_call_is_required_no_answer_fits():
    """Tool choice `required` leaves only calls."""
    assert not fits({"answer": "text"}, asked(tool_choice="required"))


def test_after_the_same_call_twice_only_the_answer_is_left():
    """A model that repeats itself word for word has to answer."""
    turn = (assistant("", CALL), tool_result(CALL, "3"))
    assert fits({"tool": "sub", "arguments": {"x": 1}}, asked(user("u"), *turn))
    assert not fits({"tool": "sub", "arguments": {"x": 1}}, asked(user("u"), *turn, *turn))


def test_definitions_of_different_tools_do_not_collide():
    """Two tools may each define a type of the same name."""

    def tool(name, kind):
        fields = {"v": {"$ref": "#/$defs/V"}}
        parameters = {"type": "object", "properties": fields, "$defs": {"V": {"type": kind}}}
        return ToolSpec(name=name, parameters=parameters)

    request = asked(tools=(tool("a", "integer"), tool("b", "string")))
    assert fits({"tool": "a", "arguments": {"v": 1}}, request)
    assert not fits({"tool": "a", "arguments": {"v": "1"}}, request)
    assert fits({"tool": "b", "arguments": {"v": "1"}}, request)


def test_the_instructions_end_the_system_message():
    """The prefix is the agent's own and stays the same for all its calls."""
    first, second = (translated(asked(system("Be brief."), user(q))) for q in ("a", "b"))
    assert first.messages[0] == second.messages[0]
    assert first.messages[0].content.startswith("Be brief.\n\nReply with")


def test_without_a_system_message_the_instructions_are_one():
    """There is always a place to say how to reply."""
    assert [m.role for m in translated(asked(user("u"))).messages] == ["system", "user"]


def test_earlier_turns_are_told_in_the_form_of_replies():
    """The model sees its calls and answers as it should write them, and the results."""
    talk = (user("u"), assistant("", CALL), tool_result(CALL, "3"), assistant("Three."), user("v"))
    told = [message.content for message in translated(asked(*talk)).messages[1:]]
    assert told == [
        "u",
        '{"tool": "add", "arguments": {"x": 1}}',
        '{"result": "3"}',
        '{"answer": "Three."}',
        "v",
    ]


def test_parallel_results_make_one_message():
    """Turns alternate, as small models expect."""
    both = assistant("", CALL, CALL), tool_result(CALL, "3"), tool_result(CALL, "4")
    assert translated(asked(*both)).messages[-1] == user('{"result": "3"}\n{"result": "4"}')


@pytest.mark.parametrize("fields", [{"tools": ()}, {"tool_choice": "none"}])
def test_without_tools_earlier_calls_are_still_told(fields):
    """An agent without tools that takes over reads what was done; its answer is free."""
    request = translated(asked(user("u"), assistant("", CALL), tool_result(CALL, "3"), **fields))
    assert [message.role for message in request.messages] == ["user", "assistant", "user"]
    assert (request.tools, request.response_schema) == ((), None)


def test_a_plain_request_is_left_as_it_is():
    """Nothing is added where nothing is needed."""
    request = ModelRequest(messages=(system("s"), user("u"), assistant("a"), user("v")))
    assert translated(request) == request


def test_an_answer_becomes_content():
    """The user never sees the form."""
    assert read('{"answer": "Paris"}', "stop", asked()) == (assistant("Paris"), "stop")


def test_a_structured_answer_becomes_json_content():
    """The content satisfies the response schema."""
    message, _ = read('{"answer": {"n": 1}}', "stop", asked(response_schema=OBJECT))
    assert message.content == '{"n":1}'


def test_a_call_becomes_a_tool_call():
    """The reason to finish follows."""
    message, finish = read('{"tool": "add", "arguments": {"x": 1}}', "stop", asked())
    assert (message, finish) == (assistant("", CALL), "tool_calls")


def test_calls_are_numbered_through_the_conversation():
    """No two calls of a conversation have the same id."""
    request = asked(user("u"), assistant("", CALL), tool_result(CALL, "3"))
    message, _ = read('{"tool": "add", "arguments": {}}', "stop", request)
    assert message.tool_calls[0].id == "call-2"


@pytest.mark.parametrize("arguments", ["[1]", '"x"', "null"])
def test_arguments_that_are_no_object_are_malformed(arguments):
    """A server that enforces no grammar may send anything."""
    message, _ = read(f'{{"tool": "add", "arguments": {arguments}}}', "stop", asked())
    assert message.tool_calls[0].malformed == arguments


@pytest.mark.parametrize("text", ["Paris.", '{"city": "Paris"}', "[1]", ""])
def test_a_reply_in_no_known_form_is_the_answer_itself(text):
    """What the model says is not lost."""
    assert read(text, "stop", asked()) == (assistant(text), "stop")


def test_a_cut_answer_keeps_what_was_said():
    """The output limit ends an answer, not the form around it."""
    message, finish = read('{"answer": "It was a dark and', "length", asked())
    assert (message.content, finish) == ("It was a dark and", "length")


def test_a_cut_call_is_no_call():
    """Arguments that end too early are not acted upon."""
    message, finish = read('{"tool": "add", "arguments": {"x": 1', "length", asked())
    assert (message.tool_calls, finish) == ((), "length")


@pytest.mark.parametrize(
    ("text", "answer"),
    [('{"ans', ""), ('{"answer": "It w', "It w"), ('{"answer": {"n": 1', ""), ('{"tool": "a', "")],
)
def test_the_answer_so_far_is_only_its_text(text, answer):
    """A stream shows the answer, never the form or a call."""
    assert answer_so_far(text) == answer
