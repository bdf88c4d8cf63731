"""Tool calls for a model that has none."""

import orjson

from engine.contracts import ModelChunk, ModelRequest, ToolSpec, user
from engine.models.scripted import Scripted, reply
from engine.models.tool_grammar import ToolGrammar

ADD = ToolSpec(name="add", parameters={"type": "object"})
REQUEST = ModelRequest(messages=(user("hi"),), tools=(ADD,))


class Dripping(Scripted):
    """Streams its answers three characters at a time."""

    async def stream(self, request):
        response = await self.complete(request)
        text = response.message.content
        for at in range(0, len(text), 3):
            yield ModelChunk(text=text[at : at + 3])
        yield ModelChunk(response=response)


async def streamed(text, request=REQUEST):
    return [chunk async for chunk in ToolGrammar(Dripping([text])).stream(request)]


async def test_the_inner_model_sees_a_schema_and_no_tools():
    """What it cannot do is not asked of it."""
    inner = Scripted(['{"answer": "x"}'])
    await ToolGrammar(inner).complete(REQUEST)
    assert inner.last.tools == ()
    assert inner.last.response_schema is not None


async def test_usage_and_cost_are_the_inner_calls():
    """The form costs nothing of its own."""
    inner = reply('{"answer": "x"}')
    response = await ToolGrammar(Scripted([inner])).complete(REQUEST)
    assert response == inner.model_copy(update={"message": reply("x").message})


async def test_a_json_answer_without_tools_passes_through():
    """Only a reply that was asked for in this form is read in this form."""
    request = REQUEST.model_copy(update={"tools": ()})
    response = await ToolGrammar(Scripted(['{"answer": "x"}'])).complete(request)
    assert response.message.content == '{"answer": "x"}'


async def test_an_answer_streams_as_plain_text():
    """The pieces make the content, escapes resolved, the form left out."""
    answer = 'He said: "Grüße"\n\N{SLIGHTLY SMILING FACE} and left.'
    chunks = await streamed(orjson.dumps({"answer": answer}).decode())
    assert "".join(chunk.text for chunk in chunks) == answer
    assert len(chunks) > 5


async def test_a_call_streams_no_text():
    """A tool call comes whole with the last piece."""
    chunks = await streamed('{"tool": "add", "arguments": {"a": 1}}')
    assert [chunk.text for chunk in chunks] == [""]
    assert chunks[-1].response.message.tool_calls[0].arguments == {"a": 1}
