"""Transports that let a listener hear what goes over them."""

import httpx
import pytest

from engine.clock import ManualClock
from engine.models.overhear import AsyncRecordingTransport, RecordingTransport

URL = "http://host/v1/chat/completions"


class Ear:
    """Keeps what is heard."""

    def __init__(self):
        self.heards, self.others, self.calls = [], [], []

    def begun(self, call):
        self.calls.append(call)

    def heard(self, _call, heard):
        self.heards.append(heard)

    def passed(self, method, url):
        self.others.append((method, url))


class Pieces(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body in pieces; `gone` is raised after the last, `given` counts those taken."""

    def __init__(self, *pieces, gone=None):
        self.pieces, self.gone, self.given = pieces, gone, 0

    def __iter__(self):
        for piece in self.pieces:
            self.given += 1
            yield piece
        if self.gone:
            raise self.gone

    async def __aiter__(self):
        for piece in self:
            yield piece


class Server(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers with a body, or raises."""

    def __init__(self, body):
        self.body = body

    def handle_request(self, request):
        if isinstance(self.body, Exception):
            raise self.body
        return httpx.Response(200, stream=self.body, request=request)

    async def handle_async_request(self, request):
        return self.handle_request(request)


def heard_client(body, ear):
    transport = RecordingTransport(Server(body), lambda: ear, ManualClock())
    return httpx.Client(transport=transport, headers={"Authorization": "Bearer sk-1"})


def test_bytes_go_on_as_they_are():
    """The caller reads each piece as it came, and all of them are heard."""
    ear = Ear()
    with heard_client(Pieces(b"a", b"bc"), ear).stream("POST", URL, content=b"q") as reply:
        assert list(reply.iter_raw()) == [b"a", b"bc"]
    assert (ear.heards[0].asked, ear.heards[0].answered, ear.heards[0].whole) == (
        b"q",
        b"abc",
        True,
    )


def test_the_first_piece_is_not_held_back():
    """It is handed on before the server is asked for the second."""
    body = Pieces(b"a", b"b")
    with heard_client(body, Ear()).stream("POST", URL) as reply:
        next(reply.iter_raw())
        assert body.given == 1


def test_an_answer_that_is_left_is_heard_as_far_as_it_was_read():
    """Closing it ends the exchange, once."""
    ear = Ear()
    with heard_client(Pieces(b"a", b"b"), ear).stream("POST", URL) as reply:
        next(reply.iter_raw())
    assert [(h.answered, h.whole) for h in ear.heards] == [(b"a", False)]


def test_an_error_before_the_answer_is_heard_and_raised():
    """The caller has it as without a listener."""
    ear = Ear()
    with pytest.raises(httpx.ConnectError):
        heard_client(httpx.ConnectError("no"), ear).post(URL)
    assert (ear.heards[0].status, type(ear.heards[0].error)) == (None, httpx.ConnectError)


def test_an_error_within_the_answer_is_heard_with_what_came_before():
    """A stream that breaks off has its first pieces."""
    ear = Ear()
    with pytest.raises(httpx.ReadTimeout):
        heard_client(Pieces(b"a", gone=httpx.ReadTimeout("late")), ear).post(URL)
    assert (ear.heards[0].answered, type(ear.heards[0].error)) == (b"a", httpx.ReadTimeout)


def test_other_requests_pass():
    """What is no chat completion is told by its address alone, without its query."""
    ear = Ear()
    heard_client(Pieces(b"{}"), ear).get("http://host/v1/models?key=secret")
    assert (ear.heards, ear.others) == ([], [("GET", "http://host/v1/models")])


def test_a_key_is_not_shown():
    """What is heard does not show the key, and knows it for those who mask."""
    ear = Ear()
    heard_client(Pieces(b"{}"), ear).post(URL)
    assert "sk-1" not in repr(ear.heards[0])
    assert ear.heards[0].secrets == ("sk-1",)


def test_without_a_listener_nothing_is_wrapped():
    """The very stream of the server reaches the caller."""
    body = Pieces(b"a")
    transport = RecordingTransport(Server(body), lambda: None)
    assert transport.handle_request(httpx.Request("POST", URL)).stream is body


async def test_an_async_client_is_heard_too():
    """The twin for `AsyncClient` hears the same."""
    ear = Ear()
    transport = AsyncRecordingTransport(Server(Pieces(b"a", b"b")), lambda: ear, ManualClock())
    async with httpx.AsyncClient(transport=transport) as client:
        assert (await client.post(URL)).content == b"ab"
    assert ear.heards[0].answered == b"ab"
