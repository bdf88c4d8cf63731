"""Tools, sagas and the journal as tables, for notebooks, pages and commands."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from engine.clock import SystemClock
from engine.contracts import (
    BreakerMode,
    BreakerState,
    JournalFilter,
    JournalState,
    SagaState,
    ToolStatus,
)
from workbench.bootstrap.tool_gauges import FRESH_S
from workbench.bootstrap.tool_state import ToolState, state_of
from workbench.settings import Settings
from workbench.store.saga_table import ENTRIES, SAGAS, entry_table, saga_table

_TIME: Final = pl.Datetime("us", "UTC")
TOOLS: Final[dict[str, Any]] = {
    "tool": pl.String,
    "effect": pl.String,
    "breaker": pl.String,
    "since": _TIME,
    "tries_again_at": _TIME,
    "calls": pl.Int64,
    "failure_rate": pl.Float64,
    "slow_rate": pl.Float64,
    "in_flight": pl.Int64,
    "queued": pl.Int64,
    "limit": pl.Int64,
    "retry_budget_left": pl.Float64,
    "rate_left": pl.Float64,
    "processes": pl.Int64,
    "told_at": _TIME,
}


def tools(home: Path | str | None = None) -> pl.DataFrame:
    """Every tool that was ever guarded as it stands now; columns as `tool_table`."""
    with state_of(_settings(home)) as state:
        return pl.DataFrame(schema=TOOLS) if state is None else tool_table(state)


def sagas(
    home: Path | str | None = None, *, state: SagaState | None = None, limit: int = 1_000
) -> pl.DataFrame:
    """The latest sagas, the newest first; columns as `workbench.store.saga_table.SAGAS`."""
    with state_of(_settings(home)) as found:
        if found is None:
            return pl.DataFrame(schema=SAGAS)
        return saga_table(found.sagas, limit, state=state)


def journal(
    home: Path | str | None = None,
    *,
    tool: str = "",
    state: JournalState | None = None,
    key: str = "",
    in_doubt: bool = False,
    limit: int = 1_000,
) -> pl.DataFrame:
    """Calls of the journal, those in doubt first, each the newest first; values as JSON text.

    `key` is what a call's key begins with, or its episode or saga; columns as
    `workbench.store.saga_table.ENTRIES`.
    """
    given = {"tool": tool, "state": state, "key": key, "in_doubt": in_doubt}
    find, now = JournalFilter.parse(given, where="journal"), SystemClock().now()
    with state_of(_settings(home)) as found:
        if found is None:
            return pl.DataFrame(schema=ENTRIES)
        return entry_table(found.journal.browsed(find, now, limit=limit), now)


def tool_table(state: ToolState) -> pl.DataFrame:
    """A row a tool, by name.

    The breaker's state is what all processes share, `since` the time of its latest transition,
    `tries_again_at` when one that is open lets a trial through. Rates and `calls` are of its
    window as the process saw it that told last (`told_at`). Slots, queue, budget and rate add up
    over the `processes` that live; null: it has no such guard, or no process lives.
    """
    told: dict[str, list[ToolStatus]] = {}
    for status in state.board.listed():
        told.setdefault(status.tool, []).append(status)
    names = sorted(set(told) | set(state.breakers.names()))
    now = SystemClock().now()
    rows = [_row(name, told.get(name, []), state.breakers.get(name), now) for name in names]
    return pl.DataFrame(rows, schema=TOOLS, orient="row")


def _row(
    name: str, told: Sequence[ToolStatus], kept: BreakerState | None, now: float
) -> dict[str, Any]:
    latest = max(told, key=lambda status: status.updated_at, default=None)
    live = [status for status in told if status.updated_at >= now - FRESH_S]
    return {
        "tool": name,
        "effect": latest.effect if latest else None,
        "breaker": kept.mode if kept else latest.breaker_state if latest else None,
        "since": _utc(kept.since) if kept and kept.since else None,
        "tries_again_at": _utc(kept.since + kept.wait_s)
        if kept and kept.mode is BreakerMode.OPEN
        else None,
        "calls": latest.calls if latest else None,
        "failure_rate": latest.failure_rate if latest else None,
        "slow_rate": latest.slow_rate if latest else None,
        "in_flight": sum(status.in_flight for status in live),
        "queued": sum(status.queued for status in live),
        "limit": _sum([status.limit for status in live]),
        "retry_budget_left": _sum([status.retry_budget_left for status in live]),
        "rate_left": _sum([status.rate_left for status in live]),
        "processes": len(live),
        "told_at": _utc(latest.updated_at) if latest else None,
    }


def _sum(values: Sequence[float | None]) -> float | None:
    """Of those that there are; null where there is none."""
    given = [value for value in values if value is not None]
    return sum(given) if given else None


def _settings(home: Path | str | None) -> Settings:
    return Settings.load(home=None if home is None else Path(home))


def _utc(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)
