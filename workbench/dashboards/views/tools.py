"""What the Tools page shows."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import polars as pl
from bokeh.plotting import figure

from engine.contracts import SagaState
from workbench.dashboards.markup import render
from workbench.dashboards.numbers.tools import Chosen, ChosenCall, ChosenSaga, ChosenTool
from workbench.dashboards.views.timeline import pretty
from workbench.figures.saga import saga_steps
from workbench.store.saga_table import SAGA_STATES

_PICTURE: Final = 200
"""Pixels: two rows of steps."""


def draw_tools(tools: pl.DataFrame, chosen: str) -> str:
    """Each tool with its breaker, slots and budget."""
    return render("tools.html", rows=tools.to_dicts(), chosen=chosen)


def draw_doubts(waiting: Sequence[Mapping[str, Any]], chosen: str, any_tool: bool) -> str:  # noqa: FBT001 - what a part shows
    """Parked sagas and calls in doubt."""
    return render("doubts.html", rows=waiting, chosen=chosen, any_tool=any_tool)


def draw_sagas(
    sagas: pl.DataFrame, counts: Mapping[str, int], state: SagaState | None, chosen: str
) -> str:
    """The latest sagas, or those of one state, with how many there are of each."""
    shown = [(name, counts[name]) for name in SAGA_STATES if name in counts]
    rows = sagas.to_dicts()
    return render("sagas.html", rows=rows, counts=shown, state=state or "", chosen=chosen)


def draw_journal(entries: pl.DataFrame, page: int, filtered: bool, chosen: str) -> str:  # noqa: FBT001 - what a part shows
    """One page of the journal."""
    rows = entries.to_dicts()
    return render("journal.html", rows=rows, page=page, filtered=filtered, chosen=chosen)


def draw_chosen(chosen: Chosen | None) -> str:
    """What the address names: a tool, a saga or a call."""
    if isinstance(chosen, ChosenTool):
        processes = [status.model_dump() for status in chosen.processes]
        return render("tool.html", row=chosen.row, processes=processes, audits=chosen.audits)
    if isinstance(chosen, ChosenSaga):
        return _saga(chosen)
    return _call(chosen) if isinstance(chosen, ChosenCall) else ""


def draw_steps(steps: pl.DataFrame) -> figure:
    """The picture of a saga."""
    return saga_steps(steps, height=_PICTURE)


def _saga(chosen: ChosenSaga) -> str:
    saga = chosen.saga
    return render(
        "saga.html",
        saga=saga.model_dump(),
        given=pretty(saga.input),
        steps=chosen.steps.to_dicts(),
        changed_at=_utc(saga.changed_at),
        audits=chosen.audits,
    )


def _call(chosen: ChosenCall) -> str:
    entry, record = chosen.entry, chosen.record
    return render(
        "call.html",
        call=chosen,
        state=record.state if record else entry.state if entry else "gone",
        lease_until=_utc(record.lease_until) if record else None,
        error=record.error.message if record and record.error else "",
        arguments=pretty(entry.arguments) if entry else "",
        result=pretty(entry.result) if entry else "",
        history=[(line.state, _utc(line.at)) for line in chosen.history],
        audits=chosen.audits,
    )


def _utc(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)
