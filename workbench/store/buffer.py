"""When buffered rows are due, decided without threads, files or a clock of its own."""

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import uuid4

from workbench.store.rows import Row, size


@dataclass(frozen=True, slots=True)
class FlushPolicy:
    """When a batch is written: at the first bound it reaches."""

    max_rows: int = 5_000
    """A commit costs tens of milliseconds however few rows it brings."""
    max_bytes: int = 8_000_000
    """Memory of one batch."""
    max_age_s: float = 1.0
    """How long others wait to see a fact."""
    hold_bytes: int = 64_000_000
    """Memory of all that waits; beyond it `add` waits for a flush, or raises what stops it."""


@dataclass(slots=True)
class Batch:
    """Rows that become visible in one commit."""

    first_at: float
    """Monotonic time at which its first row came."""
    id: str = field(default_factory=lambda: f"batch-{uuid4().hex}")
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    count: int = 0
    bytes: int = 0

    def put(self, table: str, row: Row) -> None:
        """Append a row."""
        self.rows[table].append(row)
        self.count += 1
        self.bytes += size(row)


class Buffer:
    """Batches in the order they came: the last one open, those before it sealed."""

    def __init__(self, policy: FlushPolicy) -> None:
        self.policy = policy
        self._batches: list[Batch] = []
        self._sealed = 0

    def put(self, rows: list[tuple[str, Row]], now: float) -> None:
        """Take rows that belong together into the open batch."""
        if len(self._batches) == self._sealed:
            self._batches.append(Batch(now))
        for table, row in rows:
            self._batches[-1].put(table, row)

    def due(self, now: float) -> bool:
        """Whether a batch waits that has reached a bound."""
        return self.wait_s(now) <= 0

    def wait_s(self, now: float) -> float:
        """Seconds until a batch is due; infinite where nothing waits."""
        if not self._batches:
            return float("inf")
        first = self._batches[0]
        full = first.count >= self.policy.max_rows or first.bytes >= self.policy.max_bytes
        return 0.0 if full else first.first_at + self.policy.max_age_s - now

    @property
    def over(self) -> bool:
        """Whether more waits than may."""
        return self.bytes >= self.policy.hold_bytes

    @property
    def rows(self) -> int:
        """Rows that wait."""
        return sum(batch.count for batch in self._batches)

    @property
    def bytes(self) -> int:
        """Their size."""
        return sum(batch.bytes for batch in self._batches)

    def seal(self) -> tuple[Batch, ...]:
        """Close the open batch and give all that wait, oldest first; they stay until `done`."""
        self._sealed = len(self._batches)
        return tuple(self._batches)

    def done(self, batch: Batch) -> None:
        """Let go of a sealed batch that is durable."""
        self._batches.remove(batch)
        self._sealed -= 1
