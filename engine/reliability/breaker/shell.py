"""What every circuit breaker offers around its state: calls, blocks, decorators, the hand."""

import threading
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

from engine.clock import Clock, SystemClock
from engine.contracts.reliability import BreakerMode, BreakerPolicy
from engine.errors import BreakerOpen
from engine.reliability.breaker.machine import Breaker, Transition
from engine.reliability.breaker.window import FAILED, SLOW, Counts
from engine.reliability.forms import Errors, Wraps, matcher

P = ParamSpec("P")
R = TypeVar("R")

Hook = Callable[[Transition], None]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A breaker at one moment."""

    name: str
    mode: BreakerMode
    generation: int
    """Transitions so far."""
    counts: Counts
    """Outcomes in its window."""
    left_s: float
    """Seconds until it admits a call, where it is open."""
    refused: int
    """Calls that were not made, by this process."""


class Shell(Wraps):
    """A circuit breaker around functions and blocks; safe for threads and tasks.

    `record` says which errors count as failures and `ignore` which count for nothing, as if the
    call had not been made; any other is no failure. `failed` may call a result a failure. What is
    no `Exception`, cancellation above all, counts for nothing. `on_event` hears of each transition
    once and must not raise.
    """

    def __init__(
        self,
        name: str = "",
        policy: BreakerPolicy | None = None,
        *,
        clock: Clock | None = None,
        record: Errors = Exception,
        ignore: Errors = (),
        failed: Callable[[Any], bool] | None = None,
        on_event: Hook | None = None,
    ) -> None:
        self.name = name
        self.policy = policy or BreakerPolicy()
        self._clock = clock or SystemClock()
        self._monotonic = self._clock.monotonic
        self._slow_s = self.policy.slow_s
        self._recorded = matcher(record)
        self._ignored = matcher(ignore)
        self._bad = failed
        self._on_event = on_event
        self._refused = 0
        self._lock = threading.Lock()
        self._breaker = Breaker(self.policy, name=name)

    @abstractmethod
    def admit(self) -> int:
        """A permit for one call, to be settled or released; raises `BreakerOpen`."""

    @abstractmethod
    def settle(self, permit: int, outcome: int) -> None:
        """The call has ended so: an `Outcome`."""

    @abstractmethod
    def release(self, permit: int) -> None:
        """The call was not made after all, or cancelled."""

    @abstractmethod
    async def aadmit(self) -> int:
        """As `admit`, without holding up the event loop."""

    @abstractmethod
    async def asettle(self, permit: int, outcome: int) -> None:
        """As `settle`, without holding up the event loop."""

    @abstractmethod
    async def arelease(self, permit: int) -> None:
        """As `release`, without holding up the event loop."""

    @abstractmethod
    def trip(self, for_s: float | None = None) -> None:
        """Open by hand, for so long or as the policy says."""

    @abstractmethod
    def set(self, mode: BreakerMode) -> None:
        """Put into a state by hand: forced open, disabled, metrics only, or closed (a reset)."""

    @abstractmethod
    def snapshot(self) -> Snapshot:
        """How it stands."""

    @property
    def mode(self) -> BreakerMode:
        """Its state, as this process knows it."""
        return self._breaker.mode

    def call(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call where the breaker lets it; raises `BreakerOpen` where not."""
        permit = self.admit()
        began = self._monotonic()
        try:
            result = function(*args, **kwargs)
        except BaseException as error:
            self._raised(permit, error, began)
            raise
        self.settle(permit, self._returned(result, began))
        return result

    async def acall(
        self, function: Callable[P, Awaitable[R]], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """As `call`, for an asynchronous function."""
        permit = await self.aadmit()
        began = self._monotonic()
        try:
            result = await function(*args, **kwargs)
        except BaseException as error:
            await self._araised(permit, error, began)
            raise
        await self.asettle(permit, self._returned(result, began))
        return result

    def guard(self) -> "Block":
        """A block as a call: `with` or `async with`; raises `BreakerOpen` on entry."""
        return Block(self)

    def _outcome(self, error: BaseException, began: float) -> int | None:
        """How a call that raised counts; null: not at all."""
        if not isinstance(error, Exception) or self._ignored(error):
            return None
        slow = SLOW if self._monotonic() - began > self._slow_s else 0
        return (FAILED if self._recorded(error) else 0) | slow

    def _returned(self, result: object, began: float) -> int:
        slow = SLOW if self._monotonic() - began > self._slow_s else 0
        return slow | FAILED if self._bad is not None and self._bad(result) else slow

    def _raised(self, permit: int, error: BaseException, began: float) -> None:
        outcome = self._outcome(error, began)
        if outcome is None:
            self.release(permit)
        else:
            self.settle(permit, outcome)

    async def _araised(self, permit: int, error: BaseException, began: float) -> None:
        outcome = self._outcome(error, began)
        if outcome is None:
            await self.arelease(permit)
        else:
            await self.asettle(permit, outcome)

    def _refuse(self, breaker: Breaker, now: float) -> BreakerOpen:
        self._refused += 1
        left_s = breaker.left_s(now)
        told = f"for {left_s:.1f} s more" if left_s else "all trial calls are under way"
        if breaker.mode is BreakerMode.FORCED_OPEN:
            told = "by hand"
        return BreakerOpen(
            f"breaker {self.name!r} is {breaker.mode}: {told}", retry_after_s=left_s or None
        )

    def _report(self, happened: Sequence[Transition]) -> None:
        if self._on_event is not None:
            for transition in happened:
                self._on_event(transition)

    def _snapshot(self, now: float) -> Snapshot:
        with self._lock:
            breaker = self._breaker
            return Snapshot(
                name=self.name,
                mode=breaker.mode,
                generation=breaker.generation,
                counts=breaker.counts(now),
                left_s=breaker.left_s(now),
                refused=self._refused,
            )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}, {self._breaker.mode})"


class Block:
    """One block as a call of a breaker; entered once. A block has no result that could be bad."""

    __slots__ = ("_began", "_permit", "_shell")

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def __enter__(self) -> None:
        self._permit = self._shell.admit()
        self._began = self._shell._monotonic()

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if error is None:
            slow = self._shell._monotonic() - self._began > self._shell._slow_s
            self._shell.settle(self._permit, SLOW if slow else 0)
        else:
            self._shell._raised(self._permit, error, self._began)

    async def __aenter__(self) -> None:
        self._permit = await self._shell.aadmit()
        self._began = self._shell._monotonic()

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if error is None:
            slow = self._shell._monotonic() - self._began > self._shell._slow_s
            await self._shell.asettle(self._permit, SLOW if slow else 0)
        else:
            await self._shell._araised(self._permit, error, self._began)
