"""The scripted model."""

import pytest

from engine.contracts import ModelRequest, user
from engine.errors import ModelError, ModelTimeout
from engine.models.scripted import Scripted, reply, tool_call

REQUEST = ModelRequest(messages=(user("hi"),))


async def said(model, times):
    return [(await model.complete(REQUEST)).message.content for _ in range(times)]


async def test_a_list_is_answered_in_order():
    """Texts and responses come as they stand in the list."""
    assert await said(Scripted(["a", reply("b")]), 2) == ["a", "b"]


async def test_after_the_end_of_a_list_comes_an_error():
    """A loop that goes on too long does not go unnoticed."""
    model = Scripted(["a"])
    await model.complete(REQUEST)
    with pytest.raises(ModelError, match="1 answers and was asked 2 times"):
        await model.complete(REQUEST)


async def test_a_repeated_list_begins_again():
    """On request a script has no end."""
    assert await said(Scripted(["a", "b"], repeat=True), 5) == ["a", "b", "a", "b", "a"]


async def test_a_function_answers_the_request():
    """The script may depend on what is asked."""
    model = Scripted(lambda request: reply(request.messages[-1].content.upper()))
    assert await said(model, 1) == ["HI"]


async def test_an_exception_is_raised():
    """A script can fail."""
    with pytest.raises(ModelTimeout):
        await Scripted([ModelTimeout("late")]).complete(REQUEST)


async def test_calls_are_counted_failed_ones_too():
    """The count and the latest request are there to look at."""
    model = Scripted(["a", ModelTimeout("late")])
    await model.complete(REQUEST)
    with pytest.raises(ModelTimeout):
        await model.complete(REQUEST)
    assert (model.calls, model.last) == (2, REQUEST)


def test_a_reply_with_calls_says_so():
    """The reason to finish follows from the calls."""
    assert reply("", tool_call("add", {})).finish_reason == "tool_calls"
    assert reply("x").finish_reason == "stop"
