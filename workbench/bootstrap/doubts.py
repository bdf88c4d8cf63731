"""What waits for a person among calls and sagas: parked sagas, and calls in doubt."""

from dataclasses import dataclass
from typing import Final

from engine.clock import SystemClock
from engine.contracts import CallKey, JournalEntry, JournalFilter, KeyRecord, Saga
from engine.errors import BadInput, NotFound
from engine.tools.idempotency import key_of
from engine.tools.saga import parked_at
from workbench.bootstrap.tool_state import ToolState

_MOST: Final = 1_000
"""Sagas and calls that are looked at; more of them than this means that something else is wrong."""


@dataclass(frozen=True, slots=True)
class SagaDoubt:
    """A saga that is parked, or is named as if it were."""

    saga: Saga
    episode_id: str = ""

    @property
    def subject(self) -> str:
        """By which it is named."""
        return self.saga.saga_id

    @property
    def tenant(self) -> str:
        """On whose behalf it runs."""
        return self.saga.tenant

    @property
    def tool(self) -> str:
        """What was called; empty where it does not wait."""
        move = parked_at(self.saga)
        if move is None:
            return ""
        step = self.saga.steps[move.index]
        return step.undo_tool if move.undo else step.tool

    @property
    def why(self) -> str:
        """What is said of the latest failure."""
        move = parked_at(self.saga)
        error = self.saga.steps[move.index].error if move else None
        return error.message if error else ""

    @property
    def since(self) -> float:
        """When it came to that, Unix seconds."""
        return self.saga.changed_at


@dataclass(frozen=True, slots=True)
class CallDoubt:
    """A call, with what the keys and the journal know of it."""

    key: CallKey
    record: KeyRecord | None
    entry: JournalEntry | None

    @property
    def subject(self) -> str:
        """By which it is named."""
        return self.key.key

    @property
    def tenant(self) -> str:
        """On whose behalf it was made."""
        return self.key.tenant

    @property
    def tool(self) -> str:
        """What was called."""
        return self.key.tool

    @property
    def why(self) -> str:
        """What is said of the latest failure."""
        error = self.record.error if self.record else None
        return error.message if error else "its caller died while it was under way"

    @property
    def since(self) -> float:
        """When it came to that, Unix seconds."""
        found = self.record or self.entry
        return found.changed_at if found else 0.0

    @property
    def episode_id(self) -> str:
        """The episode that it was called in; empty: none."""
        scope = self.entry.scope if self.entry else ""
        return scope.partition("/")[0] if scope.startswith("ep-") else ""

    @property
    def state(self) -> str:
        """What is known of it, in a word."""
        found = self.record or self.entry
        return found.state if found else "gone"


Doubt = SagaDoubt | CallDoubt


def doubts(state: ToolState) -> list[Doubt]:
    """All that waits, the longest waiting first; a saga's own calls are left to the saga."""
    now = SystemClock().now()
    parked = state.sagas.listed(_MOST, state="parked")
    found: list[Doubt] = [SagaDoubt(saga) for saga in parked]
    calls = [_of_call(state, record) for record in state.keys.doubtful(now, _MOST)]
    found += [call for call in calls if not _of_saga(state, call)]
    return sorted(found, key=lambda doubt: doubt.since)


def find_doubt(state: ToolState, text: str) -> Doubt:
    """The saga or the call that an id means: a saga's, a call's number in the journal, its key.

    Of sagas and keys that wait a unique beginning will do. Raises `NotFound`, and `BadInput` where
    several begin so, or where the call is a saga's: about that one decides.
    """
    if text.isdecimal():
        doubt: Doubt = _of_entry(state, state.journal.get(int(text)))
    else:
        doubt = _named(state, text)
    owner = _of_saga(state, doubt)
    if owner is not None:
        said = f"the call {doubt.subject} is made by the saga {owner.saga_id}"
        raise BadInput(f"{said}, which is {owner.state}", hint="decide about the saga")
    return doubt


def find_saga(state: ToolState, text: str) -> Saga:
    """The saga of that id, or of the latest the one that begins so; raises as `find_doubt`."""
    try:
        return state.sagas.get(text)
    except NotFound:
        latest = [saga for saga in state.sagas.listed(_MOST) if saga.saga_id.startswith(text)]
        if not text or not latest:
            raise
        if len(latest) > 1:
            some = ", ".join(saga.saga_id for saga in latest[:5])
            raise BadInput(f"{text!r} begins several: {some}", hint="give more of it") from None
        return latest[0]


def find_call(state: ToolState, text: str) -> tuple[CallDoubt, Saga | None]:
    """Any call of the journal by its number, or one in doubt by its key; with the saga it is of.

    Raises `NotFound`.
    """
    if text.isdecimal():
        call = _of_entry(state, state.journal.get(int(text)))
        return call, _owner(state, call)
    for record in state.keys.doubtful(SystemClock().now(), _MOST):
        if record.key == text:
            call = _of_call(state, record)
            return call, _owner(state, call)
    raise NotFound(f"no call {text!r} is in doubt", hint="look for it in the journal")


def _named(state: ToolState, text: str) -> Doubt:
    near = [doubt for doubt in doubts(state) if text and doubt.subject.startswith(text)]
    exact = [doubt for doubt in near if doubt.subject == text]
    if len(exact or near) == 1:
        return (exact or near)[0]
    if near:
        some = ", ".join(sorted(doubt.subject for doubt in near)[:5])
        raise BadInput(f"{text!r} begins several: {some}", hint="give more of it, or its number")
    find, now = JournalFilter(key=text[:200]), SystemClock().now()
    for entry in state.journal.browsed(find, now, limit=_MOST if text else 0):
        if entry.key == text:  # whose key may have its end already
            return _of_entry(state, entry)
    try:
        return SagaDoubt(state.sagas.get(text))
    except NotFound:
        hint = "see workbench tools sagas, workbench tools journal --in-doubt"
        raise NotFound(f"no saga {text!r}, and no call in doubt", hint=hint) from None


def _of_call(state: ToolState, record: KeyRecord) -> CallDoubt:
    key = key_of(record)
    return CallDoubt(key, record, state.journal.find(key))


def _of_entry(state: ToolState, entry: JournalEntry) -> CallDoubt:
    key = key_of(entry)
    return CallDoubt(key, state.keys.get(key, SystemClock().now()), entry)


def _of_saga(state: ToolState, doubt: Doubt) -> Saga | None:
    """The saga that sees to the call itself: one that has not ended."""
    owner = _owner(state, doubt)
    return owner if owner is not None and owner.state not in {"done", "compensated"} else None


def _owner(state: ToolState, doubt: Doubt) -> Saga | None:
    """The saga whose call it is."""
    if isinstance(doubt, SagaDoubt) or "/" not in doubt.key.key:
        return None
    try:
        return state.sagas.get(doubt.key.key.partition("/")[0])
    except NotFound:
        return None
