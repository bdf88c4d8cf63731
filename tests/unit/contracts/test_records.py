"""What every public record promises of itself."""

import pytest
from pydantic import ValidationError

from engine.contracts import RouterSpec
from engine.contracts.export import public_records
from engine.errors import BadInput

RECORDS = public_records()
FIELDS = [(name, field) for name, kind in RECORDS.items() for field in kind.model_fields]
BOUNDS = {"minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"}
ANY_NUMBER = {"seed"}  # of every sign and size


@pytest.mark.parametrize(("record", "field"), FIELDS)
def test_every_field_says_what_it_is(record: str, field: str) -> None:
    """A field without a description cannot be filled in by somebody else."""
    assert RECORDS[record].model_fields[field].description


@pytest.mark.parametrize("record", sorted(RECORDS))
def test_numbers_are_bounded(record: str) -> None:
    """A number says what is too little or too much, unless every number has a meaning."""
    for name, field in RECORDS[record].model_json_schema()["properties"].items():
        forms = [field, *field.get("anyOf", ())]
        numbers = [form for form in forms if form.get("type") in {"integer", "number"}]
        assert name in ANY_NUMBER or all(BOUNDS & form.keys() for form in numbers), name


@pytest.mark.parametrize("record", sorted(RECORDS))
def test_records_are_closed_and_frozen(record: str) -> None:
    """Unknown fields are refused, and nothing is changed after it was made."""
    config = RECORDS[record].model_config
    assert (config["extra"], config["frozen"], config["strict"]) == ("forbid", True, True)


TIERS = [
    {"name": "small", "model": "small", "max_context_tokens": 2048},
    {"name": "large", "model": "acme/big", "max_context_tokens": 128_000, "tools": True},
]
ROUTER = {"name": "main", "tiers": TIERS, "default_tier": "small"}


def test_a_router_knows_its_tiers() -> None:
    """In price order, by name; a tenant may be sent elsewhere."""
    tenants = [{"tenant": "acme", "default_tier": "large"}]
    spec = RouterSpec.parse({**ROUTER, "tenants": tenants})
    assert [tier.name for tier in spec.tiers] == ["small", "large"]
    assert spec.tier("large").tools
    with pytest.raises(KeyError):
        spec.tier("medium")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"default_tier": "medium"}, "no tier named medium"),
        ({"tenants": [{"tenant": "a", "default_tier": "medium"}]}, "no tier named medium"),
        ({"tiers": [TIERS[0], TIERS[0]]}, "two tiers are named small"),
        ({"tenants": [{"tenant": "a"}, {"tenant": "a"}]}, "two exceptions are for the tenant a"),
        ({"tiers": []}, "tiers: "),
        ({"tiers": [{**TIERS[0], "max_context_tokens": 0}]}, "max_context_tokens: "),
    ],
)
def test_a_router_that_cannot_be_is_refused(change: dict[str, object], said: str) -> None:
    """Names resolve, none comes twice, numbers keep their bounds; the error says which does not."""
    with pytest.raises(BadInput, match=said):
        RouterSpec.parse({**ROUTER, **change})


def test_a_router_is_strict() -> None:
    """A number in quotes is none."""
    with pytest.raises(ValidationError):
        RouterSpec.model_validate({**ROUTER, "quality_target": "0.8"})
