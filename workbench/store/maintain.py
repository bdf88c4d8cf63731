"""Keep the lake fast: few large cold files for many small hot ones, no more past than asked for.

Each step is a transaction of its own under the writers' lock, bounded so that they wait for
seconds at most; readers never wait. Killed at any moment it leaves the lake as it was before the
step it was in, and the next maintenance goes on from there.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import duckdb

from engine.clock import Clock
from engine.errors import StoreError
from workbench.store.lake import Lake
from workbench.store.tables import TABLES, Table

_SMALL_BYTES: Final = 32_000_000
"""Files below this are merged with their neighbours; larger ones are not worth writing again."""
_MERGES_AT_ONCE: Final = 20
"""Merges in one commit: what bounds how long writers wait for it."""
_VACUUM_TIMEOUT_S: Final = 300.0


@dataclass(frozen=True, slots=True)
class MaintenancePolicy:
    """What is moved, and how much of the past is kept."""

    move_from_rows: int = 10_000
    """A hot table with fewer rows stays as it is: cold is a file for each tenant."""
    chunk_rows: int = 200_000
    """Rows moved in one commit: about two seconds of the writers' time."""
    keep_s: float = 7 * 86_400.0
    """How far back a store can be read as of then."""
    grace_s: float = 3_600.0
    """How long files that nothing refers to stay, for the readers that still have them open."""


@dataclass(frozen=True, slots=True)
class MaintenanceReport:
    """What maintenance did."""

    rows_moved: int
    files_before: int
    files_after: int
    bytes_before: int
    bytes_after: int
    files_deleted: int
    snapshots_expired: int
    seconds: float


def maintain(
    lake: Lake, clock: Clock, policy: MaintenancePolicy | None = None
) -> MaintenanceReport:
    """Move hot rows to cold, merge small files, expire snapshots, delete what they left, vacuum.

    Safe while others write and read. Raises `StoreError`.
    """
    policy = policy or MaintenancePolicy()
    if lake.location is None:
        return _maintain(lake, clock, policy)
    # DuckLake 1.0 moves and merges on several threads with a race that corrupts memory (seen once
    # in fifty rounds here): a way in of its own, with one thread, keeps clear of it.
    with closing(Lake.open(lake.location, threads=1)) as own:
        return _maintain(own, clock, policy)


def _maintain(lake: Lake, clock: Clock, policy: MaintenancePolicy) -> MaintenanceReport:
    start = clock.monotonic()
    files_before, bytes_before = _extent(lake)
    moved = sum(_move(lake, table, policy) for table in TABLES)
    expired = deleted = 0
    if lake.ducklake:
        _merge(lake)
        expired = _expire(lake, clock.now() - policy.keep_s)
        deleted = _delete(lake, clock.now() - policy.grace_s)
        _vacuum(lake)
    files_after, bytes_after = _extent(lake)
    return MaintenanceReport(
        rows_moved=moved,
        files_before=files_before,
        files_after=files_after,
        bytes_before=bytes_before,
        bytes_after=bytes_after,
        files_deleted=deleted,
        snapshots_expired=expired,
        seconds=clock.monotonic() - start,
    )


def _move(lake: Lake, table: Table, policy: MaintenancePolicy) -> int:
    """Rows moved: all that are hot when it begins, oldest first, a chunk at a time."""
    hot = lake.frame(f"SELECT count(*), max(rowid) FROM hot.{table.name}").row(0)  # noqa: S608
    if hot[0] == 0 or hot[0] < policy.move_from_rows:
        return 0
    return sum(_chunks(lake, table, policy.chunk_rows, upto=hot[1]))


def _chunks(lake: Lake, table: Table, rows: int, *, upto: int) -> Iterator[int]:
    moved = rows
    while moved:
        with lake.transaction(f"moving rows of {table.name}") as connection:
            moved = _move_chunk(connection, table, rows, upto)
        yield moved


