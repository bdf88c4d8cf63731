"""What a call costs."""

import pytest

from engine.contracts import Usage
from engine.errors import BadInput
from engine.models.list_prices import listed
from engine.models.prices import LOCAL, UNKNOWN, PriceCard, Prices

USAGE = Usage(input_tokens=1_000_000, cached_tokens=400_000, output_tokens=100_000, calls=1)
CARD = PriceCard(model="m", input_usd=2.0, cached_usd=0.5, output_usd=10.0)


def test_a_card_prices_fresh_cached_and_output_tokens():
    """0.6 M fresh at 2, 0.4 M cached at 0.5 and 0.1 M output at 10 are 2.40."""
    assert CARD.cost_usd(USAGE) == pytest.approx(2.4)


def test_without_a_cached_price_all_input_costs_the_same():
    """1 M input at 2 and 0.1 M output at 10 are 3.00."""
    card = PriceCard(model="m", input_usd=2.0, output_usd=10.0)
    assert card.cost_usd(USAGE) == pytest.approx(3.0)


def test_a_card_goes_before_the_list():
    """An own price is not overruled by the public one."""
    own = PriceCard(model="gpt-4o", input_usd=1.0, output_usd=0.0)
    price = Prices([own], listed).price("gpt-4o", "openai", USAGE)
    assert (price.cost_usd, price.source) == (1.0, "card")


def test_local_models_cost_nothing_and_say_why():
    """Zero is a known price with a source."""
    price = Prices([LOCAL]).price("any", None, USAGE)
    assert (price.cost_usd, price.source) == (0.0, "local")


def test_an_unknown_price_is_null():
    """What nobody knows is not free."""
    price = Prices([CARD], listed).price("no-such-model", "openai", USAGE)
    assert (price.cost_usd, price.source) == (None, "unknown")


@pytest.mark.parametrize("provider", ["openai", "https://api.openai.com/v1"])
def test_the_list_knows_a_provider_by_id_and_by_address(provider):
    """gpt-4o: 0.6 M at 2.50, 0.4 M cached at 1.25, 0.1 M output at 10 are 3.00."""
    price = listed("gpt-4o", provider, USAGE)
    assert (price.cost_usd, price.source) == (pytest.approx(3.0), "genai-prices")


def test_a_known_model_at_an_unknown_address_has_no_price():
    """Who serves it sets the price."""
    assert listed("gpt-4o", "http://127.0.0.1:9/v1", USAGE) == UNKNOWN


def test_a_model_listed_without_token_rates_has_no_price():
    """A price by the hour of audio does not make tokens free."""
    assert listed("whisper-1", "openai", USAGE) == UNKNOWN


def test_a_negative_price_is_refused():
    """A card's numbers are checked."""
    with pytest.raises(BadInput, match="input_usd"):
        PriceCard.parse({"model": "m", "input_usd": -1, "output_usd": 0})
