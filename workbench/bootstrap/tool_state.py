"""The state of tools that all processes share: breakers, keys, journal, sagas, how each stands."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final, Self

from pydantic import SecretStr

from engine.clock import Clock, SystemClock
from engine.contracts import (
    BreakerMode,
    BreakerStates,
    Fsync,
    IdempotencyKeys,
    Retention,
)
from engine.errors import NotFound
from engine.reliability.breaker import SharedBreaker, Snapshot
from engine.tools import KeyedCalls, SagaSpec, SagaWorker
from workbench.bootstrap.redis_state import RedisState
from workbench.settings import Settings
from workbench.store.breakers import SqliteBreakerStates
from workbench.store.journal import SqlJournal
from workbench.store.keys import SqliteKeys
from workbench.store.sagas import SqlSagas
from workbench.store.tool_board import SqlToolBoard

FSYNC: Final[Fsync] = "safe"
"""A call that has an effect outside must not be made twice because the power went."""
_BOARD: Final = "tools.sqlite"
_SAGAS: Final = "sagas.sqlite"


@dataclass(frozen=True, slots=True)
class ToolState:
    """The stores of one home or of shared servers; each is made when it is first written."""

    keys: IdempotencyKeys
    journal: SqlJournal
    breakers: BreakerStates
    board: SqlToolBoard
    sagas: SqlSagas
    redis: RedisState | None = None

    @classmethod
    def of(cls, home: Path) -> Self:
        """Those in files of a home."""
        return cls.open(Settings(home=home, redis_url=None, postgres_url=None))

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Those that the settings name; nothing is connected to yet."""
        home, redis = settings.home, RedisState.of(settings.redis_url)
        journal, board, sagas = _in_sql(home, settings.postgres_url)
        return cls(
            keys=redis.keys if redis else SqliteKeys(home / "calls.sqlite", FSYNC),
            journal=journal,
            breakers=redis.breakers if redis else SqliteBreakerStates(home / "breakers.sqlite"),
            board=board,
            sagas=sagas,
            redis=redis,
        )

    @classmethod
    def found(cls, settings: Settings) -> Self | None:
        """Those that were used once; null where no guarded tool and no saga ever was."""
        home = settings.home
        local = (home / _BOARD).exists() or (home / _SAGAS).exists()
        return cls.open(settings) if local or settings.postgres_url else None

    def calls(self, clock: Clock | None = None) -> KeyedCalls:
        """Calls made at most once under these keys, with the journal."""
        return KeyedCalls(self.keys, self.journal, clock=clock or SystemClock())

    def worker(self, specs: Iterable[SagaSpec], clock: Clock | None = None) -> SagaWorker:
        """What submits sagas of these kinds, and leads them on; start as many as you like."""
        clock = clock or SystemClock()
        return SagaWorker(self.sagas, self.calls(clock), specs, clock=clock, rng=Random())

    def tidy(self, now: float) -> None:
        """Drop ends of calls that have been kept for long enough; calls in doubt stay."""
        self.keys.prune(now)
        self.journal.prune(Retention(), now)

    def known(self) -> list[str]:
        """The tools that were ever guarded, by name: suite, slash, tool."""
        return sorted({told.tool for told in self.board.listed()} | set(self.breakers.names()))

    def order(self, tool: str, mode: BreakerMode) -> Snapshot:
        """Put a tool's breaker into a state by hand, for all processes; gives how it stands then.

        `CLOSED` is a reset, `FORCED_OPEN` refuses all calls until then, in processes to come too.
        Those under way obey within a second. Raises `NotFound` where nothing is known of the tool.
        """
        self.check(tool)
        breaker = SharedBreaker(tool, states=self.breakers)
        breaker.set(mode)
        return breaker.snapshot()

    def check(self, tool: str) -> None:
        """Raise `NotFound` where nothing is known of a tool."""
        known = self.known()
        if tool not in known:
            hint = f"tools: {', '.join(known) or 'none yet'}"
            raise NotFound(f"no tool {tool!r} has been called", hint=hint)

    def close(self) -> None:
        """Let go of files and connections; closing twice is no error."""
        for store in (self.keys, self.journal, self.board, self.sagas):
            store.close()
        if isinstance(self.breakers, SqliteBreakerStates):
            self.breakers.close()
        if self.redis is not None:
            self.redis.close()


@contextmanager
def state_of(settings: Settings) -> Iterator[ToolState | None]:
    """`ToolState.found`, closed at the end."""
    state = ToolState.found(settings)
    try:
        yield state
    finally:
        if state is not None:
            state.close()


def _in_sql(home: Path, url: SecretStr | None) -> tuple[SqlJournal, SqlToolBoard, SqlSagas]:
    if url is not None:
        dsn = url.get_secret_value()
        board, sagas = SqlToolBoard.postgres(dsn), SqlSagas.postgres(dsn)
        return SqlJournal.postgres(dsn, FSYNC), board, sagas
    board, sagas = SqlToolBoard.sqlite(home / _BOARD), SqlSagas.sqlite(home / _SAGAS)
    return SqlJournal.sqlite(home / "journal.sqlite", FSYNC), board, sagas
