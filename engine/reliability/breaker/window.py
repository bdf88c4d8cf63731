"""What a breaker looks back at: the last calls, or the calls of the last seconds."""

import math
from collections import deque
from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

from engine.contracts.reliability import Bucket

FAILED: Final = 1
SLOW: Final = 2


class Counts(NamedTuple):
    """Outcomes in a window."""

    calls: int
    failed: int
    slow: int


class Window(Protocol):
    """Outcomes, added one by one and forgotten when they are old."""

    def add(self, outcome: int, now: float) -> None:
        """Take an outcome: `FAILED`, `SLOW`, both, or 0."""
        ...

    def counts(self, now: float) -> Counts:
        """What is in the window."""
        ...


class CountWindow:
    """The last `size` outcomes."""

    __slots__ = ("_failed", "_ring", "_size", "_slow")

    def __init__(self, size: int, outcomes: str = "") -> None:
        self._size = size
        self._ring: deque[int] = deque(map(int, outcomes), size)
        self._failed = sum(outcome & FAILED for outcome in self._ring)
        self._slow = sum(outcome >> 1 for outcome in self._ring)

    def add(self, outcome: int, now: float) -> None:  # noqa: ARG002 - time plays no part
        """Take an outcome in place of the oldest, where the window is full."""
        ring = self._ring
        if len(ring) == self._size and (oldest := ring[0]):
            self._failed -= oldest & FAILED
            self._slow -= oldest >> 1
        ring.append(outcome)
        if outcome:
            self._failed += outcome & FAILED
            self._slow += outcome >> 1

    def counts(self, now: float) -> Counts:  # noqa: ARG002 - time plays no part
        """The outcomes in the window."""
        return Counts(len(self._ring), self._failed, self._slow)

    def outcomes(self) -> str:
        """The outcomes as digits, the oldest first."""
        return "".join(map(str, self._ring))


class TimeWindow:
    """The outcomes of this second and of the `size` - 1 seconds before it, in a bucket a second.

    Where time goes back by less than the window, it stands still until it has caught up, as the
    clocks of several machines are never quite equal; where it goes back by more, all is forgotten.
    """

    __slots__ = ("_buckets", "_calls", "_failed", "_size", "_slow")

    def __init__(self, size: int, buckets: Sequence[Bucket] = ()) -> None:
        self._size = size
        self._buckets = deque([b.second, b.calls, b.failed, b.slow] for b in buckets)
        self._calls = sum(bucket.calls for bucket in buckets)
        self._failed = sum(bucket.failed for bucket in buckets)
        self._slow = sum(bucket.slow for bucket in buckets)

    def add(self, outcome: int, now: float) -> None:
        """Take an outcome into the bucket of this second."""
        second = self._advance(now)
        if not self._buckets or self._buckets[-1][0] != second:
            self._buckets.append([second, 0, 0, 0])
        bucket = self._buckets[-1]
        failed, slow = outcome & FAILED, outcome >> 1
        bucket[1] += 1
        bucket[2] += failed
        bucket[3] += slow
        self._calls += 1
        self._failed += failed
        self._slow += slow

    def counts(self, now: float) -> Counts:
        """The outcomes in the window."""
        self._advance(now)
        return Counts(self._calls, self._failed, self._slow)

    def buckets(self) -> tuple[Bucket, ...]:
        """The buckets that hold an outcome, the oldest first."""
        return tuple(
            Bucket(second=second, calls=calls, failed=failed, slow=slow)
            for second, calls, failed, slow in self._buckets
        )

    def _advance(self, now: float) -> int:
        """Forget what is too old; gives the second that it is taken to be."""
        second = math.floor(now)
        buckets = self._buckets
        if buckets and second < buckets[-1][0]:
            if second <= buckets[-1][0] - self._size:
                self._forget(len(buckets))
            else:
                second = buckets[-1][0]
        old = 0
        for bucket in buckets:
            if bucket[0] > second - self._size:
                break
            old += 1
        self._forget(old)
        return second

    def _forget(self, oldest: int) -> None:
        for _ in range(oldest):
            _, calls, failed, slow = self._buckets.popleft()
            self._calls -= calls
            self._failed -= failed
            self._slow -= slow
