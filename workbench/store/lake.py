"""The lake: append-only tables of facts that many processes write and read at once.

DuckLake keeps the rows as Parquet files and their catalogue in SQLite or Postgres. Writers append
to unpartitioned `hot` tables, maintenance moves rows to `cold` ones; see `maintain.py`.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, Self

import duckdb
import filelock
import polars as pl
import pyarrow as pa

from engine.errors import NotFound, StoreError
from workbench.store import migrate
from workbench.store.extensions import connect
from workbench.store.faults import translate
from workbench.store.location import Location

INLINE_ROWS = 50
"""A smaller insert goes into the catalogue itself; beyond it a file is faster (measured)."""
LOCK_TIMEOUT_S = 120.0
"""How long a commit waits for its turn: longer than any one step of maintenance takes."""
_POLL_S = 0.002
_BUSY_MS = 30_000
"""How long SQLite waits when a crashed process's log has to be recovered first."""

AsOf = int | float | datetime
"""A snapshot's number, or a moment (seconds since the Unix epoch, or a datetime)."""
Params = Mapping[str, Any] | list[Any]


class Lake:
    """Tables of facts behind one in-process DuckDB; safe to use from several threads."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        lock: Callable[[], AbstractContextManager[object]],
        location: Location | None,
        as_of: AsOf | None = None,
    ) -> None:
        self._connection = connection
        self._lock = lock
        self.location = location
        self.as_of = as_of

    @classmethod
    def open(
        cls, location: Location, *, as_of: AsOf | None = None, threads: int | None = None
    ) -> Self:
        """Open the store at `location`, making or upgrading it where needed.

        A reader of the past (`as_of`) can change nothing. `threads` bounds what one query uses;
        null: all cores. Raises `StoreTooNew`, `StoreError`, or `NotFound` where there is no such
        snapshot.
        """
        lake = cls(_prepare(location, threads), _file_lock(location), location, as_of)
        try:
            lake._attach(location)
        except BaseException:
            lake.close()
            raise
        return lake

    @classmethod
    def memory(cls) -> Self:
        """The same tables in this process alone, gone when it ends."""
        lock = threading.Lock()
        lake = cls(connect(()), lambda: lock, None)
        lake._connection.execute("ATTACH ':memory:' AS lake")
        lake._upgrade()
        return lake

    def frame(self, sql: str, params: Params | None = None) -> pl.DataFrame:
        """What `sql` answers, at one snapshot; raises `StoreError`."""
        with self.cursor() as cursor:
            try:
                return cursor.execute(sql, params).pl()
            except duckdb.Error as error:
                raise translate(error, "reading the store") from error

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection of its own for one caller, for reading."""
        with closing(self._connection.cursor()) as cursor:
            try:
                cursor.execute("USE lake")
            except duckdb.Error as error:
                raise translate(error, "reading the store") from error
            yield cursor

    @contextmanager
    def at_one_moment(self) -> Iterator["Lake"]:
        """The lake for several questions that are all answered as of the same snapshot."""
        with self.cursor() as cursor:
            cursor.execute("BEGIN")
            yield _Moment(cursor, self._lock, self.location, self.as_of)

    @contextmanager
    def transaction(
        self, doing: str, given: Mapping[str, pa.Table] | None = None
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection whose changes all land together when the block ends, or none of them do.

        The tables `given` can be read by their names. Waits for its turn among all processes, so
        that no caller sees a lock error. Raises `StoreFull` or `StoreError`, naming what it was
        `doing`.
        """
        with self.cursor() as cursor:
            for name, table in (given or {}).items():
                cursor.register(name, table)
            with self.turn():
                yield from _all_or_nothing(cursor, doing)

    def name_commit(self, connection: duckdb.DuckDBPyConnection, name: str) -> None:
        """Give the transaction open on `connection` a name that `has_commit` finds."""
        if self.ducklake:
            connection.execute("CALL lake.set_commit_message('workbench', ?)", [name])

    def has_commit(self, name: str) -> bool:
        """Whether a transaction of that name has landed."""
        if not self.ducklake:
            return False
        found = "SELECT 1 FROM ducklake_snapshots('lake') WHERE commit_message = ?"
        return not self.frame(found, [name]).is_empty()

    @property
    def ducklake(self) -> bool:
        """Whether the tables lie in DuckLake, with snapshots and files; those in memory do not."""
        return self.location is not None

    def close(self) -> None:
        """Let go of the catalogue; closing twice is no error."""
        self._connection.close()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Keep all other writers, in whatever process, waiting while the block runs."""
        with ExitStack() as held:
            try:
                held.enter_context(self._lock())
            except filelock.Timeout:
                raise StoreError(
                    f"another process has kept the store for {LOCK_TIMEOUT_S:.0f} s",
                    hint=f"see who holds {self.location and self.location.lock_file}",
                ) from None
            except OSError as error:
                raise translate(error, "locking the store") from error
            yield

    def _attach(self, location: Location) -> None:
        if self.as_of is not None:
            self._attach_past(location, self.as_of)
            return
        try:
            self._connection.execute(_attach_sql(location, ["CREATE_IF_NOT_EXISTS false"]))
        except duckdb.Error as error:
            if "does not exist" not in str(error):
                raise translate(error, "opening the store") from error
            self._create(location)
        self._upgrade()

    def _attach_past(self, location: Location, as_of: AsOf) -> None:
        try:
            self._connection.execute(_attach_sql(location, [_moment(as_of)]))
        except duckdb.Error as error:
            if "snapshot" in str(error).lower():
                raise NotFound(f"the store has no snapshot at {as_of}") from error
            raise translate(error, "opening the store") from error

    def _create(self, location: Location) -> None:
        with self.turn():
            try:
                self._connection.execute(_attach_sql(location, []))
            except duckdb.Error as error:
                raise translate(error, "making the store") from error

    def _upgrade(self) -> None:
        with self.cursor() as cursor:
            steps = migrate.missing(cursor)
        for step in steps:
            with self.transaction(f"upgrading the store to {step.name}") as connection:
                migrate.apply(connection, step, lake=self.ducklake)
        if steps and self.location is not None:
            self._attach_again(self.location)

    def _attach_again(self, location: Location) -> None:
        """Forget tables of inlined rows that a step of another process has done away with."""
        try:
            self._connection.execute("DETACH lake")
            self._connection.execute(_attach_sql(location, []))
        except duckdb.Error as error:
            raise translate(error, "opening the store") from error

    def __repr__(self) -> str:
        return f"Lake({self.location.metadata if self.location else 'memory'})"


class _Moment(Lake):
    """A lake whose questions share one transaction, which changes nothing."""

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The one connection that has the transaction open."""
        yield self._connection


def _all_or_nothing(
    cursor: duckdb.DuckDBPyConnection, doing: str
) -> Iterator[duckdb.DuckDBPyConnection]:
    try:
        cursor.execute("BEGIN")
        yield cursor
        cursor.execute("COMMIT")
    except BaseException as error:
        with suppress(duckdb.Error):
            cursor.execute("ROLLBACK")
        if isinstance(error, duckdb.Error | OSError):
            raise translate(error, doing) from error
        raise


def _prepare(location: Location, threads: int | None) -> duckdb.DuckDBPyConnection:
    """A DuckDB that has what the location asks for; raises `StoreError`."""
    catalogue = "postgres_scanner" if location.shared else "sqlite_scanner"
    remote = ("httpfs",) if "://" in location.data else ()
    connection = connect(("ducklake", catalogue, *remote))
    try:
        location.home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"cannot make the folder {location.home}: {error.strerror}") from error
    connection.execute(f"SET temp_directory = {_quoted(str(location.spill))}")
    if threads is not None:
        connection.execute(f"SET threads = {threads}")
    return connection


def _file_lock(location: Location) -> Callable[[], AbstractContextManager[object]]:
    def lock() -> filelock.FileLock:
        return filelock.FileLock(location.lock_file, timeout=LOCK_TIMEOUT_S, poll_interval=_POLL_S)

    return lock


def _attach_sql(location: Location, options: list[str]) -> str:
    given = [f"DATA_PATH {_quoted(location.data)}", f"DATA_INLINING_ROW_LIMIT {INLINE_ROWS}"]
    if not location.shared:  # a home that was moved takes its files along
        given += ["OVERRIDE_DATA_PATH true", "META_JOURNAL_MODE 'WAL'"]
        given += [f"META_BUSY_TIMEOUT {_BUSY_MS}"]
    return f"ATTACH {_quoted(location.metadata)} AS lake ({', '.join([*given, *options])})"


def _moment(as_of: AsOf) -> str:
    if isinstance(as_of, int):
        return f"SNAPSHOT_VERSION {as_of}"
    moment = as_of if isinstance(as_of, datetime) else datetime.fromtimestamp(as_of, UTC)
    return f"SNAPSHOT_TIME {_quoted(moment.astimezone(UTC).isoformat())}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
