"""The store when processes are killed, disks are full and several write at once."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from engine.errors import StoreError, StoreFull, StoreTooNew
from pipelines.bench.store_load import Writer, lines, read
from tests.unit.store import facts
from workbench.settings import Settings
from workbench.store import FlushPolicy, Store

SPAWN = multiprocessing.get_context("spawn")

MAINTAIN = """
import sys
from pathlib import Path
from workbench.settings import Settings
from workbench.store import Store
from workbench.store.maintain import MaintenancePolicy
with Store.open(Settings.load(home=Path(sys.argv[1]))) as store:
    print("begin", flush=True)
    store.maintain(MaintenancePolicy(move_from_rows=1, chunk_rows=300, keep_s=0, grace_s=0))
    print("end", flush=True)
"""


def opened(home: Path) -> Store:
    return Store.open(Settings.load(home=home))


def keys(home: Path) -> tuple[int, int]:
    """Rows of `steps`, and how many different keys they have."""
    sql = 'SELECT count(*), count(DISTINCT (run_id, episode_id, "index")) FROM steps'
    with opened(home / "store") as store:
        return store.sql(sql).row(0)


def test_several_processes_write_and_read_without_an_error(tmp_path: Path) -> None:
    """Three writers and a reader begin together on a new store: all rows are there, no error."""
    writers = [Writer(n, tmp_path, 2_000, tenants=5) for n in range(3)]
    barrier, stop = SPAWN.Barrier(4), SPAWN.Event()
    reader = SPAWN.Process(target=read, args=(0, tmp_path, barrier, stop))
    workers = [SPAWN.Process(target=writer.work, args=(barrier,)) for writer in writers]
    for process in (reader, *workers):
        process.start()
    for process in workers:
        process.join(120)
    stop.set()
    reader.join(60)
    notes = [*lines(tmp_path / "reader-0.log"), *(n for w in writers for n in lines(w.log))]
    assert [note for note in notes if note[0] == "error"] == []
    assert keys(tmp_path) == (6_000, 6_000)


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    """After SIGKILL between two acknowledgements nothing acknowledged is lost or doubled."""
    writer = Writer(0, tmp_path, 1_000_000, tenants=5)
    barrier = SPAWN.Barrier(1)
    process = SPAWN.Process(target=writer.work, args=(barrier,))
    process.start()
    while sum(word == "durable" for word, *_ in lines(writer.log)) < 2:
        assert process.is_alive()
        time.sleep(0.01)  # a real process can only be polled
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()
    acknowledged = max(int(rest) for word, _, rest in lines(writer.log) if word == "durable")
    rows, different = keys(tmp_path)
    assert rows == different >= acknowledged


@pytest.mark.parametrize("wait_s", [0.0, 0.15, 0.4, 0.8])
def test_killed_maintenance_loses_and_doubles_nothing(tmp_path: Path, wait_s: float) -> None:
    """Wherever maintenance is killed, every row is there once, and the next one ends well."""
    writer = Writer(0, tmp_path, 3_000, tenants=5)
    writer.work(SPAWN.Barrier(1))
    command = [sys.executable, "-c", MAINTAIN, str(tmp_path / "store")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begin\n"
        time.sleep(wait_s)
        process.kill()
    assert keys(tmp_path) == (3_000, 3_000)
    subprocess.run(command, check=True, timeout=120, capture_output=True)
    assert keys(tmp_path) == (3_000, 3_000)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 12 MB; skipped where this user may not mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small file system needs root")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(ballast: Path) -> None:
    """Write until the disk is full."""
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4_096)):
            pass


def test_a_full_disk_loses_nothing(small_disk: Path) -> None:
    """A flush on a full disk says so; once there is room again the same rows are written, once."""
    with opened(small_disk / "store") as store:
        recorder = store.recorder(FlushPolicy(max_age_s=3600))
        recorder.add(facts.run())
        recorder.flush()
        ballast = small_disk / "ballast"
        fill(ballast)
        recorder.add(*(facts.step(0, n) for n in range(2_000)))
        with pytest.raises(StoreFull, match="space"):
            recorder.flush()
        ballast.unlink()
        recorder.close()
        assert store.sql("SELECT count(*) FROM steps").item() == 2_000


def test_a_newer_store_is_left_alone(tmp_path: Path) -> None:
    """A store of a later version is not opened; the error says which version it is."""
    later = "INSERT INTO main.migrations BY NAME SELECT 999 AS version, 'later' AS name"
    with opened(tmp_path) as store, store.lake.transaction("posing as newer") as connection:
        connection.execute(later)
    with pytest.raises(StoreTooNew, match="999"):
        opened(tmp_path)


def test_a_store_from_before_the_first_release_is_refused(tmp_path: Path) -> None:
    """A store whose first step had another name is not opened; the error says what to do."""
    other = "UPDATE main.migrations SET name = '0001_facts' WHERE version = 1"
    with opened(tmp_path) as store, store.lake.transaction("posing as older") as connection:
        connection.execute(other)
    with pytest.raises(StoreError, match="before the first release"):
        opened(tmp_path)
