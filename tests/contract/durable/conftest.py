"""Every implementation of the three ports of durable calls."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import redis

from engine.contracts import IdempotencyKeys, Journal, Sagas
from engine.tools.idempotency import MemoryKeys
from engine.tools.journal import MemoryJournal
from engine.tools.saga_memory import MemorySagas
from workbench.store.journal import SqlJournal
from workbench.store.keys import SqliteKeys
from workbench.store.keys_redis import RedisKeys
from workbench.store.sagas import SqlSagas


@pytest.fixture(params=["memory", "sqlite", "redis"])
def keys(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[IdempotencyKeys]:
    """Nothing in it."""
    if request.param == "redis":
        with redis.Redis.from_url(request.getfixturevalue("redis_url")) as client:
            yield RedisKeys(client, prefix=uuid4().hex)
        return
    made = MemoryKeys() if request.param == "memory" else SqliteKeys(tmp_path / "keys.sqlite")
    yield made
    made.close()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Journal]:
    """Nothing in it."""
    made: Journal = MemoryJournal()
    if request.param == "sqlite":
        made = SqlJournal.sqlite(tmp_path / "home" / "journal.sqlite")
    if request.param == "postgres":
        made = SqlJournal.postgres(emptied(request.getfixturevalue("postgres_url"), "journal"))
    yield made
    made.close()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def sagas(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sagas]:
    """Nothing in it."""
    made: Sagas = MemorySagas()
    if request.param == "sqlite":
        made = SqlSagas.sqlite(tmp_path / "home" / "sagas.sqlite")
    if request.param == "postgres":
        made = SqlSagas.postgres(emptied(request.getfixturevalue("postgres_url"), "sagas"))
    yield made
    made.close()


def emptied(url: str, *names: str) -> str:
    """A server without the tables of these."""
    tables = ("workbench_schemas", "journal", "sagas", "tool_status")
    with psycopg.connect(url, autocommit=True) as connection:
        for table in tables if names else ():
            connection.execute(f"DROP TABLE IF EXISTS {table}")
    return url
