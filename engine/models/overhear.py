"""Transports for httpx that let a listener hear what a client says and is told.

Requests and answers go through unchanged: each piece of an answer is handed on before it is kept,
and a listener hears of an exchange when its answer has come to an end. Headers are not kept.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

import httpx

from engine.clock import Clock, SystemClock

MAX_KEPT_BYTES: Final = 16 * 2**20
"""Of one answer; a longer one is handed on whole, but not kept."""
_SECRET_HEADERS: Final = ("authorization", "proxy-authorization", "api-key", "x-api-key")
_CHAT: Final = "/chat/completions"


@dataclass(frozen=True, slots=True)
class Heard:
    """One request and its answer, or what came instead."""

    method: str
    url: str
    """Without its query, which may hold a key."""
    asked: bytes
    status: int | None
    """Null: no answer came."""
    answered: bytes
    """The body as it came over the line."""
    encoding: str
    """How that is compressed; empty: not."""
    events: bool
    """Whether it is a stream of events."""
    started_at: float
    first_at: float | None
    """When the first piece of the answer was there."""
    ended_at: float
    error: BaseException | None = None
    whole: bool = True
    """Whether the client read the answer to its end."""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """What must not be kept of it; for whoever masks its texts."""


class Listener(Protocol):
    """Hears exchanges."""

    def begun(self, call: "Call") -> None:
        """A request goes out; `call.cut` ends listening to its answer."""
        ...

    def heard(self, call: "Call", heard: Heard) -> None:
        """Its answer has come to an end; never raises."""
        ...

    def passed(self, method: str, url: str) -> None:
        """A request was let pass that is no chat completion."""
        ...


Listen = Callable[[], Listener | None]
"""Who listens now; null: nobody."""


class Call:
    """One request under way; it is heard once."""

    def __init__(self, request: httpx.Request, listener: Listener, clock: Clock) -> None:
        self._request = request
        self._listener = listener
        self._clock = clock
        self._started = clock.now()
        self._first: float | None = None
        self._response: httpx.Response | None = None
        self._kept = bytearray()
        self._done = False
        listener.begun(self)

    def answered(self, response: httpx.Response) -> None:
        """The head of the answer is there."""
        self._response = response

    def keep(self, piece: bytes) -> None:
        """A piece of the answer has been handed on."""
        if self._first is None:
            self._first = self._clock.now()
        if len(self._kept) <= MAX_KEPT_BYTES:
            self._kept += piece

    def failed(self, error: BaseException) -> None:
        """It ended with an error, which goes on to the caller."""
        if isinstance(error, httpx.RequestError):
            error.request = self._request  # httpx itself does so later
        self._end(error, whole=False)

    def ended(self) -> None:
        """The answer was read to its end."""
        self._end(None, whole=True)

    def cut(self) -> None:
        """Nobody reads the answer any further."""
        self._end(None, whole=False)

    def _end(self, error: BaseException | None, *, whole: bool) -> None:
        if self._done:
            return
        self._done = True
        request, response = self._request, self._response
        headers = response.headers if response else httpx.Headers()
        self._listener.heard(
            self,
            Heard(
                method=request.method,
                url=place(request.url),
                asked=_body(request),
                status=response.status_code if response else None,
                answered=bytes(self._kept),
                encoding=headers.get("content-encoding", ""),
                events="text/event-stream" in headers.get("content-type", ""),
                started_at=self._started,
                first_at=self._first,
                ended_at=self._clock.now(),
                error=error,
                whole=whole,
                secrets=tuple(_secrets(request)),
            ),
        )


class RecordingTransport(httpx.BaseTransport):
    """Hands requests on to `inner` and lets whoever listens then hear of each.

    httpx.Client(transport=RecordingTransport(httpx.HTTPTransport(), listen))
    """

    def __init__(
        self, inner: httpx.BaseTransport, listen: Listen, clock: Clock | None = None
    ) -> None:
        self.inner = inner
        self._listen = listen
        self._clock = clock or SystemClock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer of `inner`, whatever it is; raises what that raises."""
        call = _call(request, self._listen(), self._clock)
        if call is None:
            return self.inner.handle_request(request)
        try:
            response = self.inner.handle_request(request)
        except BaseException as error:
            call.failed(error)
            raise
        call.answered(response)
        assert isinstance(response.stream, httpx.SyncByteStream)  # noqa: S101 - httpx's contract
        return _with(response, _Tee(response.stream, call))

    def close(self) -> None:
        """Close `inner`."""
        self.inner.close()


class AsyncRecordingTransport(httpx.AsyncBaseTransport):
    """`RecordingTransport` for `httpx.AsyncClient`."""

    def __init__(
        self, inner: httpx.AsyncBaseTransport, listen: Listen, clock: Clock | None = None
    ) -> None:
        self.inner = inner
        self._listen = listen
        self._clock = clock or SystemClock()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer of `inner`, whatever it is; raises what that raises."""
        call = _call(request, self._listen(), self._clock)
        if call is None:
            return await self.inner.handle_async_request(request)
        try:
            response = await self.inner.handle_async_request(request)
        except BaseException as error:
            call.failed(error)
            raise
        call.answered(response)
        assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101 - httpx's contract
        return _with(response, _AsyncTee(response.stream, call))

    async def aclose(self) -> None:
        """Close `inner`."""
        await self.inner.aclose()


class _Tee(httpx.SyncByteStream):
    def __init__(self, inner: httpx.SyncByteStream, call: Call) -> None:
        self._inner = inner
        self._call = call

    def __iter__(self) -> Iterator[bytes]:
        try:
            for piece in self._inner:
                self._call.keep(piece)
                yield piece
        except GeneratorExit:  # the reader has gone: `close` follows
            raise
        except BaseException as error:
            self._call.failed(error)
            raise
        self._call.ended()

    def close(self) -> None:
        self._inner.close()
        self._call.cut()


class _AsyncTee(httpx.AsyncByteStream):
    def __init__(self, inner: httpx.AsyncByteStream, call: Call) -> None:
        self._inner = inner
        self._call = call

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._inner:
                self._call.keep(piece)
                yield piece
        except GeneratorExit:  # the reader has gone: `aclose` follows
            raise
        except BaseException as error:
            self._call.failed(error)
            raise
        self._call.ended()

    async def aclose(self) -> None:
        await self._inner.aclose()
        self._call.cut()


def place(url: httpx.URL) -> str:
    """The address without its query and without a password."""
    return f"{url.scheme}://{url.netloc.decode()}{url.path}"


def _call(request: httpx.Request, listener: Listener | None, clock: Clock) -> Call | None:
    if listener is None:
        return None
    if request.method == "POST" and request.url.path.endswith(_CHAT):
        return Call(request, listener, clock)
    listener.passed(request.method, place(request.url))
    return None


def _with(
    response: httpx.Response, stream: httpx.SyncByteStream | httpx.AsyncByteStream
) -> httpx.Response:
    """The same answer with another stream."""
    return httpx.Response(
        response.status_code,
        headers=response.headers,
        stream=stream,
        extensions=response.extensions,
    )


def _body(request: httpx.Request) -> bytes:
    try:
        return request.content
    except httpx.RequestNotRead:  # an upload in pieces, which was never kept as a whole
        return b""


def _secrets(request: httpx.Request) -> Iterator[str]:
    for name in _SECRET_HEADERS:
        if value := request.headers.get(name):
            yield value.partition(" ")[2].strip() or value
