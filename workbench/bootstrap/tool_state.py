"""The state of tools that all processes share: breakers, keys, journal, how each stands."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from engine.contracts import BreakerMode, Fsync, Retention
from engine.errors import NotFound
from engine.reliability.breaker import SharedBreaker, Snapshot
from workbench.store.breakers import SqliteBreakerStates
from workbench.store.journal import SqlJournal
from workbench.store.keys import SqliteKeys
from workbench.store.tool_board import SqliteToolBoard

FSYNC: Final[Fsync] = "safe"
"""A call that has an effect outside must not be made twice because the power went."""
_BOARD: Final = "tools.sqlite"


@dataclass(frozen=True, slots=True)
class ToolState:
    """The stores of one home; each file is made when it is first written."""

    keys: SqliteKeys
    journal: SqlJournal
    breakers: SqliteBreakerStates
    board: SqliteToolBoard

    @classmethod
    def of(cls, home: Path) -> Self:
        """Those in files of a home."""
        return cls(
            keys=SqliteKeys(home / "calls.sqlite", FSYNC),
            journal=SqlJournal.sqlite(home / "journal.sqlite", FSYNC),
            breakers=SqliteBreakerStates(home / "breakers.sqlite"),
            board=SqliteToolBoard(home / _BOARD),
        )

    @classmethod
    def found(cls, home: Path) -> Self | None:
        """Those of a home in which a guarded tool was ready once; null where none was."""
        return cls.of(home) if (home / _BOARD).exists() else None

    def tidy(self, now: float) -> None:
        """Drop ends of calls that have been kept for long enough; calls in doubt stay."""
        self.keys.prune(now)
        self.journal.prune(Retention(), now)

    def order(self, tool: str, mode: BreakerMode) -> Snapshot:
        """Put a tool's breaker into a state by hand, for all processes; gives how it stands then.

        `CLOSED` is a reset, `FORCED_OPEN` refuses all calls until then, in processes to come too.
        Those under way obey within a second. Raises `NotFound` where nothing is known of the tool.
        """
        known = {status.tool for status in self.board.listed()} | set(self.breakers.names())
        if tool not in known:
            hint = f"tools: {', '.join(sorted(known)) or 'none yet'}"
            raise NotFound(f"no tool {tool!r} has been called", hint=hint)
        breaker = SharedBreaker(tool, states=self.breakers)
        breaker.set(mode)
        return breaker.snapshot()

    def close(self) -> None:
        """Let go of the files; closing twice is no error."""
        for store in (self.keys, self.journal, self.breakers, self.board):
            store.close()
