"""What every model promises, whatever is behind it."""

import asyncio

import orjson

from engine.contracts import ModelResponse


async def test_an_answer_is_a_whole_response(model, requests):
    """It says who answered, why it stopped, what it used and what that cost."""
    response = await model.complete(requests["plain"])
    assert response.message.role == "assistant"
    assert response.usage.calls >= 1
    assert (response.cost_usd, response.price_source) == (0.0, "local")


async def test_the_output_limit_holds(model, requests):
    """No call answers with more tokens than it may."""
    usage = (await model.complete(requests["plain"])).usage
    assert usage.output_tokens <= usage.calls * requests["plain"].max_output_tokens


async def test_a_stream_ends_with_the_whole(model, requests):
    """Its last piece alone carries the response, and its texts make the content."""
    chunks = [chunk async for chunk in model.stream(requests["plain"])]
    assert [chunk.response is not None for chunk in chunks].index(True) == len(chunks) - 1
    assert "".join(chunk.text for chunk in chunks) == chunks[-1].response.message.content


async def test_a_stream_says_what_complete_says(model, requests):
    """How an answer is fetched does not change it."""
    whole = await model.complete(requests["plain"])
    chunks = [chunk async for chunk in model.stream(requests["plain"])]
    assert chunks[-1].response.message == whole.message


async def test_a_seed_makes_sampling_repeatable(model, requests):
    """The same request with the same seed gets the same answer."""
    await model.complete(requests["sampled"])  # from here on the prompt is cached
    first, second = [await model.complete(requests["sampled"]) for _ in range(2)]
    assert first.message == second.message


async def test_an_answer_follows_its_schema(model, requests):
    """The content is JSON of the form asked for."""
    response = await model.complete(requests["shaped"])
    assert orjson.loads(response.message.content)["ok"] in (True, False)


async def test_calls_name_tools_that_were_offered(model, requests):
    """A call that was required of a model that can call is well formed."""
    response = await model.complete(requests["tooled"])
    calls = [(call.name, call.malformed) for call in response.message.tool_calls]
    assert calls in ([("look_up", None)], [])
    assert (response.finish_reason == "tool_calls") is bool(calls)


async def test_many_callers_at_once_each_get_an_answer(model, requests):
    """A model may be shared."""
    answers = await asyncio.gather(*(model.complete(requests["plain"]) for _ in range(3)))
    assert [type(answer) for answer in answers] == [ModelResponse] * 3


async def test_a_cancelled_call_leaves_the_model_usable(model, requests):
    """Nothing is left behind that the next caller would trip over."""
    task = asyncio.create_task(model.complete(requests["plain"]))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert (await model.complete(requests["plain"])).usage.calls >= 1


async def test_an_abandoned_stream_leaves_the_model_usable(model, requests):
    """A reader may stop after the first piece."""
    stream = model.stream(requests["plain"])
    await anext(stream)
    await stream.aclose()
    assert (await model.complete(requests["plain"])).usage.calls >= 1


async def test_closing_twice_is_closing_once(model):
    """Whoever cleans up need not know who did before."""
    await model.aclose()
    await model.aclose()
