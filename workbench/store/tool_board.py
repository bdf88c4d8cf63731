"""How the tools of each process stand: SQLite for one machine, Postgres where several share it."""

from collections.abc import Sequence
from typing import Final

from pydantic import ValidationError

from engine.contracts import ToolStatus
from engine.errors import StoreGarbled
from workbench.store.on_database import OnDatabase

SCHEMA: Final = """
CREATE TABLE tool_status (
    tool TEXT NOT NULL, process TEXT NOT NULL, updated_at DOUBLE PRECISION NOT NULL,
    data TEXT NOT NULL, PRIMARY KEY (tool, process)
);
CREATE INDEX tool_status_age ON tool_status (updated_at)
"""
_KEPT_S: Final = 86_400.0
"""What was told longer ago than this before the latest is dropped: its process is gone."""


class SqlToolBoard(OnDatabase):
    """The port `ToolBoard` on a database; safe to use from several threads, processes, machines.

    A loss of power may take the latest rows, which are told again a moment later.
    """

    name = "tools"
    schema = SCHEMA
    outlives = "fast"

    def publish(self, statuses: Sequence[ToolStatus]) -> None:
        """Put these in place of what the same process told of the same tools."""
        if not statuses:
            return
        sql = """
            INSERT INTO tool_status VALUES (?, ?, ?, ?) ON CONFLICT (tool, process)
            DO UPDATE SET updated_at = excluded.updated_at, data = excluded.data
        """
        with self._database.change("telling how tools stand") as session:
            for status in statuses:
                row = (status.tool, status.process, status.updated_at, status.model_dump_json())
                session.execute(sql, row)
            latest = max(status.updated_at for status in statuses)
            session.execute("DELETE FROM tool_status WHERE updated_at < ?", [latest - _KEPT_S])

    def listed(self, since: float = 0.0) -> list[ToolStatus]:
        """What was told since, by tool and process."""
        sql = "SELECT data FROM tool_status WHERE updated_at >= ? ORDER BY tool, process"
        with self._database.reading("reading how tools stand") as session:
            rows = session.execute(sql, [since])
        try:
            return [ToolStatus.model_validate_json(data) for (data,) in rows]
        except ValidationError as error:
            raise StoreGarbled("a row of tool_status is not what it promises") from error
