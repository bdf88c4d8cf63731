"""What a model call costs."""

from collections.abc import Callable, Iterable

from pydantic import Field

from engine.contracts import Record, Usage


class PriceCard(Record):
    """The price of one model, in USD per million tokens."""

    model: str = Field(description="The model's name as the endpoint knows it; `*` is any model.")
    input_usd: float = Field(ge=0)
    output_usd: float = Field(ge=0)
    cached_usd: float | None = Field(
        default=None, ge=0, description="Of input read from a cache; null: as other input."
    )
    source: str = "card"

    def cost_usd(self, usage: Usage) -> float:
        """The price of that usage."""
        cached_usd = self.input_usd if self.cached_usd is None else self.cached_usd
        fresh = usage.input_tokens - usage.cached_tokens
        micro_usd = (
            fresh * self.input_usd
            + usage.cached_tokens * cached_usd
            + usage.output_tokens * self.output_usd
        )
        return micro_usd / 1e6


class Price(Record):
    """The price of a call and where it is from; an unknown price is null, never 0."""

    cost_usd: float | None
    source: str


UNKNOWN = Price(cost_usd=None, source="unknown")
LOCAL = PriceCard(model="*", input_usd=0.0, output_usd=0.0, source="local")

Listed = Callable[[str, str | None, Usage], Price]


def unlisted(model: str, provider: str | None, usage: Usage) -> Price:  # noqa: ARG001
    """The price list that knows no model."""
    return UNKNOWN


class Prices:
    """Price cards first, then a price list; what neither knows is unknown."""

    def __init__(self, cards: Iterable[PriceCard] = (), listed: Listed = unlisted) -> None:
        self._cards = {card.model: card for card in cards}
        self._listed = listed

    def price(self, model: str, provider: str | None, usage: Usage) -> Price:
        """What `usage` of `model` costs where `provider` (id or base URL) serves it."""
        card = self._cards.get(model) or self._cards.get("*")
        if card is None:
            return self._listed(model, provider, usage)
        return Price(cost_usd=card.cost_usd(usage), source=card.source)
