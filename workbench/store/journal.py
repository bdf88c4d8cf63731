"""The journal of calls in a database: SQLite for one machine, Postgres where several share it."""

from collections.abc import Sequence
from typing import Any, Final

from pydantic import ValidationError

from engine.contracts import (
    CallKey,
    Fsync,
    Intent,
    JournalEntry,
    JournalFilter,
    JournalState,
    Json,
    Retention,
    Transition,
    json_text,
)
from engine.errors import StoreGarbled
from engine.tools.journal import moved, moved_on, no_entry
from workbench.store.database import Row
from workbench.store.on_database import OnDatabase

SCHEMA: Final = """
CREATE TABLE journal (
    entry_id {id}, tenant TEXT NOT NULL, tool TEXT NOT NULL, key TEXT NOT NULL,
    scope TEXT NOT NULL, owner TEXT NOT NULL, due_at DOUBLE PRECISION NOT NULL,
    state TEXT NOT NULL, opened_at DOUBLE PRECISION NOT NULL, changed_at DOUBLE PRECISION NOT NULL,
    arguments TEXT NOT NULL, result TEXT NOT NULL, undone TEXT NOT NULL, history TEXT NOT NULL
);
CREATE INDEX journal_call ON journal (tenant, tool, key);
CREATE INDEX journal_doubt ON journal (due_at) WHERE state IN ('intent', 'compensating')
"""
_COLUMNS: Final = (
    "entry_id, tenant, tool, key, scope, owner, due_at, state, opened_at, changed_at, "
    "arguments, result, undone"
)
_ENTRY: Final = f"SELECT {_COLUMNS} FROM journal"  # noqa: S608 - our own words
_DOUBT: Final = "state IN ('intent', 'compensating') AND due_at <= ?"
_PAGE: Final = 10_000
"""Entries that are dropped in one transaction."""


