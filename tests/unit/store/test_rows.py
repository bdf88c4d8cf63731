"""Facts become rows and rows become the facts they were."""

import math
from typing import Any

import pytest
from hypothesis import given, settings

from engine.contracts import ErrorSpec, Fact
from engine.errors import BadInput, StoreGarbled
from tests.unit.store import facts
from workbench.store.rows import arrow, decode, encode
from workbench.store.tables import BY_FACT, TABLES


@settings(deadline=None)  # the first table loads pandas
@given(facts.any_fact)
def test_round_trip(fact: Fact) -> None:
    """A fact that went through a row and its columns comes back equal."""
    table = BY_FACT[type(fact)]
    assert decode(table, arrow(table, [encode(fact)]).to_pylist()[0]) == fact


def test_json_keeps_large_numbers() -> None:
    """Whole numbers beyond 64 bits inside JSON are kept."""
    fact = facts.exchange(request={"id": 2**70})
    table = BY_FACT[type(fact)]
    assert decode(table, arrow(table, [encode(fact)]).to_pylist()[0]) == fact


def test_not_a_number_in_json_is_null() -> None:
    """What JSON cannot say is kept as null."""
    row = encode(facts.exchange(response=math.nan))
    assert row[BY_FACT[type(facts.exchange())].columns.index("response")] == "null"


@pytest.mark.parametrize(
    "given",
    [
        {"started_at": math.inf},
        {"started_at": 1e15},
        {"seed": 2**63},
        {"seed": -(2**63) - 1},
    ],
)
def test_refuses_what_has_no_row(given: dict[str, Any]) -> None:
    """A time or a number that no column holds is refused when it is given, not at the commit."""
    with pytest.raises(BadInput, match="Run"):
        encode(facts.run(**given))


@pytest.mark.parametrize(
    ("column", "value", "at"),
    [
        ("error", '{"code": "x", "secret": "hunter2"}', "/error/message"),
        ("metadata", '{"a": hunter2', "/metadata"),
        ("steps", -1, "/steps"),
        ("stop_reason", "hunter2", "/stop_reason"),
    ],
)
def test_a_garbled_row_is_refused(column: str, value: Any, at: str) -> None:
    """A row that was changed by hand is named by table, column and episode, never by its value."""
    table = BY_FACT[type(facts.episode())]
    row = arrow(table, [encode(facts.episode(3))]).to_pylist()[0] | {column: value}
    with pytest.raises(StoreGarbled, match="table episodes: ") as raised:
        decode(table, row)
    told = ErrorSpec.of(raised.value)
    assert (told.pointer, told.correlation_id) == (at, f"ep-{3:020x}")
    assert "hunter2" not in told.model_dump_json()


def test_every_field_has_a_column() -> None:
    """Each field of each fact is written, by its own name or as the columns of its usage."""
    missing = {
        (table.name, name)
        for table in TABLES
        for name in table.fact.model_fields
        if name not in table.columns and name != "usage"
    }
    assert missing == set()
