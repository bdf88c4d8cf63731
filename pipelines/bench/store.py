"""The store under load: rows per second, what is lost, and how soon questions are answered."""

import multiprocessing
import os
import signal
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Final

from pipelines.bench.result import Options, Result
from pipelines.bench.store_fill import fill
from pipelines.bench.store_load import Writer, lines, read
from workbench.settings import Settings
from workbench.store import Store
from workbench.store.queries import episodes, run, runs, tenants

WRITERS: Final = 4
READERS: Final = 2
_ROUNDS: Final = 15
_LIMIT_S: Final = 600.0
_SPAWN: Final = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Load:
    """What came of some writers and readers at work together."""

    rows: int
    seconds: float
    lost: int
    doubled: int
    errors: int


def measure(options: Options) -> list[Result]:
    """Throughput at 1 and 200 tenants, a killed writer, and the latency of the main questions."""
    rows = 200_000 if options.full else 60_000
    one, many, killed = (_load(rows, 1), _load(rows, 200), _load(rows, 200, kill=True))
    loads = (one, many, killed)
    return [
        Result("events_per_s", one.rows / one.seconds, "rows/s", _about(one)),
        Result("events_per_s_200_tenants", many.rows / many.seconds, "rows/s", _about(many)),
        Result("lost", sum(load.lost for load in loads), "rows", "one writer killed in the third"),
        Result("doubled", sum(load.doubled for load in loads), "rows", "same key twice"),
        Result("errors", sum(load.errors for load in loads), "count", "seen by any caller"),
        *_latency(10_000_000 if options.full else 1_000_000),
    ]


def _about(load: Load) -> str:
    return f"{WRITERS} writers, {READERS} readers, {load.rows:,} rows in {load.seconds:.1f} s"


def _load(rows: int, spread: int, *, kill: bool = False) -> Load:
    with tempfile.TemporaryDirectory(prefix="workbench-bench-") as folder:
        home = Path(folder)
        Store.open(Settings.load(home=home / "store")).close()
        writers = [Writer(n, home, rows, spread) for n in range(WRITERS)]
        _work(home, writers, kill=kill)
        return _counted(home, writers)


def _work(home: Path, writers: list[Writer], *, kill: bool) -> None:
    """Start all, let the writers end (or kill the first), then stop the readers."""
    barrier, stop = _SPAWN.Barrier(WRITERS + READERS), _SPAWN.Event()
    readers = [_SPAWN.Process(target=read, args=(n, home, barrier, stop)) for n in range(READERS)]
    workers = [_SPAWN.Process(target=writer.work, args=(barrier,)) for writer in writers]
    for process in (*readers, *workers):
        process.start()
    if kill:
        _kill(workers[0], writers[0])
    for process in workers:
        process.join(_LIMIT_S)
    stop.set()
    for process in readers:
        process.join(_LIMIT_S)


def _kill(process: SpawnProcess, writer: Writer) -> None:
    """SIGKILL a writer once it has had rows acknowledged and goes on to the next."""
    while not any(word == "durable" for word, *_ in lines(writer.log)) and process.is_alive():
        time.sleep(0.01)
    if process.pid is not None:
        os.kill(process.pid, signal.SIGKILL)


def _counted(home: Path, writers: list[Writer]) -> Load:
    notes = {writer: lines(writer.log) for writer in writers}
    acknowledged = {
        writer: max((int(rest) for word, _, rest in note if word == "durable"), default=0)
        for writer, note in notes.items()
    }
    times = [at for note in notes.values() for _, at, _ in note]
    logs = [*notes.values(), *(lines(home / f"reader-{n}.log") for n in range(READERS))]
    with Store.open(Settings.load(home=home / "store")) as store:
        sql = """
            SELECT count(*) AS found, count(*) - count(DISTINCT (episode_id, "index")) AS doubled
            FROM steps WHERE run_id = ?
        """
        found = {writer: store.sql(sql, [writer.run_id]).row(0) for writer in writers}
    return Load(
        rows=sum(acknowledged.values()),
        seconds=max(times) - min(times),
        lost=sum(max(0, acknowledged[w] - (found[w][0] - found[w][1])) for w in writers),
        doubled=sum(doubled for _, doubled in found.values()),
        errors=sum(word == "error" for log in logs for word, *_ in log),
    )


def _latency(steps: int) -> list[Result]:
    """The slowest twentieth of the answers to the questions of the Overview and Run pages."""
    with (
        tempfile.TemporaryDirectory(prefix="workbench-bench-") as folder,
        Store.open(Settings.load(home=Path(folder))) as store,
    ):
        total = fill(store, steps)
        lake, name = store.lake, f"run-fill-{total // 10_000 // 2:06d}"
        episode = f"ep-{total // 10_000 // 2:06d}{100:014d}"
        questions: dict[str, Callable[[], object]] = {
            "latest runs": lambda: runs.latest(lake, 20),
            "run by family": lambda: run.scores_by_family(lake, name),
            "episode steps": lambda: episodes.steps(lake, episode),
            "tenant by hour": lambda: tenants.by_hour(lake, "tenant-003"),
        }
        times = {name: [_ms(ask) for _ in range(_ROUNDS)] for name, ask in questions.items()}
    every = sorted(ms for group in times.values() for ms in group)
    medians = ", ".join(f"{name} {sorted(ms)[_ROUNDS // 2]:.0f}" for name, ms in times.items())
    note = f"{total:,} steps; medians: {medians}"
    return [Result("query_p95_ms", every[int(0.95 * len(every))], "ms", note)]


def _ms(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1e3
