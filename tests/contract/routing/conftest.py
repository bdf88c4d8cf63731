"""Every implementation of the port of trials."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from engine.contracts import Canaries
from engine.routing.canary_memory import MemoryCanaries
from workbench.store.canaries import SqlCanaries

_TABLES = [
    "canaries",
    *(f"canary_{name}" for name in ("tenants", "counted", "starts", "untold")),
]


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def canaries(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Canaries]:
    """Nothing in it."""
    made: Canaries = MemoryCanaries()
    if request.param == "sqlite":
        made = SqlCanaries.sqlite(tmp_path / "home" / "canaries.sqlite")
    if request.param == "postgres":
        made = SqlCanaries.postgres(emptied(request.getfixturevalue("postgres_url")))
    yield made
    made.close()


def emptied(url: str) -> str:
    """A server without tables of trials."""
    with psycopg.connect(url, autocommit=True) as connection:
        for table in _TABLES:
            connection.execute(f"DROP TABLE IF EXISTS {table}")
        if connection.execute("SELECT to_regclass('workbench_schemas')").fetchone() != (None,):
            connection.execute("DELETE FROM workbench_schemas WHERE name = 'canaries'")
    return url
