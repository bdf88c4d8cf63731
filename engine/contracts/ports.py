"""What the engine asks of the outside, each with at least two implementations."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from typing import Protocol, TypeVar

from engine.contracts.base import Json
from engine.contracts.cache import CachedAnswer, CacheTotals
from engine.contracts.canary import Canary, CanaryChange, CanaryState
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
from engine.contracts.idempotency import CallKey, Ending, KeyAsk, KeyRecord, Taken
from engine.contracts.journal import (
    Fsync,
    Intent,
    JournalEntry,
    JournalFilter,
    JournalState,
    Retention,
    Transition,
)
from engine.contracts.model import ModelChunk, ModelRequest, ModelResponse, Spend
from engine.contracts.reliability import BreakerState
from engine.contracts.saga import Saga, SagaState
from engine.contracts.tool_status import ToolStatus

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


class IdempotencyKeys(Protocol):
    """Keeps calls by their keys, so that one that comes again is not made again.

    Every change is atomic among all callers, and durable when it returns. `now` is in seconds since
    the Unix epoch: the clocks of callers have to agree to well within the margin of a lease.
    """

    def take(self, ask: KeyAsk, now: float) -> Taken:
        """What the caller is to do; at most one of all who ask at once is told to run.

        A call whose lease has run out without an end becomes `unknown`, unless `ask.retake`.
        """
        ...

    def finish(self, held: KeyRecord, ending: Ending, now: float) -> KeyRecord:
        """Keep how a taken or unknown call ended.

        Raises `LeaseLost` where it has been taken again since `held`, or has an end already.
        """
        ...

    def get(self, key: CallKey, now: float) -> KeyRecord | None:
        """The call as it is kept; null where it is not, or no longer."""
        ...

    def doubtful(self, now: float, limit: int = 100) -> Sequence[KeyRecord]:
        """Calls that may or may not have had their effect, and are never simply made again."""
        ...

    def prune(self, now: float) -> int:
        """Drop ends that have been kept for long enough; gives how many."""
        ...

    def close(self) -> None:
        """Let go of files and connections; closing twice is no error."""
        ...


class Journal(Protocol):
    """A write-ahead log of calls; what `fsync` says of an acknowledged entry holds."""

    @property
    def fsync(self) -> Fsync:
        """What an acknowledged entry outlives."""
        ...

    def begin(self, intent: Intent, now: float) -> JournalEntry:
        """Write down that a call is about to be made."""
        ...

    def mark(
        self,
        entry: JournalEntry,
        state: JournalState,
        now: float,
        *,
        result: Json = None,
        by: Intent | None = None,
    ) -> JournalEntry:
        """Write down how far a call has come; `by`: whose it is from now on, and until when.

        Raises `LeaseLost` where state or owner are no longer those of `entry`, `BadInput` where
        there is no such transition.
        """
        ...

    def find(self, key: CallKey) -> JournalEntry | None:
        """The latest entry of a call."""
        ...

    def get(self, entry_id: int) -> JournalEntry:
        """One entry; raises `NotFound`."""
        ...

    def history(self, entry_id: int) -> Sequence[Transition]:
        """The transitions of an entry, in their order; raises `NotFound`."""
        ...

    def listed(self, limit: int = 100, *, state: JournalState | None = None) -> list[JournalEntry]:
        """The latest entries, or those of one state, the newest first."""
        ...

    def browsed(
        self, find: JournalFilter, now: float, *, limit: int = 100, skip: int = 0
    ) -> list[JournalEntry]:
        """Entries that are looked for: those in doubt first, each the newest first."""
        ...

    def in_doubt(self, now: float, limit: int = 100) -> Sequence[JournalEntry]:
        """Entries that may or may not have had their effect, and nobody is at work on."""
        ...

    def prune(self, keep: Retention, now: float) -> int:
        """Drop closed entries that need not be kept; gives how many. Open ones stay."""
        ...

    def close(self) -> None:
        """Let go of files and connections; closing twice is no error."""
        ...


class Sagas(Protocol):
    """A queue of sagas that several workers share; every change is durable when it returns."""

    def add(self, saga: Saga) -> Saga:
        """Put a saga into the queue; where its id is there already, gives that one as it is."""
        ...

    def claim(self, owner: str, kinds: Sequence[str], lease_s: float, now: float) -> Saga | None:
        """Take up the saga of these kinds that is due for longest; null where none is.

        Nobody else is given it before the lease has run out.
        """
        ...

    def save(self, saga: Saga, *, seen: int | None = None) -> None:
        """Keep how far it has come; raises `LeaseLost` where its fence is no longer `seen`.

        Where that is null, the saga's own.
        """
        ...

    def get(self, saga_id: str) -> Saga:
        """One saga; raises `NotFound`."""
        ...

    def listed(self, limit: int = 100, *, state: SagaState | None = None) -> Sequence[Saga]:
        """The latest sagas, or those of one state, the newest first."""
        ...

    def next_due(self, kinds: Sequence[str]) -> float | None:
        """When the next saga of these kinds can be taken up; null where none is open."""
        ...

    def counts(self) -> Mapping[SagaState, int]:
        """How many sagas are in each state."""
        ...

    def close(self) -> None:
        """Let go of files and connections; closing twice is no error."""
        ...


class Canaries(Protocol):
    """Trials that several processes share; every change is durable when it returns.

    What is to be told to others of a change is kept in the same write as the change itself, and
    handed out by `untold` until somebody has `told` it: neither is lost without the other.
    """

    def add(self, canary: Canary, changes: Sequence[CanaryChange]) -> None:
        """Keep a new trial; raises `BadInput` where its id is taken, or a tenant is in another.

        A tenant is in another where one of the same router is running or inconclusive.
        """
        ...

    def save(
        self, canary: Canary, changes: Sequence[CanaryChange] = (), counted: Collection[str] = ()
    ) -> Canary:
        """Keep how far it has come; gives it with the fence that the next one has to show.

        `counted`: ids of the outcomes that are new in it, of which none was counted before. Raises
        `LeaseLost` where somebody else has changed it since it was read.
        """
        ...

    def get(self, canary_id: str) -> Canary:
        """One trial; raises `NotFound`."""
        ...

    def listed(self, limit: int = 100, *, state: CanaryState | None = None) -> Sequence[Canary]:
        """The latest trials, or those of one state, the newest first."""
        ...

    def of(self, router: str, tenant: str) -> Sequence[Canary]:
        """The trials of a router with this tenant, the oldest first."""
        ...

    def counted(self, canary_id: str, among: Collection[str]) -> Collection[str]:
        """Those of these outcomes, by id, that a trial has counted."""
        ...

    def untold(self, limit: int = 100) -> Sequence[CanaryChange]:
        """Changes that nobody has told yet, in the order in which they were kept."""
        ...

    def told(self, changes: Sequence[CanaryChange]) -> None:
        """They need not be handed out again; telling twice is no error."""
        ...

    def close(self) -> None:
        """Let go of files and connections; closing twice is no error."""
        ...


class ToolBoard(Protocol):
    """Where processes tell how their tools stand, for people who look from another one.

    What a person orders takes the other way, through the breaker's state: see `BreakerStates`.
    """

    def publish(self, statuses: Sequence[ToolStatus]) -> None:
        """Put these in place of what the same process told of the same tools."""
        ...

    def listed(self, since: float = 0.0) -> Sequence[ToolStatus]:
        """What was told since, by tool and process."""
        ...

    def close(self) -> None:
        """Let go of files and connections; closing twice is no error."""
        ...
