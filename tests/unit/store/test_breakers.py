"""The file of breakers, as it is made and found."""

import sqlite3
from contextlib import closing
from pathlib import Path

from engine.contracts import BreakerMode, BreakerState
from workbench.store.breakers import SqliteBreakerStates

OPEN = BreakerState(mode=BreakerMode.OPEN)


def test_a_file_without_a_version_is_taken_over(tmp_path: Path) -> None:
    """What it says of breakers still holds."""
    path = tmp_path / "breakers.sqlite"
    with closing(sqlite3.connect(path)) as made, made:
        made.execute("CREATE TABLE breakers (name TEXT PRIMARY KEY, state TEXT NOT NULL)")
        made.execute("INSERT INTO breakers VALUES ('a', ?)", [OPEN.model_dump_json()])
    with closing(SqliteBreakerStates(path)) as states:
        assert states.get("a") == OPEN
