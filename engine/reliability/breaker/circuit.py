"""The circuit breaker of one process."""

from collections.abc import Callable
from typing import TypeVar

from engine.contracts.reliability import BreakerMode
from engine.reliability.breaker.machine import Breaker
from engine.reliability.breaker.shell import Shell, Snapshot

T = TypeVar("T")


class CircuitBreaker(Shell):
    """A circuit breaker whose state is this process's own, on `clock.monotonic()`.

    No call waits for anything: each is admitted or refused at once.
    """

    def admit(self) -> int:
        """A permit for one call; raises `BreakerOpen`."""
        with self._lock:
            if self._breaker.mode is BreakerMode.CLOSED:  # the common case, without the clock
                return self._breaker.generation
        permit = self._act(lambda breaker, now: breaker.admit(now))
        if permit is None:
            raise self._refuse(self._breaker, self._monotonic())
        return permit

    def settle(self, permit: int, outcome: int) -> None:
        """The call has ended so."""
        with self._lock:
            self._breaker.record(permit, outcome, self._monotonic())
            happened = self._breaker.take() if self._breaker.transitions else ()
        if happened:
            self._report(happened)

    def release(self, permit: int) -> None:
        """The call was not made after all, or cancelled."""
        with self._lock:
            self._breaker.release(permit)

    async def aadmit(self) -> int:
        """As `admit`."""
        return self.admit()

    async def asettle(self, permit: int, outcome: int) -> None:
        """As `settle`."""
        self.settle(permit, outcome)

    async def arelease(self, permit: int) -> None:
        """As `release`."""
        self.release(permit)

    def trip(self, for_s: float | None = None) -> None:
        """Open by hand, for so long or as the policy says."""
        self._act(lambda breaker, now: breaker.open(now, for_s))

    def set(self, mode: BreakerMode) -> None:
        """Put into a state by hand; closed is a reset."""
        self._act(lambda breaker, now: breaker.set(mode, now))

    def snapshot(self) -> Snapshot:
        """How it stands."""
        return self._snapshot(self._monotonic())

    def _act(self, act: Callable[[Breaker, float], T]) -> T:
        with self._lock:
            answer = act(self._breaker, self._monotonic())
            happened = self._breaker.take()
        self._report(happened)
        return answer
