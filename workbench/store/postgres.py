"""State in a Postgres server that several machines share."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

import psycopg

from engine.contracts import Fsync
from engine.errors import StoreError, StoreTooNew
from workbench.store.database import Row, Session

_CONNECT_S: Final = 10
"""Seconds that a server has to answer."""


class _PostgresSession:
    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self._connection = connection

    def execute(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        cursor = self._connection.execute(_postgres(sql), values)
        return cursor.fetchall() if cursor.description else []

    def changed(self, sql: str, values: Sequence[object] = ()) -> int:
        return self._connection.execute(_postgres(sql), values).rowcount


class PostgresDatabase:
    """The port `Database` on tables of one name; safe to use from several threads and processes.

    One connection, opened when it is first needed and anew after it broke. `fast` is
    synchronous_commit off: what was acknowledged outlives its process, and may be lost where the
    server itself dies within the last moments (three times wal_writer_delay); `safe` is on.
    """

    def __init__(
        self, dsn: str, schema: str, *, name: str, version: int, fsync: Fsync = "safe"
    ) -> None:
        self._dsn = dsn
        self._schema = schema
        self._name = name
        self._version = version
        self.fsync: Fsync = fsync
        self._lock = threading.RLock()
        self._connection: psycopg.Connection[Row] | None = None

    @contextmanager
    def change(self, doing: str) -> Iterator[Session]:
        """One transaction, durable when it is left."""
        with self._asked(doing) as connection, connection.transaction():
            yield _PostgresSession(connection)

    @contextmanager
    def reading(self, doing: str) -> Iterator[Session]:
        """A block that only reads."""
        with self._asked(doing) as connection:
            yield _PostgresSession(connection)

    def close(self) -> None:
        """Let go of the connection; closing twice is no error."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    @contextmanager
    def _asked(self, doing: str) -> Iterator[psycopg.Connection[Row]]:
        with self._lock:
            try:
                if self._connection is None or self._connection.closed:
                    self._connection = self._opened()
                yield self._connection
            except psycopg.Error as error:
                hint = "is the Postgres server there, and may it be written to?"
                raise StoreError(f"{doing} failed: {str(error).strip()}", hint=hint) from error

    def _opened(self) -> psycopg.Connection[Row]:
        connection: psycopg.Connection[Row] = psycopg.connect(
            self._dsn, autocommit=True, connect_timeout=_CONNECT_S
        )
        try:
            connection.execute(
                f"SET synchronous_commit = {'on' if self.fsync == 'safe' else 'off'}"
            )
            with connection.transaction():
                self._prepared(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepared(self, connection: psycopg.Connection[Row]) -> None:
        """Make the tables where they are not there; one process at a time."""
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('workbench-state'))")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS workbench_schemas"
            " (name TEXT PRIMARY KEY, version INTEGER NOT NULL)"
        )
        sql = "SELECT version FROM workbench_schemas WHERE name = %s"
        found = connection.execute(sql, [self._name]).fetchone()
        if found is None:
            for statement in filter(str.strip, self._schema.split(";")):
                connection.execute(_postgres(statement))
            sql = "INSERT INTO workbench_schemas VALUES (%s, %s)"
            connection.execute(sql, [self._name, self._version])
        elif found[0] > self._version:
            said = f"{self._name} has schema {found[0]}, this version knows {self._version} at most"
            raise StoreTooNew(said)

    def __repr__(self) -> str:
        return f"PostgresDatabase({self._name!r}, fsync={self.fsync!r})"  # a DSN may hold a secret


@cache
def _postgres(sql: str) -> Any:
    """The statement in psycopg's words."""
    plain = sql.replace("?", "%s").replace("{locked}", "FOR UPDATE SKIP LOCKED")
    return plain.replace("{id}", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY")
