"""How an entry of the journal may change, and a journal in memory.

intent ──> effect ──> done ─────┐
└─┘ └──> failed       └───────┴──> compensating ──> compensated
made again                     done <──┘   └─┘ made again
"""

import threading
from collections.abc import Mapping
from typing import Any, Final

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
)
from engine.contracts.journal import CLOSED, DOUBTFUL
from engine.errors import BadInput, LeaseLost, NotFound
from engine.tools.idempotency import key_of

NEXT: Final[Mapping[JournalState, frozenset[JournalState]]] = {
    "intent": frozenset({"intent", "effect", "failed"}),
    "effect": frozenset({"done", "compensating"}),
    "done": frozenset({"compensating"}),
    "failed": frozenset(),
    "compensating": frozenset({"compensating", "compensated", "done"}),
    "compensated": frozenset(),
}
_ANSWERS: Final[Mapping[JournalState, str]] = {"effect": "result", "compensated": "undone"}
"""Where the answer goes that a transition brings."""


def moved(
    entry: JournalEntry,
    state: JournalState,
    now: float,
    *,
    result: Json = None,
    by: Intent | None = None,
) -> JournalEntry:
    """The entry after a transition; raises `BadInput` where there is no such one."""
    if state not in NEXT[entry.state]:
        raise BadInput(f"an entry that is {entry.state} does not become {state}")
    changed: dict[str, Any] = {"state": state, "changed_at": now}
    if state in _ANSWERS:
        changed[_ANSWERS[state]] = result
    if by is not None:
        changed |= {"owner": by.owner, "due_at": by.due_at}
    return entry.model_copy(update=changed)


def moved_on(entry: JournalEntry) -> LeaseLost:
    """Somebody else has changed it since."""
    return LeaseLost(f"entry {entry.entry_id} of the journal is no longer {entry.state}")


def doubtful(entry: JournalEntry, now: float) -> bool:
    """Whether it may have had its effect, and nobody is at work on it."""
    return entry.state in DOUBTFUL and entry.due_at <= now


def matches(entry: JournalEntry, find: JournalFilter, now: float) -> bool:
    """Whether it is looked for."""
    return (
        find.state in {None, entry.state}
        and (not find.tool or entry.tool in find.tools)
        and (entry.key.startswith(find.key) or entry.scope.startswith(find.key))
        and (not find.in_doubt or doubtful(entry, now))
    )


def no_entry(entry_id: int) -> NotFound:
    """The journal has none of that number, or no longer."""
    return NotFound(f"no entry {entry_id} in the journal", hint="old ones are dropped when closed")


class MemoryJournal:
    """The port `Journal` in this process alone: nothing in it outlives the process."""

    fsync: Fsync = "fast"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: dict[int, JournalEntry] = {}
        self._history: dict[int, list[Transition]] = {}
        self._last = 0

    def begin(self, intent: Intent, now: float) -> JournalEntry:
        """Write down that a call is about to be made."""
        with self._lock:
            self._last += 1
            entry = JournalEntry(
                **intent.model_dump(),
                entry_id=self._last,
                state="intent",
                opened_at=now,
                changed_at=now,
            )
            self._put(entry)
        return entry

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
        with self._lock:
            found = self._entries.get(entry.entry_id)
            if found is None or (found.state, found.owner) != (entry.state, entry.owner):
                raise moved_on(entry)
            self._put(after)
        return after

    def find(self, key: CallKey) -> JournalEntry | None:
        """The latest entry of a call."""
        with self._lock:
            found = [entry for entry in self._entries.values() if key_of(entry) == key]
        return found[-1] if found else None

    def get(self, entry_id: int) -> JournalEntry:
        """One entry; raises `NotFound`."""
        with self._lock:
            if entry_id not in self._entries:
                raise no_entry(entry_id)
            return self._entries[entry_id]

    def history(self, entry_id: int) -> list[Transition]:
        """The transitions of an entry, in their order; raises `NotFound`."""
        self.get(entry_id)
        return list(self._history[entry_id])

    def listed(self, limit: int = 100, *, state: JournalState | None = None) -> list[JournalEntry]:
        """The latest entries, or those of one state, the newest first."""
        with self._lock:
            found = [e for e in self._entries.values() if state in {None, e.state}]
        return found[::-1][:limit]

    def browsed(
        self, find: JournalFilter, now: float, *, limit: int = 100, skip: int = 0
    ) -> list[JournalEntry]:
        """Entries that are looked for: those in doubt first, each the newest first."""
        with self._lock:
            found = [entry for entry in self._entries.values() if matches(entry, find, now)]
        found.sort(key=lambda entry: (doubtful(entry, now), entry.entry_id), reverse=True)
        return found[skip : skip + limit]

    def in_doubt(self, now: float, limit: int = 100) -> list[JournalEntry]:
        """Entries that may or may not have had their effect, and nobody is at work on."""
        with self._lock:
            found = [e for e in self._entries.values() if doubtful(e, now)]
        return found[:limit]

    def prune(self, keep: Retention, now: float) -> int:
        """Drop closed entries that need not be kept; gives how many. Open ones stay."""
        with self._lock:
            oldest_kept = self._last - keep.keep_rows
            old = [
                entry.entry_id
                for entry in self._entries.values()
                if entry.state in CLOSED
                and (entry.changed_at < now - keep.keep_s or entry.entry_id <= oldest_kept)
            ]
            for entry_id in old:
                del self._entries[entry_id], self._history[entry_id]
        return len(old)

    def close(self) -> None:
        """Nothing is held."""

    def _put(self, entry: JournalEntry) -> None:
        self._entries[entry.entry_id] = entry
        line = Transition(state=entry.state, at=entry.changed_at, owner=entry.owner)
        self._history.setdefault(entry.entry_id, []).append(line)

    def __repr__(self) -> str:
        return f"MemoryJournal({len(self._entries)} entries)"
