"""Episodes that wait for a person, in a database file of their own: state, not facts.

Beside the lake and never on its catalogue. Each change is one transaction in SQLite's write-ahead
log, on disk before it returns, so that it outlives the process and the machine's power.
"""

from collections.abc import Mapping
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
from engine.errors import NotFound
from workbench.store.database import Session, SqliteFile
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
CREATE INDEX of_state ON escalations (state)
"""
_VERSION: Final = 1
_KEEPING: Final = "keeping an episode that may wait"
_READING: Final = "reading what waits"

R = TypeVar("R", bound=Record)


class SqliteEscalations:
    """The port `Escalations` on one file; safe to use from several threads and processes.

    The file is made when it is first asked for something.
    """

    def __init__(self, path: Path) -> None:
        self._database = SqliteFile(path, _SCHEMA, version=_VERSION)

    def begin(self, episode: OpenEpisode) -> None:
        """Open an episode."""
        row = (episode.episode_id, episode.run_id, episode.model_dump_json())
        with self._database.change(_KEEPING) as session:
            session.execute("INSERT INTO episodes VALUES (?, ?, 1, ?)", row)

    def keep(self, episode_id: str, key: str, value: Json) -> None:
        """Put an entry into the log of an open episode, in place of one of that key."""
        with self._database.change(_KEEPING) as session:
            _put(session, episode_id, key, value)

    def park(self, episode_id: str, wait: Wait, now: float) -> Escalation:
        """Let an open episode wait; its wait before, if any, is done."""
        with self._database.change(_KEEPING) as session:
            waits = _waits(session, "episode_id = ?", episode_id)
            for past in waits:
                _set(session, past, "done")
            episode = _episode(session, episode_id)
            new = new_wait(episode, wait, number=len(waits) + 1, now=now)
            row = (new.escalation_id, episode_id, new.run_id, new.state, new.model_dump_json())
            session.execute("INSERT INTO escalations VALUES (?, ?, ?, ?, ?)", row)
        return new

    def decide(self, escalation_id: str, decision: Decision) -> Escalation:
        """Put the decision into the episode's log; raises `BadInput` where it does not wait."""
        with self._database.change(_KEEPING) as session:
            found = decided(_wait(session, escalation_id), decision)
            _set(session, found, "decided")
            value = decision.model_dump(mode="json")
            _put(session, found.episode_id, found.wait.key, value)
        return found

    def take_up(self, episode_id: str) -> LogEntries:
        """The log of an open episode that goes on now; raises `BadInput` while it waits."""
        with self._database.change(_KEEPING) as session:
            _episode(session, episode_id)
            latest = _waits(session, "episode_id = ?", episode_id)[-1:]
            refuse_waiting(latest)
            for wait in latest:
                _set(session, wait, "continuing")
            sql = "SELECT key, value FROM entries WHERE episode_id = ?"
            return {key: from_json(value) for key, value in session.execute(sql, [episode_id])}

    def finish(self, episode_id: str) -> None:
        """The episode has ended and is kept elsewhere: its log goes, its waits are done."""
        with self._database.change(_KEEPING) as session:
            for wait in _waits(session, "episode_id = ?", episode_id):
                _set(session, wait, "done")
            session.execute("UPDATE episodes SET is_open = 0 WHERE episode_id = ?", [episode_id])
            session.execute("DELETE FROM entries WHERE episode_id = ?", [episode_id])

    def get(self, escalation_id: str) -> Escalation:
        """One wait; raises `NotFound`."""
        with self._database.reading(_READING) as session:
            return _wait(session, escalation_id)

    def listed(self, run_id: str | None = None) -> list[Escalation]:
        """Every wait, or a run's, in the order of their parking."""
        with self._database.reading(_READING) as session:
            return _waits(session, "coalesce(run_id = ?, true)", run_id)

    def open(self, run_id: str) -> list[OpenEpisode]:
        """A run's open episodes, those that wait among them, in the order of their beginning."""
        sql = "SELECT data FROM episodes WHERE run_id = ? AND is_open ORDER BY rowid"
        with self._database.reading(_READING) as session:
            return [_parsed(OpenEpisode, data) for (data,) in session.execute(sql, [run_id])]

    def counts(self) -> Mapping[EscalationState, int]:
        """How many waits are in each state; differs after every change of one."""
        sql = "SELECT state, count(*) FROM escalations GROUP BY state"
        with self._database.reading(_READING) as session:
            return {state: count for state, count in session.execute(sql)}  # noqa: C416 - typed rows

    def close(self) -> None:
        """Let go of the file; closing twice is no error."""
        self._database.close()

    def __repr__(self) -> str:
        return f"SqliteEscalations({self._database!r})"


def _put(session: Session, episode_id: str, key: str, value: Json) -> None:
    sql = """
        INSERT OR REPLACE INTO entries
        SELECT episode_id, ?, ? FROM episodes WHERE episode_id = ? AND is_open
    """
    if not session.changed(sql, (key, json_text(value), episode_id)):
        raise NotFound(f"no open episode {episode_id}")


def _set(session: Session, wait: Escalation, state: EscalationState) -> None:
    data = wait.model_copy(update={"state": state}).model_dump_json()
    sql = "UPDATE escalations SET state = ?, data = ? WHERE escalation_id = ?"
    session.execute(sql, (state, data, wait.escalation_id))


def _episode(session: Session, episode_id: str) -> OpenEpisode:
    sql = "SELECT data FROM episodes WHERE episode_id = ? AND is_open"
    for (data,) in session.execute(sql, [episode_id]):
        return _parsed(OpenEpisode, data)
    raise NotFound(f"no open episode {episode_id}")


def _wait(session: Session, escalation_id: str) -> Escalation:
    for wait in _waits(session, "escalation_id = ?", escalation_id):
        return wait
    raise NotFound(f"no escalation {escalation_id}")


def _waits(session: Session, where: str, value: str | None) -> list[Escalation]:
    sql = f"SELECT data FROM escalations WHERE {where} ORDER BY rowid"  # noqa: S608 - our own words
    return [_parsed(Escalation, data) for (data,) in session.execute(sql, [value])]


def _parsed(kind: type[R], data: str) -> R:
    return kind.model_validate_json(data)
