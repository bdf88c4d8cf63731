"""Answers of models that are kept: in a database file of their own, or in this process.

The file may be lost at no harm but that models are asked again, so a change is not forced to disk;
SQLite's write-ahead log keeps it whole when a process is killed in the midst of one.
"""

import sqlite3
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from engine.contracts import CachedAnswer, CacheTotals
from workbench.store.faults import translate

MAX_BYTES: Final = 256 * 2**20
"""Of all answers together; a long one takes some kilobytes."""
_SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS answers (
        key TEXT PRIMARY KEY, scope TEXT NOT NULL, model TEXT NOT NULL, data TEXT NOT NULL,
        bytes INTEGER NOT NULL, made_at REAL NOT NULL, used INTEGER NOT NULL, hits INTEGER NOT NULL
    ) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS by_use ON answers (used)",
    "CREATE TABLE IF NOT EXISTS total (bytes INTEGER NOT NULL, turn INTEGER NOT NULL)",
    "INSERT INTO total SELECT 0, 0 WHERE NOT EXISTS (SELECT 1 FROM total)",
    """CREATE TRIGGER IF NOT EXISTS put AFTER INSERT ON answers
       BEGIN UPDATE total SET bytes = bytes + new.bytes; END""",
    """CREATE TRIGGER IF NOT EXISTS gone AFTER DELETE ON answers
       BEGIN UPDATE total SET bytes = bytes - old.bytes; END""",
)
_BUSY_S: Final = 30.0
"""How long a change waits for another process's, which takes milliseconds."""


class SqliteResponseCache:
    """The port `ResponseCache` on one file; safe to use from several threads and processes.

    The file is made when it is first asked for something.
    """

    def __init__(self, path: Path, max_bytes: int = MAX_BYTES) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None

    def get(self, key: str, since: float | None = None) -> CachedAnswer | None:
        """The answer of that key, where it was made at `since` (Unix seconds) or later."""
        with self._change() as connection:
            sql = "SELECT data, made_at FROM answers WHERE key = ?"
            row = connection.execute(sql, [key]).fetchone()
            if row is None or (since is not None and row[1] < since):
                return None
            connection.execute("UPDATE total SET turn = turn + 1")
            sql = """
                UPDATE answers SET hits = hits + 1, used = (SELECT turn FROM total) WHERE key = ?
            """
            connection.execute(sql, [key])
        return _parsed(row[0])

    def put(self, key: str, answer: CachedAnswer) -> None:
        """Keep an answer, in place of one of that key."""
        data = answer.model_dump_json(exclude_defaults=True)
        row = (key, answer.scope, answer.model, data, len(key) + len(data.encode()), answer.made_at)
        with self._change() as connection:
            connection.execute("UPDATE total SET turn = turn + 1")
            connection.execute("DELETE FROM answers WHERE key = ?", [key])
            sql = """
                INSERT INTO answers SELECT ?, ?, ?, ?, ?, ?, turn, 0 FROM total
            """
            connection.execute(sql, row)
            self._shrink(connection)

    def totals(self) -> list[CacheTotals]:
        """What is kept, by scope and model."""
        sql = """
            SELECT scope, model, count(*), sum(bytes), sum(hits), min(made_at), max(made_at)
            FROM answers GROUP BY scope, model ORDER BY scope, model
        """
        names = ("scope", "model", "answers", "bytes", "hits", "oldest_at", "newest_at")
        with self._asked("reading the cache of model answers") as connection:
            rows = connection.execute(sql).fetchall()
        return [CacheTotals(**dict(zip(names, row, strict=True))) for row in rows]

    def clear(self, scope: str | None = None) -> int:
        """Forget the answers of a scope, or all; gives how many."""
        with self._change() as connection:
            sql = "DELETE FROM answers WHERE coalesce(scope = ?, true)"
            return connection.execute(sql, [scope]).rowcount

    def close(self) -> None:
        """Let go of the file; closing twice is no error."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def _shrink(self, connection: sqlite3.Connection) -> None:
        while True:
            [(taken,)] = connection.execute("SELECT bytes FROM total")
            if taken <= self._max_bytes:
                return
            connection.execute(
                "DELETE FROM answers WHERE key = (SELECT key FROM answers ORDER BY used LIMIT 1)"
            )

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """One transaction, which no other process's comes between."""
        with self._asked("using the cache of model answers") as connection:
            connection.execute("BEGIN IMMEDIATE")
            with connection:  # commits, or takes back
                yield connection

    @contextmanager
    def _asked(self, doing: str) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = _opened(self._path)
                yield self._connection
            except (sqlite3.Error, OSError) as error:
                raise translate(error, doing) from error

    def __repr__(self) -> str:
        return f"SqliteResponseCache({str(self._path)!r}, max_bytes={self._max_bytes})"


class MemoryResponseCache:
    """The port `ResponseCache` in this process alone."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._answers: OrderedDict[str, CachedAnswer] = OrderedDict()
        self._hits: defaultdict[str, int] = defaultdict(int)
        self._sizes: dict[str, int] = {}

    def get(self, key: str, since: float | None = None) -> CachedAnswer | None:
        """The answer of that key, where it was made at `since` (Unix seconds) or later."""
        found = self._answers.get(key)
        if found is None or (since is not None and found.made_at < since):
            return None
        self._answers.move_to_end(key)
        self._hits[key] += 1
        return found

    def put(self, key: str, answer: CachedAnswer) -> None:
        """Keep an answer, in place of one of that key."""
        self._forget(key)
        self._answers[key] = answer
        self._sizes[key] = len(key) + len(answer.model_dump_json(exclude_defaults=True).encode())
        while sum(self._sizes.values()) > self._max_bytes:
            self._forget(next(iter(self._answers)))

    def totals(self) -> list[CacheTotals]:
        """What is kept, by scope and model."""
        groups: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for key, answer in self._answers.items():
            groups[answer.scope, answer.model].append(key)
        return [self._total(*group, keys) for group, keys in sorted(groups.items())]

    def clear(self, scope: str | None = None) -> int:
        """Forget the answers of a scope, or all; gives how many."""
        gone = [k for k, a in self._answers.items() if scope is None or a.scope == scope]
        for key in gone:
            self._forget(key)
        return len(gone)

    def close(self) -> None:
        """Nothing is held."""

    def _forget(self, key: str) -> None:
        self._answers.pop(key, None)
        self._sizes.pop(key, None)
        self._hits.pop(key, None)

    def _total(self, scope: str, model: str, keys: list[str]) -> CacheTotals:
        made = [self._answers[key].made_at for key in keys]
        return CacheTotals(
            scope=scope,
            model=model,
            answers=len(keys),
            bytes=sum(self._sizes[key] for key in keys),
            hits=sum(self._hits[key] for key in keys),
            oldest_at=min(made),
            newest_at=max(made),
        )


def _opened(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(
        path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("BEGIN IMMEDIATE")
    for statement in _SCHEMA:
        connection.execute(statement)
    connection.execute("COMMIT")
    return connection


def _parsed(data: str) -> CachedAnswer | None:
    """The answer; one of another version of the workbench is none."""
    try:
        return CachedAnswer.model_validate_json(data)
    except ValidationError:
        return None
