"""Many who want the same at once: one of them gets it."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.contracts import Saga, SagaStep
from engine.tools.idempotency import MemoryKeys
from tests.integration.durable.effects import read
from tests.integration.durable.racing import PROCESSES, THREADS, all_at_once, race, take, work
from workbench.store.sagas import SqlSagas

EVERY = PROCESSES * THREADS


@pytest.fixture(params=["sqlite", "redis"])
def key_place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the key lies."""
    if request.param == "redis":
        return str(request.getfixturevalue("redis_url"))
    return str(tmp_path / "keys.sqlite")


@pytest.fixture(params=["sqlite", "postgres"])
def queue_place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the queue of sagas lies."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return str(tmp_path / "sagas.sqlite")


def test_of_200_callers_in_4_processes_one_makes_the_call(key_place: str, tmp_path: Path) -> None:
    """The others are told that it is being made, or get its answer."""
    logs = all_at_once(race, key_place, tmp_path)
    told = Counter(verdict for log in logs for _, verdict in read(log))
    assert (told["run"], told.total()) == (1, EVERY)
    assert set(told) <= {"run", "busy", "replay"}


def test_of_200_threads_one_makes_the_call() -> None:
    """In one process, in memory."""
    keys = MemoryKeys()
    with ThreadPoolExecutor(EVERY) as pool:
        told = Counter(pool.map(lambda number: take(keys, str(number)), range(EVERY)))
    assert (told["run"], told.total()) == (1, EVERY)


def test_each_saga_of_a_shared_queue_comes_to_one_worker(queue_place: str, tmp_path: Path) -> None:
    """None is left, none is taken up twice."""
    shared = queue_place.startswith("postgres")
    sagas = SqlSagas.postgres(queue_place) if shared else SqlSagas.sqlite(Path(queue_place))
    steps = (SagaStep(name="one", compensable=False),)
    for n in range(60):
        at = {"created_at": 1.0, "changed_at": 1.0, "due_at": 1.0}
        sagas.add(Saga(saga_id=f"race-{n}", kind="race", input={}, steps=steps, **at))
    sagas.close()
    taken = [done for log in all_at_once(work, queue_place, tmp_path) for done in read(log)]
    assert sorted(taken) == sorted((f"race-{n}", "1") for n in range(60))
