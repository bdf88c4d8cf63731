"""Finds a model by its name."""

from collections.abc import Mapping
from types import TracebackType
from typing import Self

from pydantic import Field, SecretStr

from engine.contracts import Model, Record
from engine.errors import NotFound
from engine.models.prices import PriceCard


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

    def __init__(self, endpoints: Mapping[str, Endpoint] | None = None) -> None:
        self._endpoints = dict(endpoints or {})
        self._models: dict[str, Model] = {}

    def get(self, name: str) -> Model:
        """The model of that name; raises `NotFound` listing what there is."""
        if name not in self._models:
            raise NotFound(f"no model named {name!r}", hint=f"known: {', '.join(self.names())}")
        return self._models[name]

    def names(self) -> tuple[str, ...]:
        """The names and name patterns that `get` takes."""
        return (
            "small",
            "large",
            *(f"{endpoint}/MODEL" for endpoint in self._endpoints),
            "http://HOST:PORT/v1#MODEL",
            "scripted:FILE",
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
        """Close every model made."""
        for model in self._models.values():
            await model.aclose()
        self._models.clear()
