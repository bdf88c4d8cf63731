"""What the guarded tools of a process share, and what guards one of them."""

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Final

from engine.clock import Clock, SystemClock
from engine.contracts import BreakerStates, IdempotencyKeys, Journal, ToolPolicy
from engine.errors import (
    DeadlineExceeded,
    ToolBroke,
    ToolGarbled,
    ToolUnavailable,
    ToolUnreachable,
)
from engine.reliability.breaker import MemoryBreakerStates, SharedBreaker
from engine.reliability.bulkhead import Bulkhead
from engine.reliability.deadline import remaining
from engine.reliability.hedge import Hedge
from engine.reliability.rate_limit import RateLimit
from engine.reliability.retry import NEVER, Retry
from engine.reliability.retry_budget import RetryBudget
from engine.tools.idempotency import MemoryKeys
from engine.tools.keyed import KeyedCalls

UNWELL: Final = (ToolUnreachable, ToolUnavailable, ToolGarbled, ToolBroke, DeadlineExceeded)
"""Errors that say something of the tool; any other says something of the call."""


def this_process() -> str:
    """Host and process, by which others tell this one from themselves."""
    return f"{socket.gethostname()}:{os.getpid()}"


@dataclass(frozen=True, slots=True)
class Guards:
    """The stores and the clock that guarded tools share; in memory where none are given.

    `scope` goes before a tool's name under which its breaker is kept, with a slash. `on_event`
    hears of retries, transitions, refusals, hedges and calls, and must not raise.
    """

    clock: Clock = field(default_factory=SystemClock)
    rng: Random = field(default_factory=Random)
    keys: IdempotencyKeys = field(default_factory=MemoryKeys)
    journal: Journal | None = None
    states: BreakerStates = field(default_factory=MemoryBreakerStates)
    scope: str = ""
    process: str = field(default_factory=this_process)
    on_event: Callable[[object], None] = lambda _event: None

    def name(self, tool: str) -> str:
        """What a tool's breaker is kept under."""
        return f"{self.scope}/{tool}" if self.scope else tool

    def keyed(self) -> KeyedCalls:
        """Calls under keys."""
        return KeyedCalls(self.keys, self.journal, clock=self.clock)


class Guard:
    """What guards one tool, in the order in which a call goes through it.

    Each is null where the policy has none.
    """

    __slots__ = ("breaker", "budget", "bulkhead", "hedge", "name", "rate", "retry")

    rate: RateLimit | None
    bulkhead: Bulkhead | None
    breaker: SharedBreaker | None
    hedge: Hedge | None

    def __init__(self, name: str, policy: ToolPolicy, guards: Guards) -> None:
        said, clock = guards.on_event, guards.clock
        self.name = name
        self.rate = self.bulkhead = self.breaker = self.hedge = None
        if policy.rate:
            self.rate = RateLimit(
                name, policy.rate, clock=clock, remaining=remaining, on_event=said
            )
        if policy.bulkhead:
            self.bulkhead = Bulkhead(
                name, policy.bulkhead, clock=clock, remaining=remaining, on_event=said
            )
        if policy.breaker:
            states = guards.states
            self.breaker = SharedBreaker(
                name, policy.breaker, states=states, clock=clock, record=UNWELL, on_event=said
            )
        if policy.hedge:
            self.hedge = Hedge(name, policy.hedge, clock=clock, on_event=said)
        self.budget = RetryBudget(policy.budget) if policy.retry else None
        self.retry = Retry(
            policy.retry or NEVER,
            name=name,
            clock=clock,
            rng=guards.rng,
            retryable=worth_again(policy),
            remaining=remaining,
            budget=self.budget,
            on_event=said,
        )


def worth_again(policy: ToolPolicy) -> Callable[[Exception], bool]:
    """Which failures of an attempt lead to another: those that may pass and can do no harm."""

    def is_worth(error: Exception) -> bool:
        passes = getattr(error, "retryable", False) or isinstance(error, DeadlineExceeded)
        harmless = policy.effect != "destructive" or getattr(error, "no_effect", False)
        return bool(passes and harmless)

    return is_worth
