"""Databases of state: what they refuse, and what they come back from."""

import sqlite3
from pathlib import Path

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from engine.contracts import CallKey, Intent, KeyAsk
from engine.errors import StoreError, StoreGarbled, StoreTooNew
from workbench.store.database import SqliteFile
from workbench.store.journal import SqlJournal
from workbench.store.keys import SqliteKeys
from workbench.store.keys_redis import RedisKeys
from workbench.store.postgres import PostgresDatabase

TABLE = "CREATE TABLE things (number {id}, name TEXT)"
ADD = "INSERT INTO things (name) VALUES (?)"
CALL = CallKey(tool="pay", key="k1")


def breaks_off(database: SqliteFile) -> None:
    with database.change("adding") as session:
        session.execute(ADD, ("a",))
        raise RuntimeError


def test_a_change_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """It is one transaction."""
    database = SqliteFile(tmp_path / "x.sqlite", TABLE, version=1)
    with pytest.raises(RuntimeError):
        breaks_off(database)
    with database.reading("counting") as session:
        assert session.execute("SELECT count(*) FROM things") == [(0,)]
    database.close()


def test_a_file_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    """And says so."""
    path = tmp_path / "x.sqlite"
    newer = SqliteFile(path, TABLE, version=2)
    with newer.change("adding") as session:
        session.execute(ADD, ("a",))
    newer.close()
    with (
        pytest.raises(StoreTooNew, match="knows 1 at most"),
        SqliteFile(path, TABLE, version=1).change("adding"),
    ):
        pass


@pytest.mark.parametrize(("fsync", "level"), [("fast", 1), ("safe", 2)])
def test_the_promise_is_sqlites(tmp_path: Path, fsync: str, level: int) -> None:
    """`fast` is synchronous NORMAL, `safe` is FULL, both in the write-ahead log."""
    database = SqliteFile(tmp_path / "x.sqlite", TABLE, version=1, fsync=fsync)  # type: ignore[arg-type]
    with database.reading("asking") as session:
        assert session.execute("PRAGMA synchronous") == [(level,)]
        assert session.execute("PRAGMA journal_mode") == [("wal",)]
    database.close()


@pytest.mark.parametrize(("fsync", "level"), [("fast", "off"), ("safe", "on")])
def test_the_promise_is_the_servers(postgres_url: str, fsync: str, level: str) -> None:
    """`fast` acknowledges before the server's disk has it, `safe` after."""
    database = PostgresDatabase(postgres_url, TABLE, name="things", version=1, fsync=fsync)  # type: ignore[arg-type]
    with database.reading("asking") as session:
        assert session.execute("SHOW synchronous_commit") == [(level,)]
    database.close()


def test_a_broken_connection_is_made_anew(postgres_url: str) -> None:
    """The call that met it fails, the next does not."""
    database = PostgresDatabase(postgres_url, TABLE, name="things", version=1)
    with database.reading("asking") as session:
        [(pid,)] = session.execute("SELECT pg_backend_pid()")
    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [pid])
    with pytest.raises(StoreError, match="asking failed"), database.reading("asking") as session:
        session.execute("SELECT 1")
    with database.reading("asking") as session:
        assert session.execute("SELECT 1") == [(1,)]
    database.close()


def test_a_server_of_a_newer_version_is_refused(postgres_url: str) -> None:
    """And says so."""
    newer = PostgresDatabase(postgres_url, "SELECT 1", name="newer", version=2)
    with newer.reading("asking"):
        pass
    newer.close()
    older = PostgresDatabase(postgres_url, "SELECT 1", name="newer", version=1)
    with pytest.raises(StoreTooNew, match="knows 1 at most"), older.reading("asking"):
        pass


def test_a_server_that_is_not_there_is_said_to_be_missing() -> None:
    """In our own words, with a hint."""
    database = PostgresDatabase("postgresql://127.0.0.1:1/x", TABLE, name="things", version=1)
    with (
        pytest.raises(StoreError, match="is the Postgres server there"),
        database.reading("asking"),
    ):
        pass
    client = redis.Redis(host="127.0.0.1", port=1, retry=Retry(NoBackoff(), 0))
    with client, pytest.raises(StoreError, match="is the Redis server there"):
        RedisKeys(client).get(CALL, 0.0)


def test_a_row_changed_by_hand_is_garbled(tmp_path: Path) -> None:
    """In the journal, and among the keys."""
    journal, keys = SqlJournal.sqlite(tmp_path / "j"), SqliteKeys(tmp_path / "k")
    journal.begin(Intent(**CALL.model_dump(), arguments={}, owner="a", due_at=1.0), 1.0)
    keys.take(KeyAsk(**CALL.model_dump(), fingerprint="f", owner="a"), 1.0)
    for name, sql in (("j", "UPDATE journal SET state = 'x'"), ("k", "UPDATE calls SET data = ''")):
        connection = sqlite3.connect(tmp_path / name, isolation_level=None)
        connection.execute(sql)
        connection.close()
    for act in (lambda: journal.get(1), lambda: keys.get(CALL, 1.0)):
        with pytest.raises(StoreGarbled, match="not what it promises"):
            act()
    journal.close()
    keys.close()
