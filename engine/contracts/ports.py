"""What the engine asks of the outside, each with at least two implementations."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from engine.contracts.base import Json
from engine.contracts.cache import CachedAnswer, CacheTotals
from engine.contracts.escalation import (
    Decision,
    Escalation,
    EscalationState,
    LogEntries,
    OpenEpisode,
    Wait,
)
from engine.contracts.facts import Fact
from engine.contracts.guard import Rule
from engine.contracts.model import ModelChunk, ModelRequest, ModelResponse, Spend
from engine.contracts.reliability import BreakerState

T = TypeVar("T")


class Model(Protocol):
    """A language model behind one call."""

    @property
    def name(self) -> str:
        """What a run calls it."""
        ...

    async def complete(self, request: ModelRequest) -> ModelResponse:
        """The whole answer; raises a `ModelError`."""
        ...

    def stream(self, request: ModelRequest) -> AsyncIterator[ModelChunk]:
        """The answer in pieces, the last of which carries the whole; raises a `ModelError`."""
        ...

    def worst(self, reads: int, writes: int) -> Spend:
        """What one call uses in all, and costs, that reads and writes so many tokens at most."""
        ...

    async def aclose(self) -> None:
        """Let go of connections and processes."""
        ...


class Budget(Protocol):
    """What may be used, asked before each model call."""

    def reserve(self, worst: Spend) -> Rule | None:
        """Set the worst case aside, or name the limit that it would pass, setting nothing aside."""
        ...

    def settle(self, worst: Spend, actual: Spend) -> None:
        """Give back what was set aside for a call, and count what it used."""
        ...

    def left(self) -> Spend:
        """What is neither spent nor set aside; a null cost is no limit."""
        ...

    def used(self) -> tuple[float, Rule]:
        """The share of the most used limit that is spent, 0 to 1, and which it is."""
        ...

    def grant(self, rule: Rule) -> None:
        """Allow once more what that limit allows."""
        ...


class Recorder(Protocol):
    """Takes facts and keeps them."""

    def add(self, *facts: Fact) -> None:
        """Take facts that become visible together; cheap, may buffer."""
        ...

    def flush(self) -> None:
        """Return when every fact taken so far is durable."""
        ...


class ResponseCache(Protocol):
    """Keeps answers of models by key, those least lately used going first where it is full.

    Each method raises `StoreError` where the cache cannot be read or written.
    """

    def get(self, key: str, since: float | None = None) -> CachedAnswer | None:
        """The answer of that key, where it was made at `since` (Unix seconds) or later."""
        ...

    def put(self, key: str, answer: CachedAnswer) -> None:
        """Keep an answer, in place of one of that key."""
        ...

    def totals(self) -> Sequence[CacheTotals]:
        """What is kept, by scope and model."""
        ...

    def clear(self, scope: str | None = None) -> int:
        """Forget the answers of a scope, or all; gives how many."""
        ...


class Escalations(Protocol):
    """Keeps episodes that may come to wait for a person, with all that they have done.

    An episode is open from `begin` to `finish`. It waits from `park` to `decide`; one that is open
    and does not wait goes on where its log ends, in the process that has taken it up. Whatever
    returns is durable; each method raises `StoreError` where that cannot be done.
    """

    def begin(self, episode: OpenEpisode) -> None:
        """Open an episode."""
        ...

    def keep(self, episode_id: str, key: str, value: Json) -> None:
        """Put an entry into the log of an open episode, in place of one of that key."""
        ...

    def park(self, episode_id: str, wait: Wait, now: float) -> Escalation:
        """Let an open episode wait; its wait before, if any, is done."""
        ...

    def decide(self, escalation_id: str, decision: Decision) -> Escalation:
        """Put the decision into the episode's log; raises `BadInput` where it does not wait."""
        ...

    def take_up(self, episode_id: str) -> LogEntries:
        """The log of an open episode that goes on now; raises `BadInput` while it waits."""
        ...

    def finish(self, episode_id: str) -> None:
        """The episode has ended and is kept elsewhere: its log goes, its waits are done."""
        ...

    def get(self, escalation_id: str) -> Escalation:
        """One wait; raises `NotFound`."""
        ...

    def listed(self, run_id: str | None = None) -> Sequence[Escalation]:
        """Every wait, or a run's, in the order of their parking."""
        ...

    def open(self, run_id: str) -> Sequence[OpenEpisode]:
        """A run's open episodes, those that wait among them, in the order of their beginning."""
        ...

    def counts(self) -> Mapping[EscalationState, int]:
        """How many waits are in each state; differs after every change of one."""
        ...


class BreakerStates(Protocol):
    """Keeps the state of circuit breakers by name, for all processes that share it.

    Each method raises `StoreError` where the store cannot do it.
    """

    def change(
        self, name: str, change: Callable[[BreakerState | None], tuple[BreakerState, T]]
    ) -> T:
        """Put what `change` makes of the state in its place, and give its answer.

        `change` gets null where there is no state yet. No other change of that breaker comes
        between; it may be called several times, the last of which counts, and has no effects.
        """
        ...

    def get(self, name: str) -> BreakerState | None:
        """The state as it is kept, null where there is none."""
        ...

    def names(self) -> Sequence[str]:
        """The breakers that have a state, in order of their names."""
        ...
