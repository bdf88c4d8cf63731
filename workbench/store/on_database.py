"""What every port on a database has in common: where it is, and how it is let go."""

from pathlib import Path
from typing import ClassVar, Self

from engine.contracts import Fsync
from workbench.store.database import Database, SqliteFile


class OnDatabase:
    """State in tables of its own; safe to use from several threads, processes, machines.

    Nothing is made or connected to before it is first asked for something.
    """

    name: ClassVar[str]
    """What a server that several ports share knows the tables by."""
    schema: ClassVar[str]
    """The statements that make the tables, as `workbench.store.database` has them."""
    version: ClassVar[int] = 1
    """Of the schema: tables of a later one are refused."""
    outlives: ClassVar[Fsync] = "safe"
    """What a change survives where the caller does not say."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def sqlite(cls, path: Path, fsync: Fsync | None = None) -> Self:
        """The tables in a file of their own."""
        safety = fsync or cls.outlives
        return cls(SqliteFile(path, cls.schema, version=cls.version, fsync=safety))

    @classmethod
    def postgres(cls, dsn: str, fsync: Fsync | None = None) -> Self:
        """The tables that the users of a server share."""
        from workbench.store.postgres import PostgresDatabase  # noqa: PLC0415 - an extra

        safety = fsync or cls.outlives
        return cls(
            PostgresDatabase(dsn, cls.schema, name=cls.name, version=cls.version, fsync=safety)
        )

    def close(self) -> None:
        """Let go of the database; closing twice is no error."""
        self._database.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._database!r})"