class SqlJournal(OnDatabase):
    """The port `Journal` on a database; every transition is one transaction.

    A row is an entry as it stands, with the transitions that led there: each writes few pages.
    """

    name = "journal"
    schema = SCHEMA
    outlives = "fast"

    @property
    def fsync(self) -> Fsync:
        """What an acknowledged entry outlives."""
        return self._database.fsync

    def begin(self, intent: Intent, now: float) -> JournalEntry:
        """Write down that a call is about to be made."""
        sql = """
            INSERT INTO journal (tenant, tool, key, scope, owner, due_at, state, opened_at,
                changed_at, arguments, result, undone, history)
            VALUES (?, ?, ?, ?, ?, ?, 'intent', ?, ?, ?, 'null', 'null', ?) RETURNING entry_id
        """
        named = (intent.tenant, intent.tool, intent.key, intent.scope, intent.owner, intent.due_at)
        told = (json_text(intent.arguments), _line("intent", now, intent.owner))
        with self._database.change("writing an intent") as session:
            [(entry_id,)] = session.execute(sql, (*named, now, now, *told))
        return JournalEntry(
            **dict(intent), entry_id=entry_id, state="intent", opened_at=now, changed_at=now
        )

    def mark(
        self,
        entry: JournalEntry,
        state: JournalState,
        now: float,
        *,
        result: Json = None,
        by: Intent | None = None,
    ) -> JournalEntry:
        """Write down how far a call has come; raises `LeaseLost` where it has come elsewhere."""
        after = moved(entry, state, now, result=result, by=by)
        sql = """
            UPDATE journal
            SET state = ?, changed_at = ?, owner = ?, due_at = ?, result = ?, undone = ?,
                history = history || ?
            WHERE entry_id = ? AND state = ? AND owner = ?
        """
        answers = (json_text(after.result), json_text(after.undone))
        line = _line(state, now, after.owner)
        new = (state, now, after.owner, after.due_at, *answers, line)
        with self._database.change("writing into the journal") as session:
            if not session.changed(sql, (*new, entry.entry_id, entry.state, entry.owner)):
                raise moved_on(entry)
        return after

    def find(self, key: CallKey) -> JournalEntry | None:
        """The latest entry of a call."""
        sql = f"{_ENTRY} WHERE tenant = ? AND tool = ? AND key = ? ORDER BY entry_id DESC LIMIT 1"
        found = self._entries(sql, (key.tenant, key.tool, key.key))
        return found[0] if found else None

    def get(self, entry_id: int) -> JournalEntry:
        """One entry; raises `NotFound`."""
        for entry in self._entries(f"{_ENTRY} WHERE entry_id = ?", (entry_id,)):
            return entry
        raise no_entry(entry_id)

    def history(self, entry_id: int) -> list[Transition]:
        """The transitions of an entry, in their order; raises `NotFound`."""
        sql = "SELECT history FROM journal WHERE entry_id = ?"
        with self._database.reading("reading the journal") as session:
            for (history,) in session.execute(sql, (entry_id,)):
                return [Transition.model_validate_json(line) for line in history.splitlines()]
        raise no_entry(entry_id)

    def listed(self, limit: int = 100, *, state: JournalState | None = None) -> list[JournalEntry]:
        """The latest entries, or those of one state, the newest first."""
        where, values = ("WHERE state = ? ", (state, limit)) if state else ("", (limit,))
        return self._entries(f"{_ENTRY} {where}ORDER BY entry_id DESC LIMIT ?", values)

    def browsed(
        self, find: JournalFilter, now: float, *, limit: int = 100, skip: int = 0
    ) -> list[JournalEntry]:
        """Entries that are looked for: those in doubt first, each the newest first.

        Those in doubt are few and have an index; the others are read from the newest on.
        """
        where, values = _looked_for(find)
        order = "ORDER BY entry_id DESC LIMIT ? OFFSET ?"
        sql = f"{_ENTRY} WHERE {_DOUBT} AND {where} {order}"
        found = self._entries(sql, (now, *values, limit, skip))
        if find.in_doubt or len(found) == limit:
            return found
        skip = 0 if found else max(0, skip - self._doubts(where, (now, *values)))
        sql = f"{_ENTRY} WHERE NOT ({_DOUBT}) AND {where} {order}"
        return found + self._entries(sql, (now, *values, limit - len(found), skip))

    def in_doubt(self, now: float, limit: int = 100) -> list[JournalEntry]:
        """Entries that may or may not have had their effect, and nobody is at work on."""
        return self._entries(f"{_ENTRY} WHERE {_DOUBT} ORDER BY entry_id LIMIT ?", (now, limit))

    def prune(self, keep: Retention, now: float) -> int:
        """Drop closed entries that need not be kept, a page a transaction; gives how many."""
        dropped = 0
        while page := self._drop(keep, now):
            dropped += page
        return dropped

    def _drop(self, keep: Retention, now: float) -> int:
        sql = """
            DELETE FROM journal WHERE entry_id IN (
                SELECT entry_id FROM journal
                WHERE state IN ('done', 'failed', 'compensated') AND (changed_at < ?
                    OR entry_id <= (SELECT coalesce(max(entry_id), 0) FROM journal) - ?)
                LIMIT ?
            )
        """
        with self._database.change("pruning the journal") as session:
            return session.changed(sql, (now - keep.keep_s, keep.keep_rows, _PAGE))

    def _doubts(self, where: str, values: Sequence[object]) -> int:
        sql = f"SELECT count(*) FROM journal WHERE {_DOUBT} AND {where}"  # noqa: S608
        with self._database.reading("reading the journal") as session:
            [(count,)] = session.execute(sql, values)
        return int(count)

    def _entries(self, sql: str, values: Sequence[object]) -> list[JournalEntry]:
        with self._database.reading("reading the journal") as session:
            return [_entry(row) for row in session.execute(sql, values)]


def _entry(row: Row) -> JournalEntry:
    names = _COLUMNS.split(", ")
    plain: dict[str, Any] = dict(zip(names[:-3], row[:-3], strict=True))
    texts = ", ".join(f'"{name}": {text}' for name, text in zip(names[-3:], row[-3:], strict=True))
    try:
        return JournalEntry.model_validate_json(f"{json_text(plain)[:-1]}, {texts}}}")
    except ValidationError as error:
        said = f"entry {plain['entry_id']} of the journal is not what it promises"
        raise StoreGarbled(said) from error


def _looked_for(find: JournalFilter) -> tuple[str, tuple[object, ...]]:
    """The condition, whatever of it is set, and its values; texts are compared as they are."""
    begins = "(substr(key, 1, ?) = ? OR substr(scope, 1, ?) = ?)"
    parts: list[tuple[str, tuple[object, ...]]] = [("1 = 1", ())]
    if find.state is not None:
        parts.append(("state = ?", (find.state,)))
    if find.tool:
        parts.append(("tool IN (?, ?)", find.tools))
    if find.key:
        parts.append((begins, (len(find.key), find.key) * 2))
    return " AND ".join(sql for sql, _ in parts), tuple(v for _, some in parts for v in some)


def _line(state: JournalState, at: float, owner: str) -> str:
    return Transition(state=state, at=at, owner=owner).model_dump_json() + "\n"
