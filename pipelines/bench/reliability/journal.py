"""The journal: intents a second under both promises, and what a call under a key costs in all."""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median
from typing import Final

from engine.clock import SystemClock
from engine.contracts import CallKey, Fsync, Intent, JsonObject
from engine.tools.keyed import Held, KeyedCall, KeyedCalls
from pipelines.bench.result import Options, Result
from workbench.store.journal import SqlJournal
from workbench.store.keys import SqliteKeys

Write = Callable[[int], object]
_ROUNDS: Final = 5
_FLOOR = "CREATE TABLE floor (id INTEGER PRIMARY KEY, text TEXT)"


def measure(options: Options) -> Iterator[Result]:
    """Intents a second, fast and safe; beside them the bare transactions that SQLite makes."""
    count = 5_000 if options.full else 1_000
    yield _intents("journal_intents_per_s", "fast", count)
    yield _intents("journal_intents_per_s_safe", "safe", count // 5)
    yield Result("sqlite_inserts_per_s", _rate(_bare, count), "/s", "a bare insert each, fast")
    yield Result("keyed_call_us", _keyed(count), "us", "key, journal and all, fast, median")


def _intents(metric: str, fsync: Fsync, count: int) -> Result:
    def prepare(home: Path, stack: ExitStack) -> Write:
        journal = stack.enter_context(closing(SqlJournal.sqlite(home / "journal.sqlite", fsync)))
        return lambda number: journal.begin(_intent(number), 1e9)

    promise = "outlives the process" if fsync == "fast" else "outlives a loss of power"
    note = f"SQLite, {fsync}: {promise}; {count:,} in each of {_ROUNDS} rounds, median"
    return Result(metric, _rate(prepare, count), "/s", note)


def _rate(prepare: Callable[[Path, ExitStack], Write], count: int) -> float:
    """How many a second, in the median of the rounds, each on a new file."""
    rates = []
    for _ in range(_ROUNDS):
        with tempfile.TemporaryDirectory(prefix="workbench-bench-") as folder, ExitStack() as stack:
            write = prepare(Path(folder), stack)
            write(0)  # the file is made
            began = time.perf_counter()
            for number in range(count):
                write(number + 1)
            rates.append(count / (time.perf_counter() - began))
    return median(rates)


def _bare(home: Path, stack: ExitStack) -> Write:
    connection = sqlite3.connect(home / "floor.sqlite", isolation_level=None)
    stack.enter_context(closing(connection))
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(_FLOOR)
    return lambda number: connection.execute("INSERT INTO floor VALUES (?, ?)", (number, "x" * 200))


def _intent(number: int) -> Intent:
    arguments: JsonObject = {
        "order": f"#W{number:07d}",
        "items": ["4947717507", "7453605304"],
        "cents": 12_950,
    }
    return Intent(
        tool="refund_order",
        key=f"ep-0193/{number}",
        arguments=arguments,
        scope="ep-0193",
        owner="0123456789abcdef0123456789abcdef",
        due_at=2e9,
    )


def _keyed(count: int) -> float:
    """Microseconds that a call takes which itself takes no time."""
    with tempfile.TemporaryDirectory(prefix="workbench-bench-") as folder:
        keys = SqliteKeys(Path(folder) / "keys.sqlite", "fast")
        journal = SqlJournal.sqlite(Path(folder) / "journal.sqlite", "fast")
        calls = KeyedCalls(keys, journal, clock=SystemClock())
        times = asyncio.run(_timed(calls, count))
        keys.close()
        journal.close()
    return median(times) * 1e6


async def _timed(calls: KeyedCalls, count: int) -> list[float]:
    times = []
    for number in range(count):
        call = KeyedCall(CallKey(tool="refund_order", key=str(number)), {"order": number})
        began = time.perf_counter()
        await calls.call(call, _nothing)
        times.append(time.perf_counter() - began)
    return times


async def _nothing(held: Held) -> str:
    return held.key.key
