"""Recorders: one that batches facts into the lake, and one that keeps them in a list.

Every flush is one transaction over all tables, so a commit's cost (tens of milliseconds, whatever
it brings) is shared by thousands of rows, and facts of one `add` become visible together.

Rows go straight to the lake's unpartitioned `hot` tables. The other way, a durable spool file for
each producer and one committer that reads them, was weighed against it: with four writers and two
readers the direct way keeps well above the rate asked for (`workbench bench store`), a fact is in
every reader's sight as soon as it is durable, and there is no second format to recover.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar

from engine.clock import Clock, SystemClock
from engine.contracts import Fact
from engine.errors import StoreError
from workbench.store.append import append_rows
from workbench.store.buffer import Batch, Buffer, FlushPolicy
from workbench.store.lake import Lake
from workbench.store.rows import encode
from workbench.store.tables import BY_FACT

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, slots=True)
class Flushed:
    """What one commit of a recorder came to."""

    rows: int
    bytes: int
    seconds: float
    error: StoreError | None = None


class BatchRecorder:
    """Takes facts from any thread and commits them in batches; see `FlushPolicy`.

    What `flush` returned for is durable, and there once, also when the process is killed. A commit
    that fails loses nothing: its rows wait, the error is raised at the next `add` (whose facts are
    then not taken) or `flush`, and each later flush tries again.
    """

    def __init__(
        self,
        lake: Lake,
        policy: FlushPolicy | None = None,
        *,
        clock: Clock | None = None,
        on_flush: Callable[[Flushed], None] | None = None,
    ) -> None:
        self._lake = lake
        self._clock = clock or SystemClock()
        self._on_flush = on_flush or (lambda _: None)
        self._buffer = Buffer(policy or FlushPolicy())
        self._changed = threading.Condition()
        self._committing = threading.Lock()
        self._uncertain: set[str] = set()
        self._error: StoreError | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="recorder", daemon=True)
        self._thread.start()

    def add(self, *facts: Fact) -> None:
        """Take facts that become visible together.

        Cheap, but where too much waits it flushes first. Raises `BadInput` for a fact that has no
        row, `StoreError` where the last commit failed; then none of the facts is taken.
        """
        rows = [(BY_FACT[type(fact)].name, encode(fact)) for fact in facts]
        if self._buffer.over:
            self.flush()
        with self._changed:
            self._raise_pending()
            if self._closed:
                raise StoreError("the recorder is closed")
            self._buffer.put(rows, self._clock.monotonic())
            self._changed.notify()

    def flush(self) -> None:
        """Return when every fact taken so far is durable; raises `StoreFull` or `StoreError`."""
        with self._committing:
            with self._changed:
                batches = self._buffer.seal()
            for batch in batches:
                self._commit(batch)
                with self._changed:
                    self._buffer.done(batch)
            self._error = None

    def close(self) -> None:
        """Flush and take no more; where that fails, what waits is kept and `flush` may follow."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()
        self.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _raise_pending(self) -> None:
        error, self._error = self._error, None
        if error:
            raise error

    def _work(self) -> None:
        while self._wait_until_due():
            try:
                self.flush()
            except StoreError as error:
                self._error = error  # raised by the next add
                self._pause()

    def _wait_until_due(self) -> bool:
        """Wait for a batch that is due; false when the recorder closes."""
        with self._changed:
            while not self._closed:
                wait_s = self._buffer.wait_s(self._clock.monotonic())
                if wait_s <= 0:
                    return True
                self._changed.wait(min(wait_s, self._buffer.policy.max_age_s))
            return False

    def _pause(self) -> None:
        """Let a fault pass before trying again, unless the recorder closes."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed, self._buffer.policy.max_age_s)

    def _commit(self, batch: Batch) -> None:
        start = self._clock.monotonic()
        error: StoreError | None = None
        try:
            self._write(batch)
        except StoreError as caught:
            error = caught
            raise
        finally:
            took = self._clock.monotonic() - start
            self._on_flush(Flushed(batch.count, batch.bytes, took, error))

    def _write(self, batch: Batch) -> None:
        """Commit once: after an error whose outcome is unknown, look before doing it again."""
        if batch.id in self._uncertain and self._lake.has_commit(batch.id):
            return
        self._uncertain.add(batch.id)
        append_rows(self._lake, batch.rows, batch.id)
        self._uncertain.discard(batch.id)

    def __repr__(self) -> str:
        return f"BatchRecorder({self._buffer.rows} rows wait, closed={self._closed})"


class MemoryRecorder:
    """Keeps facts in a list, in the order they came."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []

    def add(self, *facts: Fact) -> None:
        """Take facts."""
        self.facts.extend(facts)

    def flush(self) -> None:
        """Nothing waits."""

    def of(self, kind: type[F]) -> list[F]:
        """The facts of one type."""
        return [fact for fact in self.facts if isinstance(fact, kind)]
