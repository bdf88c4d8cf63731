"""Trying again: a pure decision, and the call that follows it.

Waits use full jitter: uniform between 0 and an exponentially growing bound, so that callers who
failed together do not come back together (Brooker, "Exponential Backoff And Jitter", 2015).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from engine.clock import Clock

T = TypeVar("T")


def says_retryable(error: Exception) -> bool:
    """Whether the error itself promises that the same call may succeed later."""
    return bool(getattr(error, "retryable", False))


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often, how long and for which errors a call is tried again."""

    attempts: int = 4  # calls in all, the first included
    total_s: float = 60.0  # no wait ends later than this after the first call began
    base_s: float = 0.5  # bound of the first wait; doubles with each
    cap_s: float = 20.0  # bound of any wait
    retryable: Callable[[Exception], bool] = says_retryable

    def wait_s(
        self, error: Exception, *, failed: int, draw: float, left_s: float | None = None
    ) -> float | None:
        """Seconds to wait after the `failed`-th failure; None: give up.

        `draw` is uniform in [0, 1). `left_s` is the time left to the caller, `total_s` where it
        is None. An error's `retry_after_s` is waited out in full before the jitter begins; where
        it does not fit in the time left there is no point in waiting at all.
        """
        if failed >= self.attempts or not self.retryable(error):
            return None
        asked_s = getattr(error, "retry_after_s", None) or 0.0
        wait = asked_s + draw * min(self.cap_s, self.base_s * 2.0 ** (failed - 1))
        return wait if wait < (self.total_s if left_s is None else left_s) else None


NEVER = RetryPolicy(attempts=1)


async def call(
    operation: Callable[[], Awaitable[T]],
    policy: RetryPolicy,
    *,
    clock: Clock,
    rng: Random,
    remaining: Callable[[], float] | None = None,
) -> T:
    """Await `operation` until it succeeds or the policy gives up, then raise its last error.

    `remaining` tells the seconds that the caller has left; the shorter of it and the policy's
    total counts. Cancellation passes through at once.
    """
    began = clock.monotonic()
    failed = 0
    while True:
        try:
            return await operation()
        except Exception as error:
            failed += 1
            left_s = policy.total_s - (clock.monotonic() - began)
            if remaining is not None:
                left_s = min(left_s, remaining())
            wait = policy.wait_s(error, failed=failed, draw=rng.random(), left_s=left_s)
            if wait is None:
                raise
        await clock.sleep(wait)