def _move_chunk(connection: duckdb.DuckDBPyConnection, table: Table, rows: int, upto: int) -> int:
    """Move the oldest hot rows, whole files for the most part, since row ids grow with time."""
    hot, cold = f"hot.{table.name}", f"cold.{table.name}"
    order = ", ".join(f'"{column}"' for column in table.order)
    pick = f"""
        SELECT max(rowid) FROM (
            SELECT rowid FROM {hot} WHERE rowid <= $upto ORDER BY rowid LIMIT $rows)
    """  # noqa: S608 - names of our own, here and below
    bound = connection.execute(pick, {"upto": upto, "rows": rows}).fetchone()
    if bound is None or bound[0] is None:
        return 0
    connection.execute(f"INSERT INTO {cold} FROM {hot} WHERE rowid <= ? ORDER BY {order}", bound)
    return _number(connection.execute(f"DELETE FROM {hot} WHERE rowid <= ?", bound))  # noqa: S608


def _merge(lake: Lake) -> None:
    """Write inlined rows to files, drop deleted rows from files, and join small files."""
    with lake.transaction("flushing inlined rows") as connection:
        connection.execute("CALL ducklake_flush_inlined_data('lake')")
    for schema, table in ((s, t.name) for s in ("hot", "cold") for t in TABLES):
        with lake.transaction(f"rewriting {schema}.{table}") as connection:
            sql = "CALL ducklake_rewrite_data_files('lake', $table, schema => $schema)"
            connection.execute(sql, {"table": table, "schema": schema})
        _join_files(lake, schema, table)


def _join_files(lake: Lake, schema: str, table: str) -> None:
    sql = """
        SELECT coalesce(sum(files_processed), 0)::BIGINT FROM ducklake_merge_adjacent_files(
            'lake', $table, schema => $schema, max_compacted_files => $most, max_file_size => $size)
    """
    given = {"table": table, "schema": schema, "most": _MERGES_AT_ONCE, "size": _SMALL_BYTES}
    joined = 1
    while joined:
        with lake.transaction(f"joining files of {schema}.{table}") as connection:
            joined = _number(connection.execute(sql, given))


def _expire(lake: Lake, before: float) -> int:
    """Let go of the snapshots made before then, the latest kept; how many that were."""
    sql = "SELECT count(*) FROM ducklake_expire_snapshots('lake', older_than => $before)"
    with lake.transaction("expiring snapshots") as connection:
        return _number(connection.execute(sql, {"before": _moment(before)}))


def _delete(lake: Lake, before: float) -> int:
    """Delete files that nothing refers to since then: outlived ones, and those of killed writers.

    A writer at work is not in the way: it holds the lock that this takes.
    """
    deleted = 0
    for what in ("cleanup_old", "delete_orphaned"):
        sql = f"SELECT count(*) FROM ducklake_{what}_files('lake', older_than => $before)"  # noqa: S608
        with lake.transaction("deleting old files") as connection:
            deleted += _number(connection.execute(sql, {"before": _moment(before)}))
    return deleted


def _vacuum(lake: Lake) -> None:
    """Give the embedded catalogue's free pages back.

    In a process of its own: two copies of SQLite in one process break each other's file locks.
    """
    if lake.location is None or lake.location.shared:
        return
    with lake.turn():
        _run_vacuum(lake.location.catalogue_file)


def _run_vacuum(catalogue: Path) -> None:
    script = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=30).execute('VACUUM')"
    command = [sys.executable, "-c", script, str(catalogue)]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=_VACUUM_TIMEOUT_S)
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode().strip().splitlines()
        raise StoreError(
            f"vacuum of the catalogue failed: {said[-1] if said else error}"
        ) from error
    except subprocess.TimeoutExpired as error:
        raise StoreError(f"vacuum of the catalogue took over {error.timeout:.0f} s") from error


def _extent(lake: Lake) -> tuple[int, int]:
    """Data files and their bytes, as of now."""
    if not lake.ducklake:
        return 0, 0
    sql = """
        SELECT sum(file_count)::BIGINT, sum(file_size_bytes)::BIGINT
        FROM ducklake_table_info('lake')
    """
    files, size = lake.frame(sql).row(0)
    return files or 0, size or 0


def _number(result: duckdb.DuckDBPyConnection) -> int:
    row = result.fetchone()
    return int(row[0]) if row else 0


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
