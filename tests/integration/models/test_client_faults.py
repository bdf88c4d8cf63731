"""The client against a server that does everything wrong."""

import gzip
import socket

import orjson
import pytest

from engine.clock import ManualClock
from engine.contracts import ModelRequest, user
from engine.errors import (
    ModelGarbled,
    ModelRefused,
    ModelTimeout,
    ModelUnavailable,
    ModelUnreachable,
)
from engine.reliability.retry import NEVER

REQUEST = ModelRequest(messages=(user("hi"),))
SILENCE = (b"", b"")
CUT_OFF = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"


def http(status, body=b"", *headers):
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def said(text, **fields):
    message = {"choices": [{"message": {"content": text}, "finish_reason": "stop"}], **fields}
    return http(200, orjson.dumps(message), "Content-Type: application/json")


def events(*data):
    lines = [b"data: " + (orjson.dumps(item) if isinstance(item, dict) else item) for item in data]
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
    return head + b"".join(line + b"\n\n" for line in lines)


def delta(text, finish=None):
    return {"choices": [{"delta": {"content": text}, "finish_reason": finish}]}


OK = said("yes", usage={"prompt_tokens": 8, "completion_tokens": 2})


async def failed(faulty, client, *replies, **fields):
    """The error of one call that is not tried again."""
    async with faulty(replies) as server:
        with pytest.raises(Exception) as raised:  # noqa: PT011 - its type is what is tested
            await client(server.url, policy=NEVER, **fields).complete(REQUEST)
    return raised.value


async def test_a_good_answer_is_read_and_priced(faulty, client):
    """Eight tokens in and two out at a dollar a million each."""
    async with faulty([OK]) as server:
        response = await client(server.url).complete(REQUEST)
    assert response.message.content == "yes"
    assert (response.cost_usd, response.price_source) == (pytest.approx(1e-5), "card")


async def test_the_key_goes_in_the_header(faulty, client):
    """As a bearer token, to the chat completions path."""
    async with faulty([OK]) as server:
        await client(server.url).complete(REQUEST)
    head, body = server.requests[0]
    assert head.startswith("post /v1/chat/completions")
    assert "authorization: bearer sk-12345" in head
    assert body["model"] == "m"


async def test_no_usage_is_no_price(faulty, client):
    """Tokens that nobody counted are not free."""
    async with faulty([said("yes")]) as server:
        response = await client(server.url).complete(REQUEST)
    assert (response.cost_usd, response.price_source) == (None, "unknown")


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (http(400, b'{"error": {"message": "bad"}}'), ModelRefused),
        (http(401), ModelRefused),
        (http(404, b"<html>not here</html>"), ModelRefused),
        (http(307, b"", "Location: http://127.0.0.1:9/"), ModelRefused),
        (http(429), ModelUnavailable),
        (http(500, b'{"error": "crash"}'), ModelUnavailable),
        (http(200, b"<html>"), ModelGarbled),
        (http(200, b'{"choices": []}'), ModelGarbled),
        (http(200, b'{"error": {"message": "overloaded"}}'), ModelUnavailable),
        (http(200, b"not gzip", "Content-Encoding: gzip"), ModelGarbled),
        (CUT_OFF, ModelUnreachable),
        (b"no HTTP at all\r\n\r\n", ModelUnreachable),
        (SILENCE, ModelTimeout),
        ((CUT_OFF, b""), ModelTimeout),
        ((CUT_OFF, b" "), ModelTimeout),
    ],
)
async def test_each_fault_has_its_error(faulty, client, reply, kind):
    """The error names the model and is of the class that says who is at fault."""
    error = await failed(faulty, client, reply, timeout_s=0.5)
    assert type(error) is kind
    assert str(error).startswith("remote: ")


