"""An HTTP endpoint as a tool."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

import httpx
import orjson

from engine.clock import Clock, SystemClock
from engine.contracts import Json, JsonObject, ToolPolicy, ToolSpec, canonical
from engine.errors import (
    BadInput,
    DeadlineExceeded,
    ToolError,
    ToolGarbled,
    ToolRefused,
    ToolUnavailable,
    ToolUnreachable,
)
from engine.reliability.retry import parse_retry_after
from engine.tools.keyed import Probe
from engine.tools.schema import Offline, checked_by, must_be_schema
from engine.tools.tool import Site, call_key

KEY_HEADER: Final = "Idempotency-Key"
"""As in draft-ietf-httpapi-idempotency-key-header."""
_PLACE: Final = re.compile(r"\{(\w+)\}")
_BODILESS: Final = frozenset({"GET", "HEAD", "DELETE"})
_PASSING: Final = frozenset({408, 425, 429})
"""Refusals that may pass (RFC 9110, 8470, 6585); each says that nothing was done."""
_TOLD: Final = 500
"""Characters of a refusal that the model is shown."""
_CONNECT_S: Final = 10.0
_NEVER_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@dataclass(frozen=True, slots=True)
class HttpTool:
    """A request that is made out of the arguments, and its answer.

    `{name}` in the URL is filled with that argument, percent-encoded. What the URL does not take
    goes into the query of GET, HEAD and DELETE, and into a JSON object as the body of any other
    method; where there is a `body`, every string in it that is `{name}` and no more is replaced by
    that argument instead. Redirects are not followed.

    An answer of 2xx is the result: JSON as its value, anything else as text. 429 and 503 wait as
    `Retry-After` says; other 5xx may pass; any other status is told to the model as a refusal.
    """

    name: str
    url: str
    parameters: JsonObject
    description: str = ""
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Sent with each request; their values are nowhere written down."""
    body: Json = None
    policy: ToolPolicy | None = None
    sensitive: tuple[str, ...] = ()
    probe: Probe | None = None
    untouched: tuple[int, ...] = (503,)
    """5xx with which the server promises that it has done nothing."""
    max_bytes: int = 1_000_000
    """A longer answer is not read to its end: what a model cannot read anyway."""
    spec: ToolSpec = field(init=False)

    def __post_init__(self) -> None:
        """Check what was written; raises `BadInput`."""
        must_be_schema(self.name, self.parameters)
        spec = ToolSpec.parse(
            {
                "name": self.name,
                "description": self.description,
                "parameters": self.parameters,
                "sensitive": self.sensitive,
            },
            where=f"tool {self.name}",
        )
        object.__setattr__(self, "spec", spec.model_copy(update={"policy": self.policy}))
        url = httpx.URL(_PLACE.sub("x", self.url))
        if url.scheme not in {"http", "https"} or not url.host:
            raise BadInput(f"{self.url!r} is no URL of http or https", where=f"tool {self.name}")
        known = self.parameters.get("properties")
        if unknown := set(_PLACE.findall(self.url)) - set(known if isinstance(known, dict) else ()):
            said = f"the URL names no argument: {', '.join(sorted(unknown))}"
            raise BadInput(said, where=f"tool {self.name}")

    @property
    def source(self) -> str:
        """The request, with the names of its headers."""
        told: dict[str, Any] = {
            "url": self.url,
            "method": self.method,
            "headers": sorted(self.headers),
            "body": self.body,
            "spec": self.spec.model_dump(mode="json"),
        }
        return canonical(told).decode()

    def offered(self) -> list[Offline]:
        """The tool, without a client to call it with."""
        return [Offline(self.spec, self.source)]

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[list["LiveHttpTool"]]:
        """The tool with a client of its own, which keeps its connections."""
        timeout = httpx.Timeout(None, connect=_CONNECT_S)  # the caller's deadline ends the rest
        async with httpx.AsyncClient(timeout=timeout, headers=dict(self.headers)) as client:
            yield [LiveHttpTool(self, client)]

    def request(self, arguments: JsonObject, key: str) -> httpx.Request:
        """What is sent."""
        left = {n: v for n, v in arguments.items() if n not in _PLACE.findall(self.url)}
        url = _PLACE.sub(lambda found: quote(_text(arguments.get(found[1])), safe=""), self.url)
        method = self.method.upper()
        keyed = {KEY_HEADER: key} if key else {}
        if method in _BODILESS:
            query = {name: _query(value) for name, value in left.items() if value is not None}
            return httpx.Request(method, httpx.URL(url).copy_merge_params(query), headers=keyed)
        body = left if self.body is None else _filled(self.body, arguments)
        kind = {"Content-Type": "application/json"}
        return httpx.Request(method, url, content=orjson.dumps(body), headers=keyed | kind)


