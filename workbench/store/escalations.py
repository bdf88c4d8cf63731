"""Episodes that wait for a person, in a database file of their own: state, not facts.

Beside the lake and never on its catalogue. Each change is one transaction in SQLite's write-ahead
log, on disk before it returns, so that it outlives the process and the machine's power.
"""

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

from pydantic_core import from_json

from engine.contracts import (
    Decision,
    Escalation,
    EscalationState,
    Json,
    LogEntries,
    OpenEpisode,
    Record,
    Wait,
    json_text,
)
from engine.errors import NotFound, StoreTooNew
from workbench.store.faults import translate
from workbench.store.waits import decided, new_wait, refuse_waiting

_SCHEMA: Final = """
CREATE TABLE episodes (
    episode_id TEXT PRIMARY KEY, run_id TEXT NOT NULL, is_open INTEGER NOT NULL, data TEXT NOT NULL
);
CREATE TABLE entries (
    episode_id TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (episode_id, key)
) WITHOUT ROWID;
CREATE TABLE escalations (
    escalation_id TEXT PRIMARY KEY, episode_id TEXT NOT NULL, run_id TEXT NOT NULL,
    state TEXT NOT NULL, data TEXT NOT NULL
);
CREATE INDEX of_episode ON escalations (episode_id);
CREATE INDEX of_state ON escalations (state);
PRAGMA user_version = 1;
"""
_VERSION: Final = 1
_BUSY_S: Final = 30.0
"""How long a change waits for another process's, which takes milliseconds."""

R = TypeVar("R", bound=Record)


class SqliteEscalations:
    """The port `Escalations` on one file; safe to use from several threads and processes.

    The file is made when it is first asked for something.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None

    def begin(self, episode: OpenEpisode) -> None:
        """Open an episode."""
        row = (episode.episode_id, episode.run_id, episode.model_dump_json())
        with self._change() as connection:
            connection.execute("INSERT INTO episodes VALUES (?, ?, 1, ?)", row)

    def keep(self, episode_id: str, key: str, value: Json) -> None:
        """Put an entry into the log of an open episode, in place of one of that key."""
        with self._change() as connection:
            _put(connection, episode_id, key, value)

    def park(self, episode_id: str, wait: Wait, now: float) -> Escalation:
        """Let an open episode wait; its wait before, if any, is done."""
        with self._change() as connection:
            waits = _waits(connection, "episode_id = ?", episode_id)
            for past in waits:
                _set(connection, past, "done")
            episode = _episode(connection, episode_id)
            new = new_wait(episode, wait, number=len(waits) + 1, now=now)
            row = (new.escalation_id, episode_id, new.run_id, new.state, new.model_dump_json())
            connection.execute("INSERT INTO escalations VALUES (?, ?, ?, ?, ?)", row)
        return new

    def decide(self, escalation_id: str, decision: Decision) -> Escalation:
        """Put the decision into the episode's log; raises `BadInput` where it does not wait."""
        with self._change() as connection:
            found = decided(_wait(connection, escalation_id), decision)
            _set(connection, found, "decided")
            value = decision.model_dump(mode="json")
            _put(connection, found.episode_id, found.wait.key, value)
        return found

    def take_up(self, episode_id: str) -> LogEntries:
        """The log of an open episode that goes on now; raises `BadInput` while it waits."""
        with self._change() as connection:
            _episode(connection, episode_id)
            latest = _waits(connection, "episode_id = ?", episode_id)[-1:]
            refuse_waiting(latest)
            for wait in latest:
                _set(connection, wait, "continuing")
            sql = "SELECT key, value FROM entries WHERE episode_id = ?"
            return {key: from_json(value) for key, value in connection.execute(sql, [episode_id])}

    def finish(self, episode_id: str) -> None:
        """The episode has ended and is kept elsewhere: its log goes, its waits are done."""
        with self._change() as connection:
            for wait in _waits(connection, "episode_id = ?", episode_id):
                _set(connection, wait, "done")
            connection.execute("UPDATE episodes SET is_open = 0 WHERE episode_id = ?", [episode_id])
            connection.execute("DELETE FROM entries WHERE episode_id = ?", [episode_id])

    def get(self, escalation_id: str) -> Escalation:
        """One wait; raises `NotFound`."""
        with self._reading() as connection:
            return _wait(connection, escalation_id)

    def listed(self, run_id: str | None = None) -> list[Escalation]:
        """Every wait, or a run's, in the order of their parking."""
        with self._reading() as connection:
            return _waits(connection, "coalesce(run_id = ?, true)", run_id)

    def open(self, run_id: str) -> list[OpenEpisode]:
        """A run's open episodes, those that wait among them, in the order of their beginning."""
        sql = "SELECT data FROM episodes WHERE run_id = ? AND is_open ORDER BY rowid"
        with self._reading() as connection:
            return [_parsed(OpenEpisode, data) for (data,) in connection.execute(sql, [run_id])]

    def counts(self) -> Mapping[EscalationState, int]:
        """How many waits are in each state; differs after every change of one."""
        sql = "SELECT state, count(*) FROM escalations GROUP BY state"
        with self._reading() as connection:
            return dict(connection.execute(sql))

    def close(self) -> None:
        """Let go of the file; closing twice is no error."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """One transaction, which no other process's comes between."""
        with self._asked("keeping an episode that may wait") as connection:
            connection.execute("BEGIN IMMEDIATE")
            with connection:  # commits, or takes back
                yield connection

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._asked("reading what waits") as connection:
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
        return f"SqliteEscalations({str(self._path)!r})"


def _opened(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(
        path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN IMMEDIATE")
    [(version,)] = connection.execute("PRAGMA user_version")
    if version == 0:
        for statement in _SCHEMA.split(";"):
            connection.execute(statement)
    connection.execute("COMMIT")
    if version > _VERSION:
        connection.close()
        raise StoreTooNew(f"{path} has schema {version}, this version knows {_VERSION} at most")
    return connection


def _put(connection: sqlite3.Connection, episode_id: str, key: str, value: Json) -> None:
    sql = """
        INSERT OR REPLACE INTO entries
        SELECT episode_id, ?, ? FROM episodes WHERE episode_id = ? AND is_open
    """
    if not connection.execute(sql, (key, json_text(value), episode_id)).rowcount:
        raise NotFound(f"no open episode {episode_id}")


def _set(connection: sqlite3.Connection, wait: Escalation, state: EscalationState) -> None:
    data = wait.model_copy(update={"state": state}).model_dump_json()
    sql = "UPDATE escalations SET state = ?, data = ? WHERE escalation_id = ?"
    connection.execute(sql, (state, data, wait.escalation_id))


def _episode(connection: sqlite3.Connection, episode_id: str) -> OpenEpisode:
    sql = "SELECT data FROM episodes WHERE episode_id = ? AND is_open"
    for (data,) in connection.execute(sql, [episode_id]):
        return _parsed(OpenEpisode, data)
    raise NotFound(f"no open episode {episode_id}")


def _wait(connection: sqlite3.Connection, escalation_id: str) -> Escalation:
    for wait in _waits(connection, "escalation_id = ?", escalation_id):
        return wait
    raise NotFound(f"no escalation {escalation_id}")


def _waits(connection: sqlite3.Connection, where: str, value: str | None) -> list[Escalation]:
    sql = f"SELECT data FROM escalations WHERE {where} ORDER BY rowid"  # noqa: S608 - our own words
    return [_parsed(Escalation, data) for (data,) in connection.execute(sql, [value])]


def _parsed(kind: type[R], data: str) -> R:
    return kind.model_validate_json(data)
