"""A database of ours for state, and the two that it may be: an SQLite file, a Postgres server.

Statements are written once, in what both understand: `?` for a value, `{id}` for the type of a key
that the database counts up, `{locked}` after a query for a row that nobody else is to get. Times
are DOUBLE PRECISION, records JSON text.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Final, Protocol

from filelock import FileLock

from engine.contracts import Fsync
from engine.errors import StoreTooNew
from workbench.store.faults import translate

Row = tuple[Any, ...]
_BUSY_S: Final = 30.0
"""How long a change waits for another process's, which takes milliseconds."""

_LOG_PAGES: Final = 4_000
"""Pages of 4 KiB that the write-ahead log holds before it is copied into the file."""


class Session(Protocol):
    """What a transaction is worked with."""

    def execute(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Run one statement; gives its rows."""
        ...

    def changed(self, sql: str, values: Sequence[object] = ()) -> int:
        """Run one statement; gives how many rows it changed."""
        ...


class Database(Protocol):
    """Where state is kept."""

    @property
    def fsync(self) -> Fsync:
        """What a change outlives that has returned."""
        ...

    def change(self, doing: str) -> AbstractContextManager[Session]:
        """One transaction, durable when it is left; raises `StoreError` that tells the doing."""
        ...

    def reading(self, doing: str) -> AbstractContextManager[Session]:
        """A block that only reads."""
        ...

    def close(self) -> None:
        """Let go of it; closing twice is no error."""
        ...


class _SqliteSession:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        return self._connection.execute(_sqlite(sql), values).fetchall()

    def changed(self, sql: str, values: Sequence[object] = ()) -> int:
        return self._connection.execute(_sqlite(sql), values).rowcount


class SqliteFile:
    """A database in a file of its own; safe to use from several threads and processes.

    The file is made when it is first asked for something. `fast` is SQLite's synchronous NORMAL in
    the write-ahead log: a loss of power may take the latest changes; `safe` is FULL.
    """

    def __init__(self, path: Path, schema: str, *, version: int, fsync: Fsync = "safe") -> None:
        self._path = path
        self._schema = schema
        self._version = version
        self.fsync: Fsync = fsync
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None

    @contextmanager
    def change(self, doing: str) -> Iterator[Session]:
        """One transaction, which no other process's comes between."""
        with self._asked(doing) as connection:
            connection.execute("BEGIN IMMEDIATE")
            with connection:  # commits, or takes back
                yield _SqliteSession(connection)

    @contextmanager
    def reading(self, doing: str) -> Iterator[Session]:
        """A block that only reads."""
        with self._asked(doing) as connection:
            yield _SqliteSession(connection)

    def close(self) -> None:
        """Let go of the file; closing twice is no error."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    @contextmanager
    def _asked(self, doing: str) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                if self._connection is None:
                    self._path.parent.mkdir(parents=True, exist_ok=True)
                    with FileLock(f"{self._path}.lock", timeout=_BUSY_S):
                        self._connection = self._opened()
                yield self._connection
            except (sqlite3.Error, OSError) as error:
                raise translate(error, doing) from error

    def _opened(self) -> sqlite3.Connection:
        """The file with its tables; of two who make it at once SQLite would turn one away."""
        connection = sqlite3.connect(
            self._path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {'FULL' if self.fsync == 'safe' else 'NORMAL'}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
        connection.execute("BEGIN IMMEDIATE")
        [(version,)] = connection.execute("PRAGMA user_version")
        if version == 0:
            for statement in _sqlite(self._schema).split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {self._version:d}")
        connection.execute("COMMIT")
        if version > self._version:
            connection.close()
            said = f"{self._path} has schema {version}, this version knows {self._version} at most"
            raise StoreTooNew(said)
        return connection

    def __repr__(self) -> str:
        return f"SqliteFile({str(self._path)!r}, fsync={self.fsync!r})"


def _sqlite(sql: str) -> str:
    if "{" not in sql:
        return sql
    return sql.replace("{id}", "INTEGER PRIMARY KEY AUTOINCREMENT").replace("{locked}", "")
