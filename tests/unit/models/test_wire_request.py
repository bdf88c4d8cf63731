"""Requests of the chat protocol read back."""

import orjson
import pytest

from engine.contracts import ModelRequest, ToolCall, ToolSpec, assistant, system, tool_result, user
from engine.errors import BadInput
from engine.models import wire
from engine.models.wire_request import read_asked, request_of

CALL = ToolCall(id="c7", name="add", arguments={"a": 1})
ADD = ToolSpec(name="add", description="Adds.", parameters={"type": "object"})


def read(**body):
    messages = [{"role": "user", "content": "hi"}]
    return request_of(read_asked(orjson.dumps({"model": "m", "messages": messages, **body})))


def test_what_the_client_encodes_is_read_back():
    """Every field of a request survives the way out and back."""
    request = ModelRequest(
        messages=(system("s"), user("u"), assistant("", CALL), tool_result(CALL, "2")),
        tools=(ADD,),
        tool_choice="required",
        response_schema={"type": "object"},
        temperature=0.5,
        max_output_tokens=9,
        seed=3,
        stop=("x",),
    )
    body = wire.encode(request, "m", stream=False, limit_field="max_completion_tokens")
    found = request_of(read_asked(orjson.dumps(body)))
    nameless = found.messages[3].model_copy(update={"name": "add"})
    assert found.model_copy(update={"messages": (*found.messages[:3], nameless)}) == request


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (None, ""),
        ([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}], "a\nb"),
        ([{"type": "image_url", "image_url": {"url": "data:"}}], "[image_url]"),
    ],
)
def test_content_becomes_text(content, text):
    """Texts are kept, other parts are named."""
    found = read(messages=[{"role": "developer", "content": content}])
    assert found.messages == (system(text),)


def test_a_temperature_that_is_left_to_the_server_is_the_protocols():
    """The protocol's default is 1, ours is 0."""
    assert read().temperature == 1


def test_a_choice_of_one_tool_is_required():
    """A tool by name has to be called."""
    assert read(tool_choice={"type": "function"}).tool_choice == "required"


@pytest.mark.parametrize("body", [b"", b"[]", b'{"messages": 1}', b'{"model": "m"}'])
def test_other_bodies_are_refused(body):
    """What is no request of the protocol is bad input."""
    with pytest.raises(BadInput):
        read_asked(body)


def test_options_are_kept_as_they_were_sent():
    """Also those that nobody here knows."""
    body = {"messages": [], "top_p": 0.3, "max_tokens": 5, "seed": None}
    assert read_asked(orjson.dumps(body)).options() == {"top_p": 0.3, "max_tokens": 5}


def test_a_tool_whose_name_is_impossible_is_refused():
    """With the field, as for every other bound."""
    with pytest.raises(BadInput, match="the tool: name: "):
        read(tools=[{"type": "function", "function": {"name": "no name"}}])
