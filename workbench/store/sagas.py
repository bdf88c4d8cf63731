"""The queue of sagas in a database: SQLite for one machine, Postgres where several share it."""

from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import ValidationError

from engine.contracts import Saga, SagaState
from engine.errors import StoreGarbled
from engine.tools.saga_memory import no_saga, taken_over
from workbench.store.database import Row, Session
from workbench.store.on_database import OnDatabase

SCHEMA: Final = """
CREATE TABLE sagas (
    saga_id TEXT PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL,
    created_at DOUBLE PRECISION NOT NULL, free_at DOUBLE PRECISION NOT NULL,
    fence BIGINT NOT NULL, data TEXT NOT NULL
);
CREATE INDEX sagas_open ON sagas (free_at) WHERE state IN ('running', 'compensating');
CREATE INDEX sagas_made ON sagas (created_at)
"""
_OPEN: Final = "state IN ('running', 'compensating')"


class SqlSagas(OnDatabase):
    """The port `Sagas` on a database; safe to use from several threads, processes, machines."""

    name = "sagas"
    schema = SCHEMA

    def add(self, saga: Saga) -> Saga:
        """Put a saga into the queue; where its id is there already, gives that one as it is."""
        sql = "INSERT INTO sagas VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
        row = (saga.saga_id, saga.kind, saga.state, saga.created_at, *_kept(saga))
        with self._database.change("adding a saga") as session:
            session.execute(sql, row)
            return _one(session, saga.saga_id)

    def claim(self, owner: str, kinds: Sequence[str], lease_s: float, now: float) -> Saga | None:
        """Take up the saga of these kinds that is due for longest; null where none is."""
        among = ", ".join("?" * len(kinds)) or "''"
        sql = f"""
            SELECT data FROM sagas WHERE {_OPEN} AND free_at <= ? AND kind IN ({among})
            ORDER BY free_at, saga_id LIMIT 1 {{locked}}
        """  # noqa: S608 - our own words
        with self._database.change("taking up a saga") as session:
            for row in session.execute(sql, (now, *kinds)):
                saga = _saga(row)
                lease = {"owner": owner, "fence": saga.fence + 1, "lease_until": now + lease_s}
                taken = saga.model_copy(update=lease)
                _put(session, taken, saga.fence)
                return taken
        return None

    def save(self, saga: Saga, *, seen: int | None = None) -> None:
        """Keep how far it has come; raises `LeaseLost` where its fence is no longer `seen`."""
        with self._database.change("keeping a saga") as session:
            _put(session, saga, saga.fence if seen is None else seen)

    def get(self, saga_id: str) -> Saga:
        """One saga; raises `NotFound`."""
        with self._database.reading("reading a saga") as session:
            return _one(session, saga_id)

    def listed(self, limit: int = 100, *, state: SagaState | None = None) -> list[Saga]:
        """The latest sagas, or those of one state, the newest first."""
        where, values = ("WHERE state = ? ", (state, limit)) if state else ("", (limit,))
        sql = f"SELECT data FROM sagas {where}ORDER BY created_at DESC, saga_id DESC LIMIT ?"  # noqa: S608
        with self._database.reading("listing sagas") as session:
            return [_saga(row) for row in session.execute(sql, values)]

    def next_due(self, kinds: Sequence[str]) -> float | None:
        """When the next saga of these kinds can be taken up; null where none is open."""
        among = ", ".join("?" * len(kinds)) or "''"
        sql = f"SELECT min(free_at) FROM sagas WHERE {_OPEN} AND kind IN ({among})"  # noqa: S608
        with self._database.reading("looking for sagas") as session:
            [(due_at,)] = session.execute(sql, tuple(kinds))
        return None if due_at is None else float(due_at)

    def counts(self) -> Mapping[SagaState, int]:
        """How many sagas are in each state."""
        sql = "SELECT state, count(*) FROM sagas GROUP BY state"
        with self._database.reading("counting sagas") as session:
            return {state: count for state, count in session.execute(sql)}  # noqa: C416 - typed rows


def _kept(saga: Saga) -> tuple[float, int, str]:
    return max(saga.due_at, saga.lease_until), saga.fence, saga.model_dump_json()


def _put(session: Session, saga: Saga, seen: int) -> None:
    sql = """
        UPDATE sagas SET state = ?, free_at = ?, fence = ?, data = ?
        WHERE saga_id = ? AND fence = ?
    """
    if not session.changed(sql, (saga.state, *_kept(saga), saga.saga_id, seen)):
        raise taken_over(saga)


def _one(session: Session, saga_id: str) -> Saga:
    for row in session.execute("SELECT data FROM sagas WHERE saga_id = ?", (saga_id,)):
        return _saga(row)
    raise no_saga(saga_id)


def _saga(row: Row) -> Saga:
    try:
        return Saga.model_validate_json(row[0])
    except ValidationError as error:
        raise StoreGarbled("a saga in the store is not what it promises") from error
