"""The state of circuit breakers in a file that the processes of one machine share."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

from pydantic import ValidationError

from engine.contracts import BreakerState
from engine.errors import StoreGarbled
from workbench.store.faults import translate

T = TypeVar("T")

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS breakers (name TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID
"""
_BUSY_S: Final = 5.0
"""How long a change waits for another process's, which takes less than a millisecond."""


class SqliteBreakerStates:
    """The port `BreakerStates` on one SQLite file; safe for several threads and processes.

    The file is made when it is first asked for something. A change outlives its process, but not
    a loss of power in the seconds after it: breakers then start from what was written before.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def change(
        self, name: str, change: Callable[[BreakerState | None], tuple[BreakerState, T]]
    ) -> T:
        """Put what `change` makes of the state in its place, and give its answer."""
        with self._asked("changing a breaker") as connection:
            connection.execute("BEGIN IMMEDIATE")
            with connection:  # commits, or takes back
                before = _read(connection, name)
                after, answer = change(before)
                if after != before:
                    row = (name, after.model_dump_json())
                    connection.execute("INSERT OR REPLACE INTO breakers VALUES (?, ?)", row)
        return answer

    def get(self, name: str) -> BreakerState | None:
        """The state as it is kept, null where there is none."""
        with self._asked("reading a breaker") as connection:
            return _read(connection, name)

    def names(self) -> list[str]:
        """The breakers that have a state, in order of their names."""
        with self._asked("listing breakers") as connection:
            found = connection.execute("SELECT name FROM breakers ORDER BY name")
            return [name for (name,) in found]

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
                    self._connection = _opened(self._path)
                yield self._connection
            except (sqlite3.Error, OSError) as error:
                raise translate(error, doing) from error

    def __repr__(self) -> str:
        return f"SqliteBreakerStates({str(self._path)!r})"


def parsed(name: str, text: str | bytes) -> BreakerState:
    """A state as it was written; raises `StoreGarbled` where it is none."""
    try:
        return BreakerState.model_validate_json(text)
    except ValidationError as error:
        what = f"the state of breaker {name!r} is not what it promises"
        raise StoreGarbled(what) from error


def _opened(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(
        path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(_SCHEMA)
    return connection


def _read(connection: sqlite3.Connection, name: str) -> BreakerState | None:
    found = connection.execute("SELECT state FROM breakers WHERE name = ?", [name]).fetchone()
    return parsed(name, found[0]) if found else None
