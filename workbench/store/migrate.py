"""Bring a store's schema to this version, one numbered step after the other.

A step makes tables whole: DuckLake 1.0 corrupts the heap now and then (once in 200 on a busy
machine) when a table that has rows in the catalogue changes and these are flushed afterwards.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import files

import duckdb

from engine.errors import StoreError, StoreTooNew

_HISTORY = """
CREATE TABLE IF NOT EXISTS main.migrations (
    version BIGINT, name VARCHAR, made_by VARCHAR, applied_at TIMESTAMP
)
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema."""

    version: int
    name: str
    sql: str
    lake_sql: str


@cache
def known() -> tuple[Migration, ...]:
    """Every step this version brings, in order."""
    folder = files("workbench.store.migrations")
    texts = {file.name: file.read_text() for file in folder.iterdir() if ".sql" in file.name}
    heads = (re.fullmatch(r"((\d{4})_\w+)\.sql", name) for name in sorted(texts))
    return tuple(
        Migration(int(m[2]), m[1], texts[m[0]], texts.get(f"{m[1]}.lake.sql", ""))
        for m in heads
        if m
    )


def missing(connection: duckdb.DuckDBPyConnection) -> tuple[Migration, ...]:
    """The steps the store has not seen.

    Raises `StoreTooNew` where it is ahead of this version, `StoreError` where it was made before
    there was one.
    """
    have, steps = _applied(connection), known()
    if have and not _begins_with(connection, steps[0]):
        raise StoreError(
            "the store was made before the first release, with other tables",
            hint="begin a new one: --home FOLDER, or WORKBENCH_HOME",
        )
    if have > steps[-1].version:
        raise StoreTooNew(
            f"the store has schema {have}, this version knows {steps[-1].version} at most",
            hint=f"install the agent-workbench that made it; this is {version('agent-workbench')}",
        )
    return tuple(step for step in steps if step.version > have)


def apply(connection: duckdb.DuckDBPyConnection, step: Migration, *, lake: bool) -> None:
    """Take one step in the transaction that is open on `connection`; a step taken is left alone."""
    if _applied(connection) >= step.version:
        return
    connection.execute(_HISTORY)
    connection.execute(step.sql)
    connection.execute(step.lake_sql if lake else "")
    connection.execute(
        "INSERT INTO main.migrations VALUES (?, ?, ?, now()::TIMESTAMP)",
        [step.version, step.name, version("agent-workbench")],
    )


def _applied(connection: duckdb.DuckDBPyConnection) -> int:
    try:
        row = connection.execute("SELECT max(version) FROM main.migrations").fetchone()
    except duckdb.CatalogException:  # no schema at all yet
        return 0
    return int(row[0] or 0) if row else 0


def _begins_with(connection: duckdb.DuckDBPyConnection, first: Migration) -> bool:
    taken = connection.execute("SELECT name FROM main.migrations WHERE version = 1").fetchone()
    return taken == (first.name,)
