"""A race of many threads in several processes for one key."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import redis

from engine.contracts import Ending, IdempotencyKeys, KeyAsk, Saga
from tests.integration.durable.effects import append
from workbench.store.keys import SqliteKeys
from workbench.store.keys_redis import RedisKeys
from workbench.store.sagas import SqlSagas

PROCESSES = 4
THREADS = 50
FORK = multiprocessing.get_context("forkserver")
FORK.set_forkserver_preload(["tests.integration.durable.racing"])  # what takes long, once for all


def keys_at(place: str) -> IdempotencyKeys:
    """In a Redis where a URL is given, else in a file."""
    if place.startswith("redis"):
        return RedisKeys(redis.Redis.from_url(place, max_connections=THREADS + 1), prefix="race")
    return SqliteKeys(Path(place))


def race(place: str, log: Path, start: Any) -> None:
    """Every thread takes the key once all are ready; what each was told goes to the log."""
    keys = keys_at(place)
    start.wait(60)
    with ThreadPoolExecutor(THREADS) as pool:
        for verdict in pool.map(lambda number: take(keys, f"{log.name}-{number}"), range(THREADS)):
            append(log, "key", verdict)
    keys.close()


def take(keys: IdempotencyKeys, owner: str) -> str:
    """Take the key, and end the call where it is ours."""
    ask = KeyAsk(tool="pay", key="key", fingerprint="f", owner=owner, lease_s=100.0)
    taken = keys.take(ask, 1e9)
    if taken.verdict == "run":
        keys.finish(taken.record, Ending(state="done", result=owner), 1e9)
    return taken.verdict


def work(place: str, log: Path, start: Any) -> None:
    """Take up sagas until none is left, and note which."""
    sagas = (
        SqlSagas.postgres(place) if place.startswith("postgres") else SqlSagas.sqlite(Path(place))
    )
    start.wait(60)
    while saga := sagas.claim(log.name, ["race"], 100.0, 1e9):
        append(log, saga.saga_id, str(saga.fence))
        done: Saga = saga.model_copy(update={"state": "done"})
        sagas.save(done)
    sagas.close()


def all_at_once(target: Any, place: str, home: Path) -> list[Path]:
    """Run it in several processes that begin together; gives their logs."""
    start = FORK.Barrier(PROCESSES)
    logs = [home / f"log-{number}" for number in range(PROCESSES)]
    processes = [FORK.Process(target=target, args=(place, log, start)) for log in logs]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
        assert process.exitcode == 0
    return logs
