"""What the journal is told of a call under a key, and what it knows of it afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from engine.contracts import CallKey, Intent, Journal, JournalEntry, JournalState, Json, KeyRecord
from engine.contracts.journal import DOUBTFUL
from engine.tools.idempotency import key_of


@dataclass(frozen=True, slots=True)
class Probed:
    """Whether a call had its effect: true, false, or null where nobody can tell."""

    happened: bool | None
    result: Json = None
    """What the tool answered, or would have."""


CANNOT_TELL: Final = Probed(None)
DID_NOT: Final = Probed(happened=False)
_UNDOABLE: Final = frozenset({"effect", "done", "compensating"})
"""States of an entry into which the undoing of its call can be written."""


class Trace:
    """One call in the journal: an entry of its own, or the undoing of the entry of another.

    Without a journal it writes nothing and knows nothing.
    """

    def __init__(
        self,
        journal: Journal | None,
        held: KeyRecord,
        undoes: CallKey | None,
        *,
        now: Callable[[], float],
    ) -> None:
        self._journal = journal
        self._held = held
        self._undoes = undoes
        self._now = now
        self._entry: JournalEntry | None = None

    def begin(self, intent: Intent) -> None:
        """The call is about to be made, for the first time or again."""
        if self._journal is None:
            return
        first = self._undoes is None and self._held.fence == 1
        found = None if first else self._journal.find(self._undoes or key_of(self._held))
        if self._undoes is None and (found is None or found.state != "intent"):
            self._entry = self._journal.begin(intent, self._now())
        elif found is not None and (self._undoes is None or found.state in _UNDOABLE):
            self._entry = found
            self._mark("intent" if self._undoes is None else "compensating", intent=intent)

    def effect(self, result: Json) -> None:
        """The tool has answered."""
        self._mark("effect" if self._undoes is None else "compensated", result=result)

    def failed(self) -> None:
        """The call is known to have changed nothing; what it was to undo stands as it did."""
        self._mark("failed" if self._undoes is None else "done")

    def done(self) -> None:
        """The answer is kept under the key."""
        if self._undoes is None and self._entry is not None and self._entry.state == "effect":
            self._mark("done")

    def evidence(self) -> Probed:
        """What the journal alone can say of the call after its caller has died.

        That nothing was begun is believed of a journal that loses nothing with the power.
        """
        if self._journal is None:
            return CANNOT_TELL
        found = self._journal.find(self._undoes or key_of(self._held))
        if found is None or found.owner != self._held.owner:
            unseen = self._undoes is not None and (found is None or found.state not in _UNDOABLE)
            return CANNOT_TELL if unseen or self._journal.fsync != "safe" else DID_NOT
        self._entry = found
        if found.state in DOUBTFUL:
            return CANNOT_TELL
        if self._undoes is None:
            did_not, result = found.state == "failed", found.result
        else:
            did_not, result = found.state != "compensated", found.undone
        return DID_NOT if did_not else Probed(happened=True, result=result)

    def settle(self, probed: Probed) -> None:
        """Write down what became of a call that was in doubt."""
        if self._entry is None or self._entry.state not in DOUBTFUL:
            return
        if probed.happened:
            self.effect(probed.result)
        else:
            self.failed()

    def undone_by_hand(self, result: Json) -> None:
        """A person has done what the call was to do, which undoes another."""
        if self._journal is None or self._undoes is None:
            return
        self._entry = self._journal.find(self._undoes)
        if self._entry is not None and self._entry.state in {"effect", "done"}:
            self._mark("compensating")
        if self._entry is not None and self._entry.state == "compensating":
            self._mark("compensated", result=result)

    def _mark(
        self, state: JournalState, *, result: Json = None, intent: Intent | None = None
    ) -> None:
        if self._journal is not None and self._entry is not None:
            now = self._now()
            self._entry = self._journal.mark(self._entry, state, now, result=result, by=intent)
