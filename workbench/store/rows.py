"""From facts to rows and back, nothing lost: `decode(table, encode(fact)) == fact`.

Times keep whole microseconds. JSON has no NaN and no infinity: they come back as null.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from typing import Any, Final

import pyarrow as pa
from pydantic import TypeAdapter

from engine.contracts import (
    Boundary,
    CanaryEvidence,
    ErrorSpec,
    Fact,
    MessageSpec,
    Provenance,
    check,
    json_text,
)
from engine.errors import BadInput
from workbench.store.tables import BY_FACT, USAGE_COLUMNS, Kind, Table

Row = tuple[Any, ...]

_MICRO: Final = 1e6
_BIGINT: Final = 2**63
_YEAR_10000: Final = 253_402_300_799
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RECORDS: Final[dict[str, TypeAdapter[Any]]] = {
    "provenance": TypeAdapter(Provenance),
    "error": TypeAdapter(ErrorSpec),
    "messages": TypeAdapter(tuple[MessageSpec, ...]),
    "evidence": TypeAdapter(tuple[CanaryEvidence, ...]),
}
_ANY: Final[TypeAdapter[Any]] = TypeAdapter(Any)
_ARROW: Final = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}


def encode(fact: Fact) -> Row:
    """The fact as the values of its table's columns; raises `BadInput` for what has no row."""
    row: list[Any] = []
    try:
        for put, name in _puts(type(fact)):
            put(row, getattr(fact, name))
    except (ValueError, OverflowError, TypeError) as error:
        raise BadInput(str(error), where=type(fact).__name__) from error
    return tuple(row)


def size(row: Row) -> int:
    """About how many bytes the row takes."""
    return sum(len(value) if isinstance(value, str) else 8 for value in row)


def arrow(table: Table, rows: Sequence[Row]) -> pa.Table:
    """The rows as columns of the table's types."""
    columns = zip(*rows, strict=True)
    kinds = schema(table)
    arrays = [pa.array(c, t) for c, t in zip(columns, kinds.types, strict=True)]
    return pa.Table.from_arrays(arrays, schema=kinds)


def decode(table: Table, row: Mapping[str, Any]) -> Fact:
    """The fact that a row, by column name, was made of; raises `StoreGarbled` where it is none."""
    values = {name: _taken(table, row, name, kind) for name, kind in table.fields}
    where = f"table {table.name}"
    return check(
        Boundary.STORE_ROW, table.fact, values, where=where, correlation_id=_id(row), strict=False
    )


def decode_all(table: Table, rows: Iterable[Mapping[str, Any]]) -> tuple[Fact, ...]:
    """`decode` for each row."""
    return tuple(decode(table, row) for row in rows)


Put = Callable[[list[Any], Any], None]


@cache
def _puts(fact: type[Fact]) -> tuple[tuple[Put, str], ...]:
    """What appends each field of a fact to its row."""
    return tuple((_put(name, kind), name) for name, kind in BY_FACT[fact].fields)


def _put(name: str, kind: Kind) -> Put:
    if kind is Kind.RECORD:
        return _put_record(_RECORDS[name])
    return {
        Kind.TIME: _put_time,
        Kind.JSON: lambda row, value: row.append(None if value is None else json_text(value)),
        Kind.USAGE: lambda row, value: row.extend(getattr(value, c) for c in USAGE_COLUMNS),
        Kind.PLAIN: _put_plain,
    }[kind]


def _put_plain(row: list[Any], value: Any) -> None:
    if value.__class__ is int and not -_BIGINT <= value < _BIGINT:
        raise OverflowError(f"{value} has more than 64 bits")
    row.append(value.value if isinstance(value, Enum) else value)


def _put_time(row: list[Any], value: float) -> None:
    if not 0 <= value < _YEAR_10000:
        raise ValueError(f"{value} is no time between the years 1970 and 9999")
    row.append(round(value * _MICRO))


def _put_record(adapter: TypeAdapter[Any]) -> Put:
    def put(row: list[Any], value: Any) -> None:
        text = None if value is None else adapter.dump_json(value, exclude_defaults=True).decode()
        row.append(text)

    return put


@cache
def schema(table: Table) -> pa.Schema:
    """Name and Arrow type of each column."""
    types: list[pa.DataType] = []
    for name, kind in table.fields:
        if kind is Kind.USAGE:
            types += [pa.int64()] * len(USAGE_COLUMNS)
        elif kind is Kind.TIME:
            types.append(pa.timestamp("us"))
        else:
            types.append(pa.string() if kind is not Kind.PLAIN else _plain_type(table, name))
    return pa.schema(list(zip(table.columns, types, strict=True)))


def _plain_type(table: Table, name: str) -> pa.DataType:
    annotation = table.fact.model_fields[name].annotation
    options = [annotation, *getattr(annotation, "__args__", ())]
    return next((_ARROW[option] for option in options if option in _ARROW), pa.string())


def _taken(table: Table, row: Mapping[str, Any], name: str, kind: Kind) -> Any:
    if kind is Kind.USAGE:
        return {column: row[column] for column in USAGE_COLUMNS}
    value = row[name]
    if value is None or kind is Kind.PLAIN:
        return value
    if kind is Kind.TIME:
        return (value.replace(tzinfo=UTC) - _EPOCH).total_seconds()
    type_ = _RECORDS[name] if kind is Kind.RECORD else _ANY
    where = f"table {table.name}: {name}"
    return check(
        Boundary.STORE_ROW, type_, value, where=where, correlation_id=_id(row), place=f"/{name}"
    )


def _id(row: Mapping[str, Any]) -> str:
    """Whose row it is."""
    return str(row.get("episode_id") or row["run_id"])
