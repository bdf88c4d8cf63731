"""The circuit breaker of several processes, whose state lies in a store.

What is promised:

- A trial admits exactly its permits over all processes: each is taken in the store.
- A transition is made once, in the store, and reported by the process that made it.
- While it is closed no call waits for the store but one each `sync_s` seconds and each hundred
  outcomes: these are counted here at once and gathered for the store until then. A process opens
  the breaker as soon as what it knows is enough, and obeys another's transition within `sync_s`
  seconds and a round trip. With `sync_s` = 0 each call asks twice: all processes are as one.
- Where the store fails, the process goes on alone as with a breaker of its own, and asks again
  after `sync_s` seconds, at most once a second. What a dying process has gathered is lost.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from engine.clock import Clock
from engine.contracts.ports import BreakerStates
from engine.contracts.reliability import BreakerMode, BreakerPolicy, BreakerState
from engine.errors import StoreError
from engine.reliability.breaker.machine import Breaker, Transition
from engine.reliability.breaker.shell import Hook, Shell, Snapshot
from engine.reliability.forms import Errors

T = TypeVar("T")

GATHERED: Final = 100
"""Outcomes that are gathered at most before the store is told."""
_ALONE_S: Final = 1.0
"""Shortest time between two questions to a store that fails."""
_ASK: Final = -1
_REFUSED: Final = -2
_LETS_ALL: Final = frozenset({BreakerMode.CLOSED, BreakerMode.DISABLED, BreakerMode.METRICS_ONLY})

Act = Callable[[Breaker, float], T]
Gathered = tuple[int, int, float]
"""A permit, the outcome of its call, and when it ended."""


class SharedBreaker(Shell):
    """A circuit breaker that all processes share which give the same name and store.

    Times are `clock.now()`, as monotonic clocks of several machines have nothing in common. The
    asynchronous forms ask the store from a thread. `on_store_error` hears of each failure of it.
    """

    def __init__(
        self,
        name: str,
        policy: BreakerPolicy | None = None,
        *,
        states: BreakerStates,
        sync_s: float = 1.0,
        clock: Clock | None = None,
        record: Errors = Exception,
        ignore: Errors = (),
        failed: Callable[[Any], bool] | None = None,
        on_event: Hook | None = None,
        on_store_error: Callable[[StoreError], None] = lambda _error: None,
    ) -> None:
        super().__init__(
            name,
            policy,
            clock=clock,
            record=record,
            ignore=ignore,
            failed=failed,
            on_event=on_event,
        )
        self._states = states
        self._sync_s = sync_s
        self._on_store_error = on_store_error
        self._asking = threading.Lock()
        self._asked_at: float | None = None  # on the monotonic clock
        self._alone = False
        self._gathered: list[Gathered] = []

    def admit(self) -> int:
        """A permit for one call; raises `BreakerOpen`."""
        permit = self._known()
        if permit == _ASK:
            permit = self._ask(_admitted)
        return self._passed(permit)

    def settle(self, permit: int, outcome: int) -> None:
        """The call has ended so."""
        if self._gather(permit, outcome):
            self._ask(_nothing)

    def release(self, permit: int) -> None:
        """The call was not made after all, or cancelled."""
        if self._on_trial(permit):
            self._ask(lambda breaker, _now: breaker.release(permit))

    async def aadmit(self) -> int:
        """As `admit`, the store asked from a thread; a permit got after cancellation goes back."""
        permit = self._known()
        if permit == _ASK:
            asking = asyncio.ensure_future(asyncio.to_thread(self._ask, _admitted))
            try:
                permit = await asyncio.shield(asking)
            except asyncio.CancelledError:
                asking.add_done_callback(self._return)
                raise
        return self._passed(permit)

    async def asettle(self, permit: int, outcome: int) -> None:
        """As `settle`, the store asked from a thread; done though the caller is cancelled."""
        if self._gather(permit, outcome):
            await asyncio.shield(asyncio.to_thread(self._ask, _nothing))

    async def arelease(self, permit: int) -> None:
        """As `release`, the store asked from a thread; done though the caller is cancelled."""
        if self._on_trial(permit):
            await asyncio.shield(asyncio.to_thread(self.release, permit))

    def flush(self) -> None:
        """Tell the store of what was gathered, and learn what others told it."""
        self._ask(_nothing)

    def trip(self, for_s: float | None = None) -> None:
        """Open by hand for all, for so long or as the policy says; raises `StoreError`."""
        self._ask(lambda breaker, now: breaker.open(now, for_s), by_hand=True)

    def set(self, mode: BreakerMode) -> None:
        """Put into a state by hand, for all; closed is a reset. Raises `StoreError`."""
        self._ask(lambda breaker, now: breaker.set(mode, now), by_hand=True)

    def snapshot(self) -> Snapshot:
        """How it stands, as the store knows it."""
        self.flush()
        return self._snapshot(self._clock.now())

    @property
    def alone(self) -> bool:
        """Whether the store failed when it was last asked."""
        return self._alone

    def _known(self) -> int:
        """The permit that is given here, `_REFUSED`, or `_ASK` where the store has to be asked."""
        with self._lock:
            breaker, now = self._breaker, self._clock.now()
            if self._due():
                return _ASK
            if not self._alone:
                return self._without_asking(breaker, now)
            permit = _admitted(breaker, now)
            happened = breaker.take()
        self._report(happened)
        return permit

    def _without_asking(self, breaker: Breaker, now: float) -> int:
        if breaker.mode in _LETS_ALL:
            return breaker.generation
        if breaker.full or breaker.mode is BreakerMode.FORCED_OPEN:
            return _REFUSED
        return _REFUSED if breaker.left_s(now) else _ASK

    def _due(self) -> bool:
        """Whether it is time to ask the store: for one caller, the others go on meanwhile."""
        now = self._monotonic()
        patience_s = max(self._sync_s, _ALONE_S) if self._alone else self._sync_s
        if self._asked_at is None:  # nothing is known yet: all wait
            return True
        if now - self._asked_at < patience_s:
            return False
        self._asked_at = now
        return True

    def _passed(self, permit: int) -> int:
        if permit == _REFUSED:
            raise self._refuse(self._breaker, self._clock.now())
        return permit

    def _gather(self, permit: int, outcome: int) -> bool:
        """Count an outcome here; whether the store has to be told of it now."""
        happened: Sequence[Transition] = ()
        with self._lock:
            breaker, now = self._breaker, self._clock.now()
            if permit != breaker.generation or breaker.mode is BreakerMode.DISABLED:
                return False
            self._gathered.append((permit, outcome, now))
            if breaker.mode is BreakerMode.HALF_OPEN and not self._alone:
                return True
            breaker.record(permit, outcome, now)
            if self._alone:
                happened = breaker.take()
                self._gathered = self._gathered[-self.policy.window_size :]
                tell = self._due()
            else:
                tell = bool(breaker.transitions) or len(self._gathered) >= GATHERED or self._due()
        self._report(happened)
        return tell

    def _on_trial(self, permit: int) -> bool:
        """Whether the store has to be told that the permit comes back."""
        with self._lock:
            breaker = self._breaker
            if self._alone:
                breaker.release(permit)
            on_trial = breaker.mode is BreakerMode.HALF_OPEN and permit == breaker.generation
            return on_trial and not self._alone

    def _return(self, asking: "asyncio.Future[int]") -> None:
        """Give back a permit that nobody waits for any more."""
        if not asking.cancelled() and asking.exception() is None and asking.result() >= 0:
            asyncio.get_running_loop().run_in_executor(None, self.release, asking.result())

    def _ask(self, act: Act[T], *, by_hand: bool = False) -> T:
        """Do it to the state in the store, told first of what was gathered; or alone.

        What is done by hand is meant for all, and raises where the store fails.
        """
        failed: StoreError | None = None
        with self._asking:
            with self._lock:
                gathered, self._gathered = self._gathered, []
            try:
                answer, breaker = self._states.change(
                    self.name, lambda state: self._step(state, gathered, act)
                )
            except StoreError as error:
                failed, breaker = error, self._breaker
                with self._lock:
                    answer = self._go_alone(gathered, act)
            happened = self._learn(breaker, alone=failed is not None)
        if failed is not None:
            self._on_store_error(failed)
            if by_hand:
                raise failed
        self._report(happened)
        return answer

    def _step(
        self, state: BreakerState | None, gathered: Sequence[Gathered], act: Act[T]
    ) -> tuple[BreakerState, tuple[T, Breaker]]:
        """Without effects: the store may do it again."""
        breaker = Breaker(self.policy, state, name=self.name)
        for outcome in gathered:
            breaker.record(*outcome)
        answer = act(breaker, self._clock.now())
        return breaker.state(), (answer, breaker)

    def _go_alone(self, gathered: Sequence[Gathered], act: Act[T]) -> T:
        """What the store was to be told is kept for it, and done here."""
        breaker = self._breaker
        if breaker.mode is BreakerMode.HALF_OPEN and not self._alone:
            for outcome in gathered:  # those of a trial are not yet counted here
                breaker.record(*outcome)
        self._gathered = [*gathered, *self._gathered][-self.policy.window_size :]
        return act(breaker, self._clock.now())

    def _learn(self, breaker: Breaker, *, alone: bool) -> Sequence[Transition]:
        """Take over what the store said; gives the transitions that were made."""
        with self._lock:
            happened = breaker.take()
            self._breaker = breaker
            self._alone = alone
            self._asked_at = self._monotonic()
            if breaker.mode is not BreakerMode.HALF_OPEN and not alone:
                for outcome in self._gathered:  # meanwhile, by other threads
                    breaker.record(*outcome)
            return happened


def _admitted(breaker: Breaker, now: float) -> int:
    permit = breaker.admit(now)
    return _REFUSED if permit is None else permit


def _nothing(breaker: Breaker, now: float) -> None:
    breaker.tick(now)
