"""A call as data."""

import orjson
import pytest

from engine.contracts import (
    ErrorSpec,
    ModelRequest,
    ToolCall,
    ToolSpec,
    assistant,
    canonical,
    digest,
    system,
    tool_result,
    user,
)
from engine.errors import BadInput, ModelError, ModelTimeout, ModelUnavailable
from engine.models.exchange import (
    error_from,
    request_hash,
    request_json,
    response_from_json,
    response_json,
)
from engine.models.scripted import reply

CALL = ToolCall(id="c1", name="add", arguments={"a": 1, "b": 2})
TALK = (system("s"), user("u"), assistant("", CALL), tool_result(CALL, "3"))
REQUEST = ModelRequest(
    messages=TALK,
    tools=(ToolSpec(name="add", parameters={"type": "object"}),),
    response_schema={"type": "object"},
    seed=7,
    stop=("END",),
)


def test_a_request_comes_back_from_its_json():
    """Nothing is lost on the way to the store and back."""
    stored = orjson.loads(orjson.dumps(request_json(REQUEST)))
    assert ModelRequest.parse(stored) == REQUEST


def test_the_json_is_what_the_store_gives_back():
    """It is plain JSON: equal to itself after writing and reading."""
    data = request_json(REQUEST)
    assert orjson.loads(orjson.dumps(data)) == data


def test_what_has_its_default_is_left_out():
    """A field that is added later does not change the hash of older requests."""
    assert request_json(ModelRequest(messages=(user("u"),))) == {
        "messages": [{"role": "user", "content": "u"}]
    }


def test_the_hash_is_the_digest_of_the_json():
    """A stored request can be checked against its hash."""
    assert request_hash(REQUEST) == digest(canonical(request_json(REQUEST)))


def test_the_order_of_arguments_does_not_matter():
    """Equal requests hash alike however their objects are ordered."""
    turned = ToolCall(id="c1", name="add", arguments={"b": 2, "a": 1})
    one, other = (ModelRequest(messages=(assistant("", call),)) for call in (CALL, turned))
    assert request_hash(one) == request_hash(other)


@pytest.mark.parametrize(
    "change", [{"seed": 8}, {"messages": TALK[:3]}, {"temperature": 0.1}, {"tools": ()}]
)
def test_each_field_is_part_of_the_hash(change):
    """Another request has another hash."""
    assert request_hash(REQUEST.model_copy(update=change)) != request_hash(REQUEST)


def test_a_memo_changes_nothing_but_speed():
    """With a memo shared by a conversation's calls the JSON is the same."""
    memo = {}
    longer = REQUEST.model_copy(update={"messages": (*TALK, user("more"))})
    first = request_json(REQUEST, memo), request_json(longer, memo)
    assert first == (request_json(REQUEST), request_json(longer))


def test_a_response_comes_back_from_its_json():
    """Nothing is lost on the way to the store and back."""
    response = reply("text", CALL)
    assert response_from_json(orjson.loads(orjson.dumps(response_json(response)))) == response


@pytest.mark.parametrize("data", [None, [], {"message": {}}])
def test_what_is_no_response_is_refused(data):
    """The error says where the data is from."""
    with pytest.raises(BadInput, match="ep-1"):
        response_from_json(data, where="ep-1")


@pytest.mark.parametrize("error", [ModelTimeout("late"), ModelUnavailable("busy")])
def test_a_recorded_error_is_of_the_same_class(error):
    """Replay raises what was raised."""
    again = error_from(ErrorSpec.of(error))
    assert (type(again), again.message) == (type(error), error.message)


def test_an_error_of_unknown_code_is_a_model_error():
    """A recording of somebody else's errors can still be replayed."""
    assert type(error_from(ErrorSpec(code="teapot", message="short"))) is ModelError