async def test_nobody_listening_is_unreachable(client):
    """The error says where nobody was."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ModelUnreachable, match=f"http://127.0.0.1:{port}"):
        await client(f"http://127.0.0.1:{port}/v1", policy=NEVER).complete(REQUEST)


async def test_an_endless_answer_is_cut_off(faulty, client):
    """A server gone mad does not fill our memory; packed small it does not either."""
    bomb = gzip.compress(b" " * (17 * 2**20))
    error = await failed(faulty, client, http(200, bomb, "Content-Encoding: gzip"))
    assert type(error) is ModelGarbled
    assert "longer than" in str(error)


async def test_retry_after_in_seconds_is_waited_for(faulty, client):
    """The second attempt begins no earlier than the server asked."""
    clock = ManualClock()
    async with faulty([http(429, b"", "Retry-After: 7"), OK]) as server:
        await client(server.url, clock=clock).complete(REQUEST)
    assert 7 <= clock.monotonic() < 8


async def test_retry_after_as_a_date_is_waited_for(faulty, client):
    """The date is compared with the clock's wall time, here 22:13:20."""
    clock = ManualClock(1_700_000_000.0)
    reply = http(503, b"", "Retry-After: Tue, 14 Nov 2023 22:13:50 GMT")
    async with faulty([reply, OK]) as server:
        await client(server.url, clock=clock).complete(REQUEST)
    assert 30 <= clock.monotonic() < 31


async def test_passing_faults_are_not_seen_by_the_caller(faulty, client):
    """A crash and a dropped connection, then the answer."""
    async with faulty([http(500), CUT_OFF, OK]) as server:
        response = await client(server.url).complete(REQUEST)
    assert (response.message.content, len(server.requests)) == ("yes", 3)


async def test_a_refusal_is_not_tried_again(faulty, client):
    """The same request would be refused again."""
    async with faulty([http(400), OK]) as server:
        with pytest.raises(ModelRefused):
            await client(server.url).complete(REQUEST)
    assert len(server.requests) == 1


async def test_a_stream_is_opened_again_after_a_fault(faulty, client):
    """Nothing was given to the reader yet."""
    async with faulty([http(503), events(delta("yes", "stop"), b"[DONE]")]) as server:
        chunks = [chunk async for chunk in client(server.url).stream(REQUEST)]
    assert [chunk.text for chunk in chunks] == ["yes", ""]


@pytest.mark.parametrize(
    ("tail", "kind"),
    [
        ([], ModelUnreachable),
        ([b"[DONE]"], ModelUnreachable),
        ([b"{bad"], ModelGarbled),
        ([{"error": {"message": "out of memory"}}], ModelUnavailable),
    ],
)
async def test_a_stream_that_breaks_is_an_error_after_its_pieces(faulty, client, tail, kind):
    """The reader keeps what came; a broken answer never looks whole."""
    async with faulty([events(delta("half"), *tail), OK]) as server:
        stream = client(server.url).stream(REQUEST)
        assert (await anext(stream)).text == "half"
        with pytest.raises(kind):
            await anext(stream)
    assert len(server.requests) == 1


async def test_comments_and_other_lines_of_a_stream_are_passed_over(faulty, client):
    """Servers keep the line busy with them."""
    reply = events(delta("a")) + b": ping\n\nevent: x\nid: 3\n\n" + b"data:"
    reply += orjson.dumps(delta("b", "stop")) + b"\n\n"
    async with faulty([reply]) as server:
        chunks = [chunk async for chunk in client(server.url).stream(REQUEST)]
    assert chunks[-1].response.message.content == "ab"


async def test_an_endless_stream_is_cut_off(faulty, client):
    """Whether in lines or without."""
    async with faulty([events(b"x" * 17 * 2**20)]) as server:
        with pytest.raises(ModelGarbled, match="longer than"):
            await anext(client(server.url).stream(REQUEST))


async def test_only_a_line_feed_ends_a_line_of_a_stream(faulty, client):
    """JSON texts may hold the other separators that Unicode knows."""
    text = "a\u2028b\x85c"
    async with faulty([events(delta(text, "stop"))]) as server:
        chunks = [chunk async for chunk in client(server.url).stream(REQUEST)]
    assert chunks[-1].response.message.content == text


async def test_a_stream_that_stalls_times_out(faulty, client):
    """No wait for a piece is longer than allowed."""
    async with faulty([(events(delta("half")), b"")]) as server:
        stream = client(server.url, timeout_s=0.3).stream(REQUEST)
        assert (await anext(stream)).text == "half"
        with pytest.raises(ModelTimeout):
            await anext(stream)


async def test_the_key_is_in_no_error(faulty, client):
    """Even where the server repeats it."""
    error = await failed(faulty, client, http(401, b'{"error": {"message": "no: sk-12345"}}'))
    assert "12345" not in f"{error} {error!r} {error.__cause__!r}"
