"""Calls by their idempotency keys, in an SQLite file that the processes of one machine share."""

from pathlib import Path
from typing import Final

from pydantic import ValidationError

from engine.contracts import CallKey, Ending, Fsync, KeyAsk, KeyRecord, Taken
from engine.errors import StoreGarbled
from engine.tools.idempotency import finish, forgotten, take
from workbench.store.database import Row, Session, SqliteFile

_SCHEMA: Final = """
CREATE TABLE calls (
    tenant TEXT NOT NULL, tool TEXT NOT NULL, key TEXT NOT NULL, state TEXT NOT NULL,
    retake INTEGER NOT NULL, lease_until REAL NOT NULL, expires_at REAL, data TEXT NOT NULL,
    PRIMARY KEY (tenant, tool, key)
) WITHOUT ROWID;
CREATE INDEX calls_doubt ON calls (lease_until)
    WHERE state IN ('in_flight', 'unknown') AND NOT retake;
CREATE INDEX calls_old ON calls (expires_at) WHERE expires_at IS NOT NULL
"""
_VERSION: Final = 1


class SqliteKeys:
    """The port `IdempotencyKeys` on one file; safe to use from several threads and processes.

    With `fast` a loss of power may take the latest changes, and a call may then be made again; a
    process that dies takes nothing with it under either.
    """

    def __init__(self, path: Path, fsync: Fsync = "safe") -> None:
        self._database = SqliteFile(path, _SCHEMA, version=_VERSION, fsync=fsync)

    def take(self, ask: KeyAsk, now: float) -> Taken:
        """What the caller is to do; at most one of all who ask at once is told to run."""
        with self._database.change("taking a call") as session:
            found = _read(session, ask)
            taken = take(found, ask, now)
            if taken.record is not found:
                _write(session, taken.record)
        return taken

    def finish(self, held: KeyRecord, ending: Ending, now: float) -> KeyRecord:
        """Keep how a taken or unknown call ended; raises `LeaseLost`."""
        with self._database.change("ending a call") as session:
            record = finish(_read(session, held), held, ending, now)
            _write(session, record)
        return record

    def get(self, key: CallKey, now: float) -> KeyRecord | None:
        """The call as it is kept; null where it is not, or no longer."""
        with self._database.reading("looking up a call") as session:
            found = _read(session, key)
        return None if found is None or forgotten(found, now) else found

    def doubtful(self, now: float, limit: int = 100) -> list[KeyRecord]:
        """Calls that may or may not have had their effect, and are never simply made again."""
        sql = """
            SELECT data FROM calls
            WHERE state IN ('in_flight', 'unknown') AND NOT retake AND lease_until <= ?
            ORDER BY lease_until LIMIT ?
        """
        with self._database.reading("listing calls in doubt") as session:
            return [_parsed(row) for row in session.execute(sql, (now, limit))]

    def prune(self, now: float) -> int:
        """Drop ends that have been kept for long enough; gives how many."""
        with self._database.change("dropping old calls") as session:
            return session.changed("DELETE FROM calls WHERE expires_at <= ?", (now,))

    def close(self) -> None:
        """Let go of the file; closing twice is no error."""
        self._database.close()

    def __repr__(self) -> str:
        return f"SqliteKeys({self._database!r})"


def _read(session: Session, key: CallKey | KeyRecord) -> KeyRecord | None:
    sql = "SELECT data FROM calls WHERE tenant = ? AND tool = ? AND key = ?"
    for row in session.execute(sql, (key.tenant, key.tool, key.key)):
        return _parsed(row)
    return None


def _write(session: Session, record: KeyRecord) -> None:
    named = (record.tenant, record.tool, record.key)
    found_by = (record.state, record.retake, record.lease_until, record.expires_at)
    row = (*named, *found_by, record.model_dump_json())
    session.execute("INSERT OR REPLACE INTO calls VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)


def _parsed(row: Row) -> KeyRecord:
    try:
        return KeyRecord.model_validate_json(row[0])
    except ValidationError as error:
        raise StoreGarbled("a call in the store is not what it promises") from error
