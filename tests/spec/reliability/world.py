"""Breakers that behaviour tables are run on: one of a process, and processes that share one."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from engine.clock import ManualClock
from engine.contracts import BreakerMode, BreakerPolicy, BreakerStates
from engine.errors import BreakerOpen
from engine.reliability.breaker import CircuitBreaker, Outcome, SharedBreaker, Transition
from engine.reliability.breaker.shell import Shell

Step = dict[str, Any]


class Failure(Exception):
    """Recorded."""


class Ignored(Exception):
    """Ignored."""


class Both(Failure, Ignored):
    """Recorded and ignored."""


class Other(Exception):
    """Neither."""


RAISED: dict[str, type[BaseException]] = {
    "fail": Failure,
    "ignored": Ignored,
    "both": Both,
    "other": Other,
    "cancelled": asyncio.CancelledError,
}
OUTCOMES = {"ok": Outcome.WELL, "fail": Outcome.FAILED}


class World:
    """One clock, and a breaker in each of two processes, `a` and `b`."""

    def __init__(self, policy: BreakerPolicy, states: BreakerStates | None, sync_s: float = 0.0):
        self.clock = ManualClock()
        self.transitions: list[Transition] = []
        self.held: dict[str, int] = {}
        more: dict[str, Any] = {
            "clock": self.clock,
            "record": Failure,
            "ignore": Ignored,
            "failed": lambda result: result == "bad",
            "on_event": self.transitions.append,
        }
        if states is None:
            breaker: Shell = CircuitBreaker("tool", policy, **more)
            self.breakers = {"a": breaker, "b": breaker}
        else:
            more.update(states=states, sync_s=sync_s)
            self.breakers = {who: SharedBreaker("tool", policy, **more) for who in "ab"}

    def run(self, steps: Sequence[Step]) -> None:
        """Each step in turn; raises `AssertionError` where one is not as its table says."""
        for step in flat(steps):
            kind = next(iter(step))
            breaker = self.breakers[step.get("by", "a")]
            for _ in range(step.get("times", 1)):
                getattr(self, f"_{kind}")(breaker, step[kind], step)

    def told(self) -> list[str]:
        """The transitions as the tables write them."""
        return [f"{t.before} > {t.after}: {t.reason}" for t in self.transitions]

    def _call(self, breaker: Shell, how: str, step: Step) -> None:
        try:
            breaker.call(self._function(how, step))
        except (Failure, Ignored, Other, asyncio.CancelledError):
            return

    def _function(self, how: str, step: Step) -> Callable[[], str]:
        def function() -> str:
            self.clock.advance(step.get("took", 0))
            self.clock.jump(step.get("jumped", 0))
            if how in RAISED:
                raise RAISED[how]
            return how

        return function

    def _refused(self, breaker: Shell, times: int, _step: Step) -> None:
        for _ in range(times):
            try:
                breaker.admit()
            except BreakerOpen:
                continue
            raise AssertionError("a call was admitted")

    def _hold(self, breaker: Shell, name: str, _step: Step) -> None:
        self.held[name] = breaker.admit()

    def _end(self, breaker: Shell, name: str, step: Step) -> None:
        if step["as"] == "cancelled":
            breaker.release(self.held.pop(name))
        else:
            breaker.settle(self.held.pop(name), OUTCOMES[step["as"]])

    def _wait(self, _breaker: Shell, seconds: float, _step: Step) -> None:
        self.clock.advance(seconds)

    def _jump(self, _breaker: Shell, seconds: float, _step: Step) -> None:
        self.clock.jump(seconds)

    def _trip(self, breaker: Shell, seconds: float | None, _step: Step) -> None:
        breaker.trip(seconds)

    def _set(self, breaker: Shell, mode: str, _step: Step) -> None:
        breaker.set(BreakerMode(mode))

    def _is(self, breaker: Shell, mode: str, _step: Step) -> None:
        assert breaker.snapshot().mode == mode

    def _counts(self, breaker: Shell, counts: list[int], _step: Step) -> None:
        assert list(breaker.snapshot().counts) == counts


def flat(steps: Sequence[Step]) -> Iterator[Step]:
    """Steps, those of a group as often as it is gone through."""
    for step in steps:
        if "of" in step:
            for _ in range(step["times"]):
                yield from flat(step["of"])
        else:
            yield step
