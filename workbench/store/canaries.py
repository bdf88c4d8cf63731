"""Trials of tiers in a database: SQLite for one machine, Postgres where several share it."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from pydantic import ValidationError

from engine.contracts import Canary, CanaryChange, CanaryState
from engine.errors import StoreGarbled
from engine.routing.canary_memory import changed, in_another, no_canary, taken
from workbench.store.database import Row, Session
from workbench.store.on_database import OnDatabase

SCHEMA: Final = """
CREATE TABLE canaries (
    canary_id TEXT PRIMARY KEY, router TEXT NOT NULL, state TEXT NOT NULL,
    created_at DOUBLE PRECISION NOT NULL, fence BIGINT NOT NULL, data TEXT NOT NULL
);
CREATE INDEX canaries_made ON canaries (created_at);
CREATE TABLE canary_tenants (
    router TEXT NOT NULL, tenant TEXT NOT NULL, canary_id TEXT NOT NULL,
    PRIMARY KEY (router, tenant, canary_id)
);
CREATE TABLE canary_counted (
    canary_id TEXT NOT NULL, outcome_id TEXT NOT NULL, PRIMARY KEY (canary_id, outcome_id)
);
CREATE TABLE canary_starts (count BIGINT NOT NULL);
INSERT INTO canary_starts VALUES (0);
CREATE TABLE canary_untold (place {id}, change_id TEXT NOT NULL UNIQUE, data TEXT NOT NULL)
"""
_PAGE: Final = 500
"""Outcomes that one statement looks for, or ticks off."""
_TENANTS: Final = "canary_tenants JOIN canaries USING (router, canary_id)"


class SqlCanaries(OnDatabase):
    """The port `Canaries` on a database."""

    name = "canaries"
    schema = SCHEMA

    def add(self, canary: Canary, changes: Sequence[CanaryChange]) -> None:
        """Keep a new trial; raises `BadInput` where its id is taken, or a tenant is in another."""
        sql = "INSERT INTO canaries VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
        named = (canary.canary_id, canary.router, canary.state.value, canary.created_at)
        with self._database.change("starting a canary") as session:
            session.changed("UPDATE canary_starts SET count = count + 1")  # one at a time
            _check_free(session, canary)
            if not session.changed(sql, (*named, canary.fence, canary.model_dump_json())):
                raise taken(canary)
            for tenant in canary.tenants:
                values = (canary.router, tenant, canary.canary_id)
                session.execute("INSERT INTO canary_tenants VALUES (?, ?, ?)", values)
            _keep(session, changes)

    def save(
        self, canary: Canary, changes: Sequence[CanaryChange] = (), counted: Collection[str] = ()
    ) -> Canary:
        """Keep how far it has come; raises `LeaseLost` where it has been changed meanwhile."""
        kept = canary.model_copy(update={"fence": canary.fence + 1})
        sql = "UPDATE canaries SET state = ?, fence = ?, data = ? WHERE canary_id = ? AND fence = ?"
        new = (kept.state.value, kept.fence, kept.model_dump_json())
        with self._database.change("keeping a canary") as session:
            if not session.changed(sql, (*new, canary.canary_id, canary.fence)):
                raise changed(canary)
            _keep(session, changes)
            _count(session, canary.canary_id, list(counted))
        return kept

    def get(self, canary_id: str) -> Canary:
        """One trial; raises `NotFound`."""
        for one in self._canaries("SELECT data FROM canaries WHERE canary_id = ?", (canary_id,)):
            return one
        raise no_canary(canary_id)

    def listed(self, limit: int = 100, *, state: CanaryState | None = None) -> list[Canary]:
        """The latest trials, or those of one state, the newest first."""
        where, values = ("WHERE state = ? ", (state.value, limit)) if state else ("", (limit,))
        order = "ORDER BY created_at DESC, canary_id DESC LIMIT ?"
        return self._canaries(f"SELECT data FROM canaries {where}{order}", values)  # noqa: S608

    def of(self, router: str, tenant: str) -> list[Canary]:
        """The trials of a router with this tenant, the oldest first."""
        sql = f"""
            SELECT data FROM {_TENANTS} WHERE router = ? AND tenant = ?
            ORDER BY created_at, canary_id
        """  # noqa: S608 - our own words
        return self._canaries(sql, (router, tenant))

    def counted(self, canary_id: str, among: Collection[str]) -> Collection[str]:
        """Those of these outcomes, by id, that a trial has counted."""
        found: set[str] = set()
        with self._database.reading("reading outcomes of canaries") as session:
            for page in _pages(list(among)):
                sql = f"""
                    SELECT outcome_id FROM canary_counted
                    WHERE canary_id = ? AND outcome_id IN ({", ".join("?" * len(page))})
                """  # noqa: S608 - question marks
                found.update(row[0] for row in session.execute(sql, (canary_id, *page)))
        return found

    def untold(self, limit: int = 100) -> list[CanaryChange]:
        """Changes that nobody has told yet, in the order in which they were kept."""
        sql = "SELECT data FROM canary_untold ORDER BY place LIMIT ?"
        with self._database.reading("reading changes of canaries") as session:
            return [_change(row) for row in session.execute(sql, (limit,))]

    def told(self, changes: Sequence[CanaryChange]) -> None:
        """They need not be handed out again; telling twice is no error."""
        with self._database.change("ticking off changes of canaries") as session:
            for change in changes:
                sql = "DELETE FROM canary_untold WHERE change_id = ?"
                session.execute(sql, (change.change_id,))

    def _canaries(self, sql: str, values: Sequence[object]) -> list[Canary]:
        with self._database.reading("reading canaries") as session:
            return [_canary(row) for row in session.execute(sql, values)]


def _check_free(session: Session, canary: Canary) -> None:
    """Of two who start a trial for a tenant at once, one is refused."""
    sql = f"""
        SELECT canary_id FROM {_TENANTS}
        WHERE router = ? AND tenant = ? AND state IN ('running', 'inconclusive')
    """  # noqa: S608 - our own words
    for tenant in canary.tenants:
        for (other,) in session.execute(sql, (canary.router, tenant)):
            if other != canary.canary_id:
                raise in_another(tenant, other)


def _keep(session: Session, changes: Sequence[CanaryChange]) -> None:
    sql = "INSERT INTO canary_untold (change_id, data) VALUES (?, ?)"
    for change in changes:
        session.execute(sql, (change.change_id, change.model_dump_json()))


def _count(session: Session, canary_id: str, outcomes: Sequence[str]) -> None:
    for page in _pages(outcomes):
        values = [value for outcome in page for value in (canary_id, outcome)]
        rows = ", ".join(["(?, ?)"] * len(page))
        session.execute(f"INSERT INTO canary_counted VALUES {rows}", values)  # noqa: S608


def _pages(outcomes: Sequence[str]) -> Iterator[Sequence[str]]:
    """As many at a time as one statement takes."""
    return (outcomes[at : at + _PAGE] for at in range(0, len(outcomes), _PAGE))


def _canary(row: Row) -> Canary:
    try:
        return Canary.model_validate_json(row[0])
    except ValidationError as error:
        raise StoreGarbled("a canary in the store is not what it promises") from error


def _change(row: Row) -> CanaryChange:
    try:
        return CanaryChange.model_validate_json(row[0])
    except ValidationError as error:
        raise StoreGarbled("a canary's change in the store is not what it promises") from error
