"""The public price list that comes with `genai-prices`; it is never updated over the network."""

import genai_prices

from engine.contracts import Usage
from engine.models.prices import UNKNOWN, Price


def listed(model: str, provider: str | None, usage: Usage) -> Price:
    """What the list says the usage costs today; unknown where it has no token rates for it.

    `provider` is an id such as `openai` or the base URL of its API; None looks for the model
    alone.
    """
    by_url = provider is not None and "://" in provider
    try:
        found = genai_prices.data_snapshot.get_snapshot().calc(
            _counts(usage),
            model,
            provider_id=None if by_url else provider,
            provider_api_url=provider if by_url else None,
            genai_request_timestamp=None,
        )
    except LookupError:
        return UNKNOWN
    rates = found.model_price
    if None in (rates.input_mtok, rates.output_mtok):
        return UNKNOWN  # the list would sum up to 0
    return Price(cost_usd=float(found.total_price), source="genai-prices")


def _counts(usage: Usage) -> genai_prices.Usage:
    return genai_prices.Usage(
        input_tokens=usage.input_tokens,
        cache_read_tokens=usage.cached_tokens,
        output_tokens=usage.output_tokens,
    )
