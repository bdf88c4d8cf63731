"""Sagas, journal and calls in doubt as tables, for notebooks, pages and commands."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final, get_args

import polars as pl

from engine.contracts import (
    IdempotencyKeys,
    Journal,
    JournalEntry,
    JournalState,
    Saga,
    Sagas,
    SagaState,
    json_text,
)
from engine.tools.journal import doubtful

SAGA_STATES: Final[tuple[SagaState, ...]] = get_args(SagaState)
_TIME: Final = pl.Datetime("us", "UTC")
SAGAS: Final[dict[str, Any]] = {
    "saga_id": pl.String,
    "kind": pl.String,
    "tenant": pl.String,
    "state": pl.String,
    "done": pl.Int64,
    "steps": pl.Int64,
    "at_step": pl.String,
    "error": pl.String,
    "decisions": pl.Int64,
    "created_at": _TIME,
    "changed_at": _TIME,
    "due_at": _TIME,
}
STEPS: Final[dict[str, Any]] = {
    "saga_id": pl.String,
    "index": pl.Int64,
    "step": pl.String,
    "state": pl.String,
    "compensable": pl.Boolean,
    "undoing": pl.Boolean,
    "attempts": pl.Int64,
    "result": pl.String,
    "undone": pl.String,
    "error": pl.String,
    "changed_at": _TIME,
}
ENTRIES: Final[dict[str, Any]] = {
    "entry_id": pl.Int64,
    "state": pl.String,
    "in_doubt": pl.Boolean,
    "tenant": pl.String,
    "tool": pl.String,
    "key": pl.String,
    "scope": pl.String,
    "arguments": pl.String,
    "result": pl.String,
    "opened_at": _TIME,
    "changed_at": _TIME,
    "due_at": _TIME,
}
DOUBTS: Final[dict[str, Any]] = {
    "tenant": pl.String,
    "tool": pl.String,
    "key": pl.String,
    "state": pl.String,
    "error": pl.String,
    "changed_at": _TIME,
    "lease_until": _TIME,
}
_UNDOING: Final = {"compensating", "compensated", "unknown", "parked", "given_up"}
_STANDS: Final = {"done", "given_up"}
_UNDER_WAY: Final = {"running", "compensating", "unknown", "parked"}


def saga_table(sagas: Sagas, limit: int = 1_000, *, state: SagaState | None = None) -> pl.DataFrame:
    """A row a saga, the newest first; columns as `SAGAS`.

    `done` counts the steps whose effect stands, `at_step` is the one under way or waiting for a
    person, `error` the latest of any step.
    """
    rows = [_saga(saga) for saga in sagas.listed(limit, state=state)]
    return pl.DataFrame(rows, schema=SAGAS, orient="row")


def step_table(saga: Saga) -> pl.DataFrame:
    """A row a step, in order; columns as `STEPS`, answers as JSON text.

    Where `undoing`, the state is that of its compensation.
    """
    rows = [
        (
            saga.saga_id,
            index,
            step.name,
            step.state,
            step.compensable,
            saga.backward and step.state in _UNDOING,
            step.attempts,
            json_text(step.result),
            json_text(step.undone),
            step.error.message if step.error else None,
            _utc(step.changed_at) if step.changed_at else None,
        )
        for index, step in enumerate(saga.steps)
    ]
    return pl.DataFrame(rows, schema=STEPS, orient="row")


def journal_table(
    journal: Journal, limit: int = 1_000, *, state: JournalState | None = None
) -> pl.DataFrame:
    """A row an entry, the newest first; columns as `ENTRIES`, values as JSON text."""
    return entry_table(journal.listed(limit, state=state))


def entry_table(entries: Iterable[JournalEntry], now: float | None = None) -> pl.DataFrame:
    """A row an entry; columns as `ENTRIES`, values as JSON text.

    `in_doubt`: it may have had its effect, and nobody is at work on it at `now`; null without one.
    """
    rows = [
        (
            entry.entry_id,
            entry.state,
            None if now is None else doubtful(entry, now),
            entry.tenant,
            entry.tool,
            entry.key,
            entry.scope,
            json_text(entry.arguments),
            json_text(entry.result),
            *map(_utc, (entry.opened_at, entry.changed_at, entry.due_at)),
        )
        for entry in entries
    ]
    return pl.DataFrame(rows, schema=ENTRIES, orient="row")


def doubt_table(keys: IdempotencyKeys, now: float, limit: int = 1_000) -> pl.DataFrame:
    """A row a call that may have had its effect and waits for a person; columns as `DOUBTS`."""
    rows = [
        (
            record.tenant,
            record.tool,
            record.key,
            record.state,
            record.error.message if record.error else None,
            *map(_utc, (record.changed_at, record.lease_until)),
        )
        for record in keys.doubtful(now, limit)
    ]
    return pl.DataFrame(rows, schema=DOUBTS, orient="row")


def _saga(saga: Saga) -> tuple[Any, ...]:
    at = next((step.name for step in saga.steps if step.state in _UNDER_WAY), None)
    failed = [step for step in saga.steps if step.error]
    latest = max(failed, key=lambda step: step.changed_at, default=None)
    return (
        saga.saga_id,
        saga.kind,
        saga.tenant,
        saga.state,
        sum(step.state in _STANDS for step in saga.steps),
        len(saga.steps),
        at,
        latest.error.message if latest and latest.error else None,
        len(saga.decisions),
        *map(_utc, (saga.created_at, saga.changed_at, saga.due_at)),
    )


def _utc(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)
