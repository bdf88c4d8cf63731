"""What the Tools page asks."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import polars as pl

from engine.clock import SystemClock
from engine.contracts import (
    JournalEntry,
    JournalFilter,
    KeyRecord,
    Saga,
    SagaState,
    ToolStatus,
    Transition,
)
from engine.tools.idempotency import LIVE
from workbench.bootstrap.doubts import Doubt, SagaDoubt, doubts, find_call, find_saga
from workbench.bootstrap.tool_frames import TOOLS, tool_table
from workbench.bootstrap.tool_gauges import FRESH_S
from workbench.bootstrap.tool_state import ToolState
from workbench.store import Store
from workbench.store.queries import audits
from workbench.store.saga_table import ENTRIES, SAGAS, entry_table, saga_table, step_table

PAGE: Final = 20
"""Entries of the journal on one page."""
_SAGAS: Final = 50
"""Latest sagas that are listed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address and the filters name."""

    tool: str = ""
    saga: str = ""
    call: str = ""
    sagas: SagaState | None = None
    find: JournalFilter = field(default_factory=JournalFilter)
    page: int = 0


@dataclass(frozen=True, slots=True)
class ChosenTool:
    """One tool, with how it stands in each process that lives."""

    row: dict[str, Any]
    processes: tuple[ToolStatus, ...]
    audits: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class ChosenSaga:
    """One saga with its steps."""

    saga: Saga
    steps: pl.DataFrame = field(compare=False)  # made of the saga
    audits: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class ChosenCall:
    """One call, as the keys and the journal know it."""

    subject: str
    tenant: str
    tool: str
    record: KeyRecord | None
    entry: JournalEntry | None
    history: tuple[Transition, ...]
    saga_id: str
    """Whose call it is; empty: no saga's."""
    episode_id: str
    waits: bool
    """Whether a person can say what has become of it."""
    audits: tuple[dict[str, Any], ...]


Chosen = ChosenTool | ChosenSaga | ChosenCall


@dataclass(frozen=True, slots=True)
class ToolNumbers:
    """Everything on the page."""

    tools: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=TOOLS))
    waiting: tuple[dict[str, Any], ...] = ()
    """What waits for a person, the longest waiting first."""
    sagas: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SAGAS))
    counts: dict[str, int] = field(default_factory=dict)
    """Sagas by state."""
    entries: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ENTRIES))
    more: bool = False
    """Whether the journal has another page."""
    chosen: Chosen | None = None


def load_tools(store: Store, state: ToolState | None, asked: Asked) -> ToolNumbers:
    """All of it; raises `NotFound` or `BadInput` where the address names what is not there."""
    if state is None:
        return ToolNumbers()
    now = SystemClock().now()
    skip = PAGE * asked.page
    found = state.journal.browsed(asked.find, now, limit=PAGE + 1, skip=skip)
    return ToolNumbers(
        tools=tool_table(state),
        waiting=tuple(_waiting(doubt) for doubt in doubts(state)),
        sagas=saga_table(state.sagas, _SAGAS, state=asked.sagas),
        counts={name: count for name, count in state.sagas.counts().items() if count},
        entries=entry_table(found[:PAGE], now),
        more=len(found) > PAGE,
        chosen=_chosen(store, state, asked, now),
    )


def _chosen(store: Store, state: ToolState, asked: Asked, now: float) -> Chosen | None:
    if asked.tool:
        return _tool(store, state, asked.tool, now)
    if asked.saga:
        saga = find_saga(state, asked.saga)
        return ChosenSaga(saga, step_table(saga), _audits(store, saga.saga_id))
    return _call(store, state, asked.call, now) if asked.call else None


def _tool(store: Store, state: ToolState, name: str, now: float) -> ChosenTool:
    state.check(name)
    [row] = tool_table(state).filter(tool=name).to_dicts()
    told = state.board.listed(since=now - FRESH_S)
    mine = tuple(status for status in told if status.tool == name)
    return ChosenTool(row, mine, _audits(store, name))


def _call(store: Store, state: ToolState, text: str, now: float) -> ChosenCall:
    call, owner = find_call(state, text)
    live = call.record is not None and call.record.state in LIVE
    over = call.record is not None and call.record.lease_until <= now
    return ChosenCall(
        subject=call.subject,
        tenant=call.tenant,
        tool=call.tool,
        record=call.record,
        entry=call.entry,
        history=tuple(state.journal.history(call.entry.entry_id)) if call.entry else (),
        saga_id=owner.saga_id if owner else "",
        episode_id=call.episode_id,
        waits=live and over and owner is None,
        audits=_audits(store, call.subject),
    )


def _audits(store: Store, subject: str) -> tuple[dict[str, Any], ...]:
    return tuple(audits.about(store.lake, subject).to_dicts())


def _waiting(doubt: Doubt) -> dict[str, Any]:
    is_saga = isinstance(doubt, SagaDoubt)
    number = "" if isinstance(doubt, SagaDoubt) or doubt.entry is None else doubt.entry.entry_id
    return {
        "kind": "saga" if is_saga else "call",
        "subject": doubt.subject,
        "number": number,
        "tool": doubt.tool,
        "tenant": doubt.tenant,
        "why": doubt.why,
        "since": datetime.fromtimestamp(doubt.since, UTC),
    }
