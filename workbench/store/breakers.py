"""The state of circuit breakers in a file that the processes of one machine share."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from pydantic import ValidationError

from engine.contracts import BreakerState
from engine.errors import StoreGarbled
from workbench.store.database import Session, SqliteFile

T = TypeVar("T")

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS breakers (name TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID
"""
_VERSION: Final = 1


class SqliteBreakerStates:
    """The port `BreakerStates` on one SQLite file; safe for several threads and processes.

    The file is made when it is first asked for something. A change outlives its process, but not
    a loss of power in the seconds after it: breakers then start from what was written before.
    """

    def __init__(self, path: Path) -> None:
        self._database = SqliteFile(path, _SCHEMA, version=_VERSION, fsync="fast")

    def change(
        self, name: str, change: Callable[[BreakerState | None], tuple[BreakerState, T]]
    ) -> T:
        """Put what `change` makes of the state in its place, and give its answer."""
        with self._database.change("changing a breaker") as session:
            before = _read(session, name)
            after, answer = change(before)
            if after != before:
                row = (name, after.model_dump_json())
                session.execute("INSERT OR REPLACE INTO breakers VALUES (?, ?)", row)
        return answer

    def get(self, name: str) -> BreakerState | None:
        """The state as it is kept, null where there is none."""
        with self._database.reading("reading a breaker") as session:
            return _read(session, name)

    def names(self) -> list[str]:
        """The breakers that have a state, in order of their names."""
        with self._database.reading("listing breakers") as session:
            return [name for (name,) in session.execute("SELECT name FROM breakers ORDER BY name")]

    def close(self) -> None:
        """Let go of the file; closing twice is no error."""
        self._database.close()

    def __repr__(self) -> str:
        return f"SqliteBreakerStates({self._database!r})"


def parsed(name: str, text: str | bytes) -> BreakerState:
    """A state as it was written; raises `StoreGarbled` where it is none."""
    try:
        return BreakerState.model_validate_json(text)
    except ValidationError as error:
        what = f"the state of breaker {name!r} is not what it promises"
        raise StoreGarbled(what) from error


def _read(session: Session, name: str) -> BreakerState | None:
    for (state,) in session.execute("SELECT state FROM breakers WHERE name = ?", [name]):
        return parsed(name, state)
    return None
