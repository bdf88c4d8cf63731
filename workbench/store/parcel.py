"""Tables of facts as Parquet files, and how such files are taken in: whole or not at all."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from engine.contracts import Fact
from engine.errors import BadInput, StoreGarbled
from workbench.store.lake import Lake
from workbench.store.rows import Row, arrow, decode, encode, schema
from workbench.store.selection import BATCH_ROWS, REFERRED
from workbench.store.tables import BY_FACT, BY_NAME, TABLES, Table

_COMPRESSION: Final = "zstd"
Parcel = Mapping[str, Path]
"""Parquet files by table."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of taking a parcel in."""

    new: tuple[str, ...]
    """Runs that came with it."""
    known: tuple[str, ...]
    """Runs that were here already, with all that the parcel has of them."""
    rows: int


def writer(table: Table, file: IO[bytes] | Path | Any) -> pq.ParquetWriter:
    """What writes rows of the table; equal batches give equal bytes."""
    return pq.ParquetWriter(file, schema(table), compression=_COMPRESSION)


class ParcelWriter:
    """Writes facts of any kind, in batches, to a Parquet file for each table in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: defaultdict[str, list[Row]] = defaultdict(list)
        self._writers: dict[str, pq.ParquetWriter] = {}

    def add(self, fact: Fact) -> None:
        """Take a fact; raises `BadInput` for one that has no row."""
        rows = self._waiting[BY_FACT[type(fact)].name]
        rows.append(encode(fact))
        if len(rows) >= BATCH_ROWS:
            self._write(BY_FACT[type(fact)])

    @property
    def parcel(self) -> Parcel:
        """The files, once this is closed."""
        return {name: self._path(name) for name in self._writers}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for name in [name for name, rows in self._waiting.items() if rows]:
            self._write(BY_NAME[name])
        for open_writer in self._writers.values():
            open_writer.close()

    def _write(self, table: Table) -> None:
        if table.name not in self._writers:
            self._writers[table.name] = writer(table, self._path(table.name))
        self._writers[table.name].write_table(arrow(table, self._waiting.pop(table.name)))

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.parquet"


def read_facts(table: Table, path: Path, where: str) -> Iterator[Fact]:
    """The facts in a file, each checked against its contract.

    Columns of a later version that the file does not have yet are left at their default. Raises
    `BadInput` for a file that is no table of ours, naming the row at fault.
    """
    try:
        with pq.ParquetFile(path) as file:
            _check_columns(table, file.schema_arrow, where)
            batches = file.iter_batches(BATCH_ROWS)
            yield from _facts(table, batches, where)
    except (pa.ArrowException, OSError) as error:
        raise BadInput(f"is no readable Parquet: {error}", where=where) from None


def take_in(lake: Lake, parcel: Parcel, runs: Sequence[str]) -> Taken:
    """Add the runs of a checked parcel in one transaction; what is here already stays as it is.

    Raises `BadInput` where a run of it is here with other content: then nothing is added.
    """
    tables = [table for table in TABLES if table.name in parcel]
    with lake.transaction("taking in runs") as connection:
        known = _known(connection, runs)
        if "episodes" in parcel:
            _refuse_doubles(connection, parcel["episodes"])
        for table in tables:
            _refuse_others(connection, table, parcel[table.name], known)
        added = sum(
            insert_missing(connection, table, parcel[table.name], known) for table in tables
        )
    new = tuple(run for run in runs if run not in known)
    return Taken(new, tuple(known), added)


def _facts(table: Table, batches: Iterator[pa.RecordBatch], where: str) -> Iterator[Fact]:
    number = 0
    for batch in batches:
        for row in batch.to_pylist():
            number += 1
            try:
                yield decode(table, _whole(table, row))
            except (StoreGarbled, ValueError, OverflowError) as error:
                raise BadInput(f"row {number}: {error}", where=where) from None


def _whole(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """The row with a default for each column that it lacks."""
    lacking = [field for field, _ in table.fields if field not in row and field != "usage"]
    if not lacking:
        return row
    fields = table.fact.model_fields
    defaults = {f: fields[f].get_default(call_default_factory=True) for f in lacking}
    return row | {f: "{}" if value == {} else value for f, value in defaults.items()}


def _check_columns(table: Table, found: pa.Schema, where: str) -> None:
    wanted = schema(table)
    for field in found:
        at = wanted.get_field_index(field.name)
        kind = pa.string() if pa.types.is_large_string(field.type) else field.type
        if at < 0 or wanted.field(at).type != kind:
            raise BadInput(f"has a column {field.name} of type {field.type}", where=where)
    for name in set(wanted.names) - set(found.names):
        field_info = table.fact.model_fields.get(name)
        if field_info is None or field_info.is_required():
            raise BadInput(f"has no column {name}", where=where)


def _known(connection: duckdb.DuckDBPyConnection, runs: Sequence[str]) -> list[str]:
    sql = "SELECT DISTINCT run_id FROM runs WHERE run_id IN (SELECT unnest(?)) ORDER BY run_id"
    return [row[0] for row in connection.execute(sql, [list(runs)]).fetchall()]


def _refuse_doubles(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    sql = """
        SELECT episode_id FROM read_parquet($path) AS new JOIN episodes USING (episode_id)
        WHERE new.run_id <> episodes.run_id ORDER BY episode_id LIMIT 1
    """
    if double := connection.execute(sql, {"path": str(path)}).fetchone():
        raise BadInput(f"{double[0]} is an episode of another run here", hint="nothing was changed")


def _refuse_others(
    connection: duckdb.DuckDBPyConnection, table: Table, path: Path, known: list[str]
) -> None:
    if not known or table.name in REFERRED:
        return
    names = _names(path)
    sql = f"""
        SELECT run_id, count(*) FROM (
            SELECT {names} FROM read_parquet($path) WHERE run_id IN (SELECT unnest($known))
            EXCEPT ALL
            SELECT {names} FROM {table.name} WHERE run_id IN (SELECT unnest($known)))
        GROUP BY run_id ORDER BY run_id LIMIT 1
    """  # noqa: S608 - names of our own, checked
    other = connection.execute(sql, {"path": str(path), "known": known}).fetchone()
    if other:
        said = f"{other[0]} is here already with other content: {other[1]} rows of {table.name}"
        raise BadInput(f"{said} are not in it", hint="nothing was changed")


def insert_missing(
    connection: duckdb.DuckDBPyConnection, table: Table, path: Path, known: list[str]
) -> int:
    """Add the rows of new runs, and those of no run in the parcel that are not here yet."""
    names = _names(path)
    source = f"SELECT {names} FROM read_parquet($path)"  # noqa: S608 - as above
    if table.name in REFERRED:
        source += f" EXCEPT ALL SELECT {names} FROM {table.name} WHERE $known IS NOT NULL"  # noqa: S608
    else:
        source += " WHERE run_id NOT IN (SELECT unnest($known))"
    sql = f"INSERT INTO hot.{table.name} ({names}) {source}"
    row = connection.execute(sql, {"path": str(path), "known": known}).fetchone()
    return int(row[0]) if row else 0


def _names(path: Path) -> str:
    return ", ".join(f'"{name}"' for name in pq.read_schema(path).names)
