"""Everything that waits or has waited, as people ask for it."""

from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any, Final

import polars as pl

from engine.contracts import Escalation, Escalations, json_text
from engine.errors import BadInput, NotFound

_SHOWN: Final = 5
"""Candidates that an error names."""
_TIME: Final = pl.Datetime("us", "UTC")
COLUMNS: Final[dict[str, Any]] = {
    "escalation_id": pl.String,
    "state": pl.String,
    "run_id": pl.String,
    "episode_id": pl.String,
    "task_id": pl.String,
    "epoch": pl.Int64,
    "agent": pl.String,
    "kind": pl.String,
    "message": pl.String,
    "tool": pl.String,
    "arguments": pl.String,
    "parked_at": _TIME,
    "action": pl.String,
    "note": pl.String,
    "author": pl.String,
    "decided_at": _TIME,
}


def waitlist(waits: Escalations, run_id: str | None = None) -> pl.DataFrame:
    """Every wait, or a run's, in the order of their parking; columns as `COLUMNS`.

    `tool` and `arguments` (JSON text) are of the call that waits, null where none does; `action`
    and what follows are of the decision, null until there is one.
    """
    rows = [_row(wait) for wait in waits.listed(run_id)]
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def resolve_wait(waits: Escalations, text: str) -> Escalation:
    """The wait that an id, or a unique beginning of one, means.

    Raises `NotFound` with near ids, `BadInput` where several begin so.
    """
    ids = [wait.escalation_id for wait in waits.listed()]
    found = [name for name in ids if text and name.startswith(text)]
    if text in ids or len(found) == 1:
        return waits.get(text if text in ids else found[0])
    if found:
        some = ", ".join(found[:_SHOWN]) + (", …" if len(found) > _SHOWN else "")
        raise BadInput(f"{text!r} begins several ids: {some}", hint="give more of it")
    near = get_close_matches(text, ids, n=3) or ids[-3:]
    hint = f"near: {', '.join(near)}" if near else "nothing has ever waited"
    raise NotFound(f"no escalation {text!r}", hint=hint)


def _row(wait: Escalation) -> tuple[Any, ...]:
    what, decision = wait.wait, wait.decision
    call = (what.call.name, json_text(what.call.arguments)) if what.call else (None, None)
    said: tuple[Any, ...] = (None, None, None, None)
    if decision:
        said = (decision.action, decision.note, decision.author, _utc(decision.decided_at))
    return (
        wait.escalation_id,
        wait.state,
        wait.run_id,
        wait.episode_id,
        wait.task_id,
        wait.epoch,
        what.agent,
        what.kind,
        what.message,
        *call,
        _utc(wait.parked_at),
        *said,
    )


def _utc(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)
