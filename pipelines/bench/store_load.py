"""Processes that write to and read from a store as hard as they can; what `bench store` counts."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from typing import Final

from engine.contracts import Step, Usage, assistant
from engine.errors import WorkbenchError
from workbench.settings import Settings
from workbench.store import Store
from workbench.store.queries import runs

# Steps of one episode, each added in a call of its own as the agent loop does.
EPISODE_STEPS: Final = 50
# Rows between two acknowledgements: a writer waits for its flush and then notes the number down.
ACKNOWLEDGE_ROWS: Final = 10_000
_TEXT: Final = "The order was sent on Monday and should arrive within three days. "


@dataclass(frozen=True, slots=True)
class Writer:
    """What one writer does: until `rows` are durable, spread over `tenants`."""

    number: int
    home: Path
    rows: int
    tenants: int

    @property
    def log(self) -> Path:
        """Where it notes down how many of its rows are durable, a line each time."""
        return self.home / f"writer-{self.number}.log"

    @property
    def run_id(self) -> str:
        """The run that its rows belong to."""
        return f"run-bench-{self.number}"

    def work(self, barrier: Barrier) -> None:
        """Write, and note down each acknowledgement with its time; errors are noted as such."""
        with self.log.open("w", buffering=1) as log, _opened(self.home) as store:
            barrier.wait()
            print("begin", time.time(), 0, file=log)
            try:
                with store.recorder() as recorder:
                    for number, step in enumerate(self._steps(), 1):
                        recorder.add(step)
                        if number % ACKNOWLEDGE_ROWS == 0 or number == self.rows:
                            recorder.flush()
                            print("durable", time.time(), number, file=log)
            except WorkbenchError as error:
                print("error", time.time(), repr(str(error)), file=log)

    def _steps(self) -> Iterator[Step]:
        """Steps with a key of their own each, made cheaply: the facts are not what is measured."""
        model = _step(self.run_id)
        for episode in count():
            tenant = f"tenant-{(episode * 7 + self.number) % self.tenants:03d}"
            name = f"ep-{self.number:02d}{episode:018x}"
            for index in range(EPISODE_STEPS):
                if episode * EPISODE_STEPS + index == self.rows:
                    return
                changes = {"tenant": tenant, "episode_id": name, "index": index}
                yield model.model_copy(update=changes)


def read(number: int, home: Path, barrier: Barrier, stop: Event) -> None:
    """Ask for the latest runs and one episode until told to stop; note down each error."""
    with (home / f"reader-{number}.log").open("w", buffering=1) as log, _opened(home) as store:
        barrier.wait()
        while not stop.is_set():
            try:
                runs.latest(store.lake, 20)
                store.sql("select count(*) from steps where episode_id = ?", [f"ep-0{number}"])
                print("read", time.time(), 1, file=log)
            except WorkbenchError as error:
                print("error", time.time(), repr(str(error)), file=log)


def lines(path: Path) -> list[tuple[str, float, str]]:
    """What a process has noted down: word, time, rest; nothing where it has not begun."""
    if not path.exists():
        return []
    parts = (line.split(" ", 2) for line in path.read_text().splitlines())
    return [(word, float(at), rest) for word, at, rest in parts]


def _opened(home: Path) -> Store:
    os.environ.pop("WORKBENCH_CATALOGUE", None)  # the figure is the embedded store's
    return Store.open(Settings.load(home=home / "store"))


def _step(run_id: str) -> Step:
    return Step(
        run_id=run_id,
        episode_id="",
        index=0,
        kind="model",
        agent="agent",
        span_id="0" * 16,
        started_at=time.time(),
        ended_at=time.time(),
        messages=(assistant(_TEXT * 3),),
        model="m",
        usage=Usage(input_tokens=300, output_tokens=40, calls=1),
        cost_usd=0.0001,
        state_hash="0" * 32,
    )
