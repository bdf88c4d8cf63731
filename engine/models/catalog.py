"""Finds a model by its name."""

from collections.abc import Mapping
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Final, Self

import orjson
from pydantic import Field, SecretStr

from engine.clock import Clock, SystemClock
from engine.contracts import Model, Record
from engine.errors import BadInput, NotFound
from engine.models.client import OpenAICompatible
from engine.models.embedded import SHARED, EmbeddedServer, SharedServer
from engine.models.exchange import response_from_json
from engine.models.list_prices import listed
from engine.models.prices import LOCAL, PriceCard, Prices
from engine.models.scripted import Answer, Scripted
from engine.models.tool_grammar import ToolGrammar
from engine.models.voting import Voting
from engine.reliability.retry import RetryPolicy

SMALL: Final = "small"
LARGE: Final = "large"
SCRIPTED: Final = "scripted:"
# The embedded model answers one call at a time: those behind it wait their turn.
EMBEDDED_TIMEOUT_S: Final = 300.0


class Endpoint(Record):
    """An OpenAI-compatible server and what may be known of it."""

    base_url: str = Field(pattern=r"^https?://", description="Up to and with `/v1`.")
    api_key: SecretStr | None = None
    prices: tuple[PriceCard, ...] = ()
    timeout_s: float = Field(default=120.0, gt=0, description="For one attempt of a call.")


class Catalog:
    """Models by name, each made once and closed with the catalog.

    `small` and `large` are the embedded model, `ENDPOINT/MODEL` is a model of a known endpoint,
    `http(s)://HOST/v1#MODEL` one of any endpoint, `scripted:FILE` a script.
    """

    def __init__(
        self,
        endpoints: Mapping[str, Endpoint] | None = None,
        *,
        server: SharedServer = SHARED,
        clock: Clock | None = None,
        rng: Random | None = None,
        policy: RetryPolicy | None = None,
    ) -> None:
        self._endpoints = dict(endpoints or {})
        self._models: dict[str, Model] = {}
        self._shared = server
        self._server: EmbeddedServer | None = None
        self._clock = clock or SystemClock()
        self._rng = rng or Random()
        self._policy = policy or RetryPolicy()

    def get(self, name: str) -> Model:
        """The model of that name; raises `NotFound` listing what there is."""
        if name not in self._models:
            self._models[name] = self._make(name)
        return self._models[name]

    def names(self) -> tuple[str, ...]:
        """The names and name patterns that `get` takes."""
        return (
            SMALL,
            LARGE,
            *(f"{endpoint}/MODEL" for endpoint in self._endpoints),
            "http://HOST:PORT/v1#MODEL",
            f"{SCRIPTED}FILE",
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every model made, and let go of the embedded server."""
        for model in self._models.values():
            await model.aclose()
        self._models.clear()
        if self._server is not None:
            self._server = None
            self._shared.release()

    def _make(self, name: str) -> Model:
        endpoint, slash, model = name.partition("/")
        if name == SMALL:
            return self._embedded(SMALL)
        if name == LARGE:
            return Voting(self._embedded(LARGE), LARGE)
        if name.startswith(SCRIPTED):
            return _scripted(name)
        if name.startswith(("http://", "https://")):
            return self._anywhere(name)
        if slash and model and endpoint in self._endpoints:
            return self._remote(name, self._endpoints[endpoint], model)
        raise NotFound(f"no model named {name!r}", hint=f"known: {', '.join(self.names())}")

    def _embedded(self, name: str) -> Model:
        self._server = self._server or self._shared.acquire()
        local = Endpoint(base_url=self._server.url, prices=(LOCAL,), timeout_s=EMBEDDED_TIMEOUT_S)
        return ToolGrammar(self._remote(name, local, self._server.model))

    def _anywhere(self, name: str) -> Model:
        base_url, _, model = name.partition("#")
        if not model:
            raise BadInput("which model of it?", where=name, hint="http://HOST:PORT/v1#MODEL")
        return self._remote(name, Endpoint(base_url=base_url), model)

    def _remote(self, name: str, endpoint: Endpoint, model: str) -> Model:
        return OpenAICompatible(
            name,
            endpoint.base_url,
            model,
            api_key=endpoint.api_key,
            timeout_s=endpoint.timeout_s,
            policy=self._policy,
            prices=Prices(endpoint.prices, listed),
            clock=self._clock,
            rng=self._rng,
        )


def _scripted(name: str) -> Model:
    """A script of one answer a line: a JSON text, or a `ModelResponse` as JSON; it repeats."""
    path = Path(name.removeprefix(SCRIPTED))
    if not path.is_file():
        raise NotFound("no such script", where=str(path))
    lines = path.read_text().splitlines()
    script = [_answer(line, f"{path}:{at}") for at, line in enumerate(lines, 1) if line.strip()]
    return Scripted(script, name=name, repeat=True)


def _answer(line: str, where: str) -> Answer | str:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise BadInput(f"is no JSON: {error}", where=where) from None
    return value if isinstance(value, str) else response_from_json(value, where)
