"""So many calls at once, so many in a queue, and the rest refused: one slow tool takes not all.

A call that could only wait past its deadline is refused at once, so that it costs no time that its
caller needs for something else.
"""

import asyncio
import math
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Literal, ParamSpec, TypeVar

from engine.clock import Clock, SystemClock
from engine.contracts.reliability import BulkheadPolicy
from engine.errors import BulkheadFull
from engine.reliability.forms import Wraps

P = ParamSpec("P")
R = TypeVar("R")

_MEMORY: Final = 0.2
"""Weight of the newest call in the mean duration that waits are foretold by."""

Wake = Callable[[], bool]
"""Tells a waiting call that a slot is its own; false: nobody is there any more."""
Cause = Literal["queue full", "deadline", "waited"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A call was not let in."""

    name: str
    cause: Cause
    running: int
    queued: int


class Slots:
    """Who runs and who waits, decided purely. A ticket is a waiting call's place in the line."""

    __slots__ = ("_ticket", "mean_s", "policy", "queue", "running")

    def __init__(self, policy: BulkheadPolicy) -> None:
        self.policy = policy
        self.running = 0
        self.queue: OrderedDict[int, Wake] = OrderedDict()
        self.mean_s = 0.0
        self._ticket = 0

    def enter(self) -> bool:
        """Take a slot, if one is free: none is while anybody waits, as it is handed on."""
        if self.running >= self.policy.concurrent:
            return False
        self.running += 1
        return True

    def refused(self, left_s: float) -> Cause | None:
        """Why a call with so much time cannot wait; null: it can."""
        if len(self.queue) >= self.policy.queue:
            return "queue full"
        rounds = len(self.queue) // self.policy.concurrent
        return "deadline" if left_s <= 0 or left_s < rounds * self.mean_s else None

    def wait(self, wake: Wake) -> int:
        """Stand in line; `wake` is called when the slot is this call's. Gives the ticket."""
        self._ticket += 1
        self.queue[self._ticket] = wake
        return self._ticket

    def abandon(self, ticket: int) -> bool:
        """Leave the line; false: the slot was given to this call already."""
        return self.queue.pop(ticket, None) is not None

    def leave(self, took_s: float | None = None) -> Wake | None:
        """Give the slot back after so long; gives the `wake` of whom it goes to, first come first.

        `took_s` is null where nothing was done in it.
        """
        if took_s is not None:
            self.mean_s += (took_s - self.mean_s) * (_MEMORY if self.mean_s else 1.0)
        if not self.queue:
            self.running -= 1
            return None
        return self.queue.popitem(last=False)[1]


class Bulkhead(Wraps):
    """Bounds the calls under way; safe for threads and tasks, which share the slots and the queue.

    `remaining` tells the seconds that the caller has left. `on_event` hears of each refusal and
    must not raise.
    """

    def __init__(
        self,
        name: str = "",
        policy: BulkheadPolicy | None = None,
        *,
        clock: Clock | None = None,
        remaining: Callable[[], float] = lambda: math.inf,
        on_event: Callable[[Refusal], None] | None = None,
    ) -> None:
        self.name = name
        self.policy = policy or BulkheadPolicy()
        self._monotonic = (clock or SystemClock()).monotonic
        self._remaining = remaining
        self._on_event = on_event
        self._slots = Slots(self.policy)
        self._lock = threading.Lock()

    def enter(self) -> None:
        """Take a slot, waiting for it in line; raises `BulkheadFull`."""
        with self._lock:
            if self._slots.enter():
                return
        granted = threading.Event()
        ticket, limit_s = self._queue(lambda: _set(granted))
        try:
            granted.wait(limit_s)
        except BaseException:
            self._give_up(ticket)
            raise
        if not granted.is_set() and self._abandoned(ticket):
            raise self._refuse("waited")

    async def aenter(self) -> None:
        """As `enter`; a wait that is cancelled loses no slot."""
        with self._lock:
            if self._slots.enter():
                return
        loop = asyncio.get_running_loop()
        granted: asyncio.Future[None] = loop.create_future()
        ticket, limit_s = self._queue(lambda: _tell(loop, granted))
        try:
            await asyncio.wait((granted,), timeout=limit_s)
        except BaseException:
            self._give_up(ticket)
            raise
        if not granted.done() and self._abandoned(ticket):
            raise self._refuse("waited")

    def leave(self, took_s: float | None = None) -> None:
        """Give the slot back; it goes to the first in line. `took_s` is how long it was used."""
        with self._lock:
            wake = self._slots.leave(took_s)
        while wake is not None and not wake():
            with self._lock:
                wake = self._slots.leave()

    def call(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call in a slot; raises `BulkheadFull` where there is none in time."""
        self.enter()
        began = self._monotonic()
        try:
            return function(*args, **kwargs)
        finally:
            self.leave(self._monotonic() - began)

    async def acall(
        self, function: Callable[P, Awaitable[R]], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """As `call`, for an asynchronous function."""
        await self.aenter()
        began = self._monotonic()
        try:
            return await function(*args, **kwargs)
        finally:
            self.leave(self._monotonic() - began)

    def guard(self) -> "Slot":
        """A block in a slot: `with` or `async with`."""
        return Slot(self)

    @property
    def running(self) -> int:
        """Calls under way."""
        return self._slots.running

    @property
    def queued(self) -> int:
        """Calls that wait."""
        return len(self._slots.queue)

    def _queue(self, wake: Wake) -> tuple[int, float]:
        """A ticket, and how long it may be waited with."""
        left_s = self._remaining()
        with self._lock:
            if self._slots.enter():  # freed meanwhile
                wake()
                return 0, 0.0
            cause = self._slots.refused(left_s)
            ticket = 0 if cause else self._slots.wait(wake)
        if cause:
            raise self._refuse(cause)
        return ticket, min(self.policy.wait_s, left_s)

    def _abandoned(self, ticket: int) -> bool:
        with self._lock:
            return self._slots.abandon(ticket)

    def _give_up(self, ticket: int) -> None:
        """Leave the line, or pass on the slot that was given at the same moment."""
        if not self._abandoned(ticket):
            self.leave()

    def _refuse(self, cause: Cause) -> BulkheadFull:
        running, queued = self.running, self.queued
        if self._on_event is not None:
            self._on_event(Refusal(self.name, cause, running, queued))
        told = f"{cause}, {running} calls under way, {queued} waiting"
        return BulkheadFull(f"bulkhead {self.name!r}: {told}")

    def __repr__(self) -> str:
        policy = self.policy
        running = f"{self.running}/{policy.concurrent} running"
        return f"Bulkhead({self.name!r}, {running}, {self.queued}/{policy.queue} queued)"


class Slot:
    """One block in a slot; entered once."""

    __slots__ = ("_began", "_bulkhead")

    def __init__(self, bulkhead: Bulkhead) -> None:
        self._bulkhead = bulkhead

    def __enter__(self) -> None:
        self._bulkhead.enter()
        self._began = self._bulkhead._monotonic()

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._bulkhead.leave(self._bulkhead._monotonic() - self._began)

    async def __aenter__(self) -> None:
        await self._bulkhead.aenter()
        self._began = self._bulkhead._monotonic()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.__exit__(kind, error, trace)


def _set(granted: threading.Event) -> bool:
    granted.set()
    return True


def _tell(loop: asyncio.AbstractEventLoop, granted: "asyncio.Future[None]") -> bool:
    """Resolve the future from whatever thread gives the slot back."""
    try:
        loop.call_soon_threadsafe(_resolve, granted)
    except RuntimeError:  # its loop is closed: nobody is left to wait there
        return False
    return True


def _resolve(granted: "asyncio.Future[None]") -> None:
    if not granted.done():
        granted.set_result(None)
