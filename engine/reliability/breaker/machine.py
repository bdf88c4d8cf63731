"""The circuit breaker as a pure state machine: fed with time and outcomes, it admits or refuses."""

from dataclasses import dataclass
from enum import IntFlag
from typing import Final, Literal

from engine.contracts.reliability import BreakerMode, BreakerPolicy, BreakerState
from engine.reliability.breaker.window import FAILED, SLOW, Counts, CountWindow, TimeWindow

_CLOSED: Final = BreakerMode.CLOSED
_OPEN: Final = BreakerMode.OPEN
_HALF_OPEN: Final = BreakerMode.HALF_OPEN
_LETS_ALL: Final = frozenset({_CLOSED, BreakerMode.DISABLED, BreakerMode.METRICS_ONLY})
_LAST_GROWTH: Final = 64  # beyond, any wait is at its cap

Reason = Literal["failure rate", "slow-call rate", "waited", "recovered", "trial too long", "hand"]
"""Why a breaker changed its state."""


class Outcome(IntFlag):
    """How a call ended."""

    WELL = 0
    FAILED = FAILED
    SLOW = SLOW


@dataclass(frozen=True, slots=True)
class Transition:
    """A breaker changed its state."""

    name: str
    before: BreakerMode
    after: BreakerMode
    reason: Reason
    at: float
    """Seconds on the breaker's clock."""
    counts: Counts
    """What the window held."""
    wait_s: float
    """Seconds that it stays open; 0 in any other state."""


class Breaker:
    """Closed, open or half open, by the rates of failed and of slow calls.

    A permit is the generation in which a call was admitted; the outcome of one that belongs to an
    earlier generation counts for nothing. Times are seconds on one clock, which may jump: where it
    goes back behind the last transition, waits begin anew, so that no breaker stays open for ever.
    `transitions` gathers what has happened until it is taken.
    """

    __slots__ = (
        "_admitted",
        "_generation",
        "_opened",
        "_policy",
        "_since",
        "_wait_s",
        "_window",
        "mode",
        "name",
        "transitions",
    )

    def __init__(
        self, policy: BreakerPolicy, state: BreakerState | None = None, *, name: str = ""
    ) -> None:
        state = state or BreakerState()
        self.name = name
        self.mode = state.mode
        self.transitions: list[Transition] = []
        self._policy = policy
        self._generation = state.generation
        self._since = state.since
        self._wait_s = state.wait_s
        self._opened = state.opened
        self._admitted = state.admitted
        self._window = self._restored(state)

    def admit(self, now: float) -> int | None:
        """The permit for one call; null: it is refused."""
        if self.mode in _LETS_ALL:
            return self._generation
        self.tick(now)
        if self.mode is _OPEN and now - self._since >= self._wait_s:
            self._go(_HALF_OPEN, "waited", now)
        if self.mode is not _HALF_OPEN or self._admitted >= self._policy.permits:
            return None
        self._admitted += 1
        return self._generation

    def record(self, permit: int, outcome: int, now: float) -> None:
        """A call that was admitted has ended so."""
        if self.mode is _HALF_OPEN:
            self.tick(now)
        if permit != self._generation or self.mode is BreakerMode.DISABLED:
            return
        self._window.add(outcome, now)
        if self.mode is _CLOSED:
            if reason := self._exceeded(self._window.counts(now), self._policy.minimum_calls):
                self._open(reason, now)
        elif self.mode is _HALF_OPEN:
            self._judge(now)

    def release(self, permit: int) -> None:
        """A call that was admitted has no outcome, as it was cancelled: another may be made."""
        if permit == self._generation and self.mode is _HALF_OPEN and self._admitted > 0:
            self._admitted -= 1

    def take(self) -> list[Transition]:
        """The transitions since they were last taken."""
        happened, self.transitions = self.transitions, []
        return happened

    def tick(self, now: float) -> None:
        """Time has passed: a trial without a verdict in time has failed."""
        self._since = min(self._since, now)
        limit = self._policy.half_open_s
        if self.mode is _HALF_OPEN and limit is not None and now - self._since >= limit:
            self._open("trial too long", now)

    def open(self, now: float, for_s: float | None = None) -> None:
        """Open by hand, for so long or as the policy says."""
        self._open("hand", now, for_s)

    def set(self, mode: BreakerMode, now: float) -> None:
        """Put into a state by hand, its window empty; `CLOSED` is a reset."""
        if mode is _OPEN:
            self._open("hand", now)
        else:
            self._go(mode, "hand", now)

    def left_s(self, now: float) -> float:
        """Seconds until an open breaker admits a call; 0 in any other state."""
        waited = max(0.0, now - self._since)
        return max(0.0, self._wait_s - waited) if self.mode is _OPEN else 0.0

    def counts(self, now: float) -> Counts:
        """What the window holds."""
        return self._window.counts(now)

    @property
    def generation(self) -> int:
        """Transitions so far."""
        return self._generation

    @property
    def full(self) -> bool:
        """Whether every permit of a trial is out or used."""
        return self.mode is _HALF_OPEN and self._admitted >= self._policy.permits

    def state(self) -> BreakerState:
        """All of it, to be kept."""
        window = self._window
        return BreakerState(
            mode=self.mode,
            generation=self._generation,
            since=self._since,
            wait_s=self._wait_s,
            opened=self._opened,
            admitted=self._admitted,
            outcomes=window.outcomes() if isinstance(window, CountWindow) else "",
            buckets=window.buckets() if isinstance(window, TimeWindow) else (),
        )

    def _judge(self, now: float) -> None:
        """All permits used and all outcomes in: open again, or close."""
        counts = self._window.counts(now)
        if counts.calls < self._policy.permits:
            return
        if reason := self._exceeded(counts, 1):
            self._open(reason, now)
        else:
            self._go(_CLOSED, "recovered", now)

    def _exceeded(self, counts: Counts, minimum: int) -> Reason | None:
        calls, failed, slow = counts
        if calls < minimum:
            return None
        if failed and failed / calls >= self._policy.failure_rate:
            return "failure rate"
        return "slow-call rate" if slow and slow / calls >= self._policy.slow_rate else None

    def _open(self, reason: Reason, now: float, for_s: float | None = None) -> None:
        policy = self._policy
        self._opened += 1
        growth = policy.open_growth ** min(self._opened - 1, _LAST_GROWTH)
        wait_s = min(policy.open_cap_s, policy.open_s * growth) if for_s is None else for_s
        self._go(_OPEN, reason, now, wait_s)

    def _go(self, mode: BreakerMode, reason: Reason, now: float, wait_s: float = 0.0) -> None:
        counts, before = self._window.counts(now), self.mode
        self.mode = mode
        self._generation += 1
        self._since = now
        self._wait_s = wait_s
        self._admitted = 0
        if mode is not _OPEN and mode is not _HALF_OPEN:
            self._opened = 0
        self._window = self._restored(BreakerState(mode=mode))
        self.transitions.append(Transition(self.name, before, mode, reason, now, counts, wait_s))

    def _restored(self, state: BreakerState) -> CountWindow | TimeWindow:
        if state.mode is _HALF_OPEN:
            return CountWindow(self._policy.permits, state.outcomes)
        if self._policy.window == "count":
            return CountWindow(self._policy.window_size, state.outcomes)
        return TimeWindow(self._policy.window_size, state.buckets)

    def __repr__(self) -> str:
        return f"Breaker({self.name!r}, {self.mode}, generation {self._generation})"
