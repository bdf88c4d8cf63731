"""A model behind an OpenAI-compatible HTTP endpoint."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from random import Random
from typing import Final

import httpx
import orjson
from pydantic import SecretStr

from engine.clock import Clock
from engine.contracts import ModelChunk, ModelRequest, ModelResponse, RetryPolicy, Spend, Usage
from engine.contracts.wire import Report, ignore
from engine.errors import BadInput, ModelGarbled, ModelUnreachable
from engine.models import faults, wire
from engine.models.prices import UNKNOWN, Prices
from engine.models.wire import LimitField
from engine.models.wire_body import Body
from engine.reliability.retry import Retry, parse_retry_after

MAX_ANSWER_BYTES: Final = 16 * 2**20  # a server gone mad must not fill our memory
TOO_LONG: Final = f"the answer is longer than {MAX_ANSWER_BYTES} bytes"
DATA: Final = b"data:"  # begins each event of a stream
DONE: Final = b"[DONE]"  # is the last one


class OpenAICompatible:
    """Calls one model of one endpoint; safe for many callers at once.

    A failed call is tried again as the policy says. `timeout_s` bounds each attempt of
    `complete`, and in `stream` the wait for each piece. A stream that broke after its first
    piece is not tried again. Neither errors nor `repr` hold the key.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        model: str,
        *,
        policy: RetryPolicy,
        prices: Prices,
        clock: Clock,
        rng: Random,
        api_key: SecretStr | None = None,
        timeout_s: float = 120.0,
        limit_field: LimitField = "max_tokens",
        transport: httpx.AsyncBaseTransport | None = None,
        on_unknown: Report = ignore,
    ) -> None:
        """`base_url` ends before `/chat/completions`; raises `BadInput` where it is unusable.

        `on_unknown` hears of each field of an answer that nobody knows.
        """
        self.name = name
        self._model = model
        self._key = api_key
        self._timeout_s = timeout_s
        self._retry = Retry(policy, name=name, clock=clock, rng=rng)
        self._prices = prices
        self._clock = clock
        self._limit_field: LimitField = limit_field
        self._base_url = base_url
        self._on_unknown = on_unknown
        self._http = httpx.AsyncClient(
            base_url=_url(base_url),
            headers=_headers(api_key),
            timeout=timeout_s,
            transport=transport,
        )

    async def complete(self, request: ModelRequest) -> ModelResponse:
        """The whole answer; raises a `ModelError`."""
        body = self._body(request, stream=False)
        answer = await self._retry.acall(self._attempt, body)
        return self._response(answer)

    async def stream(self, request: ModelRequest) -> AsyncIterator[ModelChunk]:
        """The answer in pieces, the last of which carries the whole; raises a `ModelError`."""
        body = self._body(request, stream=True)
        reply = await self._retry.acall(self._open, body)
        gathering = wire.Gathering()
        async with aclosing(reply), aclosing(self._events(reply)) as events:
            async for event in events:
                if text := gathering.feed(event):
                    yield ModelChunk(text=text)
        if not gathering.whole:
            raise ModelUnreachable(f"{self.name}: the stream broke off before its end")
        yield ModelChunk(response=self._response(gathering.answer()))

    def worst(self, reads: int, writes: int) -> Spend:
        """The price of so many tokens, none of them cached; null where no price is known."""
        usage = Usage(input_tokens=reads, output_tokens=writes, calls=1)
        price = self._prices.price(self._model, self._base_url, usage)
        return Spend(usage.total_tokens, price.cost_usd)

    async def aclose(self) -> None:
        """Close the connections; calls in flight fail."""
        await self._http.aclose()

    def _body(self, request: ModelRequest, *, stream: bool) -> bytes:
        body = wire.encode(request, self._model, stream=stream, limit_field=self._limit_field)
        return orjson.dumps(body)

    async def _attempt(self, body: bytes) -> wire.Answer:
        with faults.translated(self.name, self._key):
            async with asyncio.timeout(self._timeout_s), aclosing(await self._open(body)) as reply:
                data = await _read(reply)
            if len(data) > MAX_ANSWER_BYTES:
                raise ModelGarbled(TOO_LONG)
            return wire.answer(self._sound(wire.read_body(data, self._on_unknown)))

    async def _open(self, body: bytes) -> httpx.Response:
        """An answer with status 200, its body unread."""
        with faults.translated(self.name, self._key):
            request = self._http.build_request("POST", "chat/completions", content=body)
            reply = await self._http.send(request, stream=True)
            if reply.status_code == httpx.codes.OK:
                return reply
            async with aclosing(reply):
                data = await _read(reply)
        raise faults.from_status(
            self.name,
            reply.status_code,
            data,
            key=self._key,
            retry_after_s=parse_retry_after(
                reply.headers.get("retry-after", ""), self._clock.now()
            ),
        )

    async def _events(self, reply: httpx.Response) -> AsyncGenerator[Body, None]:
        with faults.translated(self.name, self._key):
            async for line in _lines(reply):
                data = line.removeprefix(DATA).strip()
                if line.startswith(DATA) and data != DONE:
                    yield self._sound(wire.read_body(data, self._on_unknown))

    def _sound(self, body: Body) -> Body:
        """The body, where it is not an error sent with status 200."""
        if body.error is None:
            return body
        raise faults.from_body(self.name, body.error, key=self._key)

    def _response(self, answer: wire.Answer) -> ModelResponse:
        usage = answer.usage
        price = UNKNOWN
        if usage is not None:
            price = self._prices.price(self._model, self._base_url, usage)
        return ModelResponse(
            message=answer.message,
            finish_reason=answer.finish_reason,
            usage=usage or Usage(calls=1),
            model=answer.model or self._model,
            cost_usd=price.cost_usd,
            price_source=price.source,
        )

    def __repr__(self) -> str:
        return f"OpenAICompatible({self.name!r}, model={self._model!r})"


async def _read(reply: httpx.Response) -> bytes:
    """The body, of one that is too long only as much as shows that."""
    data = bytearray()
    async for part in reply.aiter_bytes():
        data += part
        if len(data) > MAX_ANSWER_BYTES:
            break
    return bytes(data)


async def _lines(reply: httpx.Response) -> AsyncGenerator[bytes, None]:
    """The body's lines; only a line feed ends one, as JSON texts may hold other separators."""
    size, rest = 0, b""
    async for part in reply.aiter_bytes():
        size += len(part)
        if size > MAX_ANSWER_BYTES:
            raise ModelGarbled(TOO_LONG)
        *lines, rest = (rest + part).split(b"\n")
        for line in lines:
            yield line
    yield rest


def _url(text: str) -> httpx.URL:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as error:
        raise BadInput(f"{error}", where="base URL") from None
    if url.scheme not in {"http", "https"} or not url.host:
        raise BadInput("it begins with http:// or https:// and a host", where="base URL")
    if url.userinfo:
        raise BadInput("it holds a password", where="base URL", hint="give the key by itself")
    return url


def _headers(key: SecretStr | None) -> dict[str, str]:
    headers = {"Content-Type": "application/json"}
    if key is None:
        return headers
    secret = key.get_secret_value()
    if not secret.isascii() or not secret.isprintable():
        raise BadInput("it holds characters that no HTTP header may hold", where="API key")
    return headers | {"Authorization": f"Bearer {secret}"}
