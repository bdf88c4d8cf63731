"""How the tools of each process stand, in an SQLite file that all processes of a machine share."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from engine.contracts import ToolStatus
from engine.errors import StoreGarbled
from workbench.store.database import SqliteFile

_SCHEMA: Final = """
CREATE TABLE tool_status (
    tool TEXT NOT NULL, process TEXT NOT NULL, updated_at REAL NOT NULL, data TEXT NOT NULL,
    PRIMARY KEY (tool, process)
) WITHOUT ROWID;
CREATE INDEX tool_status_age ON tool_status (updated_at)
"""
_VERSION: Final = 1
_KEPT_S: Final = 86_400.0
"""What was told longer ago than this before the latest is dropped: its process is gone."""


class SqliteToolBoard:
    """The port `ToolBoard` on one file; safe to use from several threads and processes.

    A loss of power may take the latest rows, which are told again a moment later.
    """

    def __init__(self, path: Path) -> None:
        self._database = SqliteFile(path, _SCHEMA, version=_VERSION, fsync="fast")

    def publish(self, statuses: Sequence[ToolStatus]) -> None:
        """Put these in place of what the same process told of the same tools."""
        if not statuses:
            return
        sql = "INSERT OR REPLACE INTO tool_status VALUES (?, ?, ?, ?)"
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

    def close(self) -> None:
        """Let go of the file; closing twice is no error."""
        self._database.close()

    def __repr__(self) -> str:
        return f"SqliteToolBoard({self._database!r})"