@dataclass(frozen=True, slots=True)
class LiveHttpTool:
    """An `HttpTool` that can be called."""

    of: HttpTool
    client: httpx.AsyncClient
    clock: Clock = field(default_factory=SystemClock)

    @property
    def spec(self) -> ToolSpec:
        """What a model is told of it."""
        return self.of.spec

    @property
    def source(self) -> str:
        """The request, without secrets."""
        return self.of.source

    @property
    def probe(self) -> Probe | None:
        """Tells of a call in doubt whether it had its effect."""
        return self.of.probe

    def checked(self, arguments: JsonObject) -> dict[str, Any]:
        """The arguments, where they fit the schema; raises `ToolError`."""
        return checked_by(self.spec, arguments)

    async def call(
        self, arguments: JsonObject, *, limit_s: float | None = None, site: Site | None = None
    ) -> Json:
        """Make the request, and give what was answered.

        Raises `ToolRefused`, `ToolUnavailable`, `ToolUnreachable`, `ToolGarbled`, and
        `DeadlineExceeded` after `limit_s`.
        """
        del site
        request = self.of.request(self.checked(arguments), call_key())
        request.headers.update({**self.client.headers, **request.headers})
        limit = asyncio.timeout(limit_s)
        try:
            async with limit:
                return self._result(*await self._answer(request))
        except TimeoutError:
            said = f"{self.of.name} gave no answer within {limit_s or 0:g} s"
            raise DeadlineExceeded(said) from None

    async def _answer(self, request: httpx.Request) -> tuple[httpx.Response, bytes]:
        name, sent = self.of.name, False
        try:
            response = await self.client.send(request, stream=True)
            sent = True
            try:
                return response, await self._read(response)
            finally:
                await response.aclose()
        except _NEVER_SENT as error:
            said = f"{name} cannot be reached: {error or type(error).__name__}"
            raise ToolUnreachable(said, no_effect=True) from None
        except httpx.DecodingError as error:
            raise ToolGarbled(f"{name} gave an answer that cannot be read: {error}") from None
        except httpx.TransportError as error:
            when = "while it answered" if sent else "before it answered"
            raise ToolUnreachable(f"{name} broke the connection {when}: {error}") from None

    async def _read(self, response: httpx.Response) -> bytes:
        read = bytearray()
        async for part in response.aiter_bytes():
            read += part
            if len(read) > self.of.max_bytes:
                said = f"{self.of.name} answered more than {self.of.max_bytes} bytes"
                raise ToolGarbled(said)
        return bytes(read)

    def _result(self, response: httpx.Response, body: bytes) -> Json:
        if not response.is_success:
            raise self._refusal(response, body)
        if not body:
            return None
        text = _decoded(body, response.encoding)
        if "json" not in response.headers.get("Content-Type", ""):
            return text
        try:
            value: Json = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ToolGarbled(f"{self.of.name} answered what is no JSON: {error}") from None
        return value

    def _refusal(self, response: httpx.Response, body: bytes) -> ToolError:
        status, name = response.status_code, self.of.name
        said = _decoded(body, response.encoding).strip()[:_TOLD]
        told = f"{name} answered {status} {response.reason_phrase}".rstrip()
        after_s = parse_retry_after(response.headers.get("Retry-After", ""), self.clock.now())
        untouched = status in _PASSING or status in self.of.untouched
        if untouched or status >= 500:  # noqa: PLR2004 - the server's own fault
            return ToolUnavailable(told, no_effect=untouched, retry_after_s=after_s)
        if response.is_redirect:
            return ToolRefused(f"{told}: a redirect, which is not followed")
        return ToolRefused(f"{told}: {said}" if said else told)


def _text(value: Json) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _query(value: Json) -> str | list[str]:
    return [_text(item) for item in value] if isinstance(value, list) else _text(value)


def _filled(template: Json, arguments: JsonObject) -> Json:
    if isinstance(template, dict):
        return {name: _filled(value, arguments) for name, value in template.items()}
    if isinstance(template, list):
        return [_filled(value, arguments) for value in template]
    found = _PLACE.fullmatch(template) if isinstance(template, str) else None
    return arguments.get(found[1]) if found else template


def _decoded(body: bytes, encoding: str | None) -> str:
    try:
        return body.decode(encoding or "utf-8", errors="replace")
    except LookupError:  # a charset that nobody knows
        return body.decode("utf-8", errors="replace")
