"""Finds a model by its name."""

from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Final, Literal, Self

import httpx
from pydantic import Field, SecretStr

from engine.clock import Clock, SystemClock
from engine.contracts import Model, Record, RetryPolicy, UnknownFields, digest
from engine.errors import NotFound
from engine.models.cached import Cached, Caching
from engine.models.client import OpenAICompatible
from engine.models.embedded import SHARED, EmbeddedServer, SharedServer
from engine.models.list_prices import listed
from engine.models.prices import LOCAL, PriceCard, Prices
from engine.models.script_file import read_script
from engine.models.tool_grammar import ToolGrammar
from engine.models.voting import Voting
from engine.models.wire import LimitField

SMALL: Final = "small"
LARGE: Final = "large"
SCRIPTED: Final = "scripted:"
ROUTER: Final = "router:"
RouterMaker = Callable[[str, Callable[[str], Model]], Model]
"""Makes the router of a name over models that it finds by theirs."""
EMBEDDED_LIMIT_S: Final = 600.0  # for one call, waiting in line for the only slot included


class Endpoint(Record):
    """An OpenAI-compatible server and what may be known of it."""

    base_url: str = Field(pattern=r"^https?://", description="Up to and with `/v1`.")
    api_key: SecretStr | None = None
    prices: tuple[PriceCard, ...] = Field(
        default=(), description="Go before the public price list."
    )
    timeout_s: float = Field(default=120.0, gt=0, description="For one attempt of a call.")
    limit_field: LimitField = Field(
        default="max_tokens", description="What the server calls the limit of output tokens."
    )
    tools: Literal["native", "grammar"] = Field(
        default="native",
        description="`grammar` for models that follow a response schema but call no tools.",
    )


class Catalog:
    """Models by name, each made once and closed with the catalog.

    `small` and `large` are the embedded model, `ENDPOINT/MODEL` is a model of an endpoint known
    by name, `http(s)://HOST/v1#MODEL` one of any endpoint, `scripted:FILE` a script,
    `router:NAME` a router over others, where the catalog is given a way to make one.
    """

    def __init__(
        self,
        endpoints: Mapping[str, Endpoint] | None = None,
        *,
        policy: RetryPolicy | None = None,
        clock: Clock | None = None,
        rng: Random | None = None,
        embedded: SharedServer = SHARED,
        unknown: UnknownFields | None = None,
        caching: Caching | None = None,
        routed: RouterMaker | None = None,
    ) -> None:
        """`unknown` counts the fields of answers that nobody knows, by the model's name.

        With `caching` every model gives again what it answered to equal requests. `routed` makes
        the router of a name, over models of this catalog.
        """
        self._routed = routed
        self._caching = caching
        self._endpoints = dict(endpoints or {})
        self._policy = policy or RetryPolicy()
        self._clock = clock or SystemClock()
        self._rng = rng or Random()
        self._shared = embedded
        self._unknown = unknown or UnknownFields(self._clock)
        self._server: EmbeddedServer | None = None
        self._models: dict[str, Model] = {}

    def get(self, name: str) -> Model:
        """The model of that name.

        The first embedded one starts the local server, which takes about a second. Raises
        `NotFound` listing what there is, `BadInput` where a script or the local extra is unusable.
        """
        if name not in self._models:
            self._models[name] = self._cached(name, self._make(name))
        return self._models[name]

    def names(self) -> tuple[str, ...]:
        """The names and the forms of names that `get` takes."""
        known = (f"{endpoint}/MODEL" for endpoint in self._endpoints)
        return (
            SMALL,
            LARGE,
            *known,
            "http://HOST:PORT/v1#MODEL",
            f"{SCRIPTED}FILE",
            f"{ROUTER}NAME",
        )

    def _make(self, name: str) -> Model:
        if name == SMALL:
            return ToolGrammar(self._embedded(name))
        if name == LARGE:
            return Voting(ToolGrammar(self._embedded(name)), name)
        if name.startswith(SCRIPTED):
            return read_script(Path(name.removeprefix(SCRIPTED)), name)
        if name.startswith(ROUTER) and self._routed is not None:
            return self._routed(name, self.get)
        endpoint, model = self._find(name)
        if endpoint is None or not model:
            raise NotFound(f"no model named {name!r}", hint=f"known: {', '.join(self.names())}")
        remote = self._remote(name, endpoint, model)
        return remote if endpoint.tools == "native" else ToolGrammar(remote)

    def _cached(self, name: str, model: Model) -> Model:
        if self._caching is None or name.startswith(ROUTER):  # its tiers' answers are kept
            return model
        where, caching = self._where(name), self._caching
        return Cached(model, caching.cache, caching.policy, endpoint=where, clock=self._clock)

    def _where(self, name: str) -> str:
        """What beside the name decides what a model answers."""
        if name in {SMALL, LARGE} and self._server is not None:
            return self._server.model
        if name.startswith(SCRIPTED):
            return digest(Path(name.removeprefix(SCRIPTED)).read_bytes())
        endpoint, model = self._find(name)
        return f"{endpoint.base_url if endpoint else ''}#{model}"

    def _find(self, name: str) -> tuple[Endpoint | None, str]:
        if name.startswith(("http://", "https://")):
            base_url, _, model = name.partition("#")
            return Endpoint(base_url=base_url), model
        endpoint, _, model = name.partition("/")
        return self._endpoints.get(endpoint), model

    def _remote(self, name: str, endpoint: Endpoint, model: str) -> OpenAICompatible:
        return OpenAICompatible(
            name,
            endpoint.base_url,
            model,
            api_key=endpoint.api_key,
            timeout_s=endpoint.timeout_s,
            limit_field=endpoint.limit_field,
            prices=Prices(endpoint.prices, listed),
            policy=self._policy,
            clock=self._clock,
            rng=self._rng,
            on_unknown=self._unknown.reporter(name),
        )

    def _embedded(self, name: str) -> OpenAICompatible:
        if self._server is None:
            self._server = self._shared.acquire()
        return OpenAICompatible(
            name,
            self._server.url,
            self._server.model,
            timeout_s=EMBEDDED_LIMIT_S,
            prices=Prices([LOCAL]),
            policy=self._policy,
            clock=self._clock,
            rng=self._rng,
            transport=httpx.AsyncHTTPTransport(),  # loopback goes through no proxy
            on_unknown=self._unknown.reporter(name),
        )

    async def aclose(self) -> None:
        """Close every model made, and the local server if nobody else uses it."""
        for model in self._models.values():
            await model.aclose()
        self._models.clear()
        if self._server is not None:
            self._server = None
            self._shared.release()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()
