"""Every implementation of the three ports of durable calls."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
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
from workbench.store.on_database import OnDatabase
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
    with closing(made(request, tmp_path, MemoryJournal, SqlJournal)) as found:
        yield found


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def sagas(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sagas]:
    """Nothing in it."""
    with closing(made(request, tmp_path, MemorySagas, SqlSagas)) as found:
        yield found


def made(
    request: pytest.FixtureRequest, tmp_path: Path, memory: type[Any], sql: type[OnDatabase]
) -> Any:
    """The implementation that the fixture's parameter names, with nothing in it."""
    if request.param == "sqlite":
        return sql.sqlite(tmp_path / "home" / f"{sql.name}.sqlite")
    if request.param == "postgres":
        return sql.postgres(emptied(request.getfixturevalue("postgres_url")))
    return memory()


def emptied(url: str) -> str:
    """A server without the tables of journal, sagas and tools."""
    with psycopg.connect(url, autocommit=True) as connection:
        for table in ("workbench_schemas", "journal", "sagas", "tool_status"):
            connection.execute(f"DROP TABLE IF EXISTS {table}")
    return url
