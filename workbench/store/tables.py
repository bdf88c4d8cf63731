"""Which table holds which fact, and its columns in the order they are written."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from engine.contracts import (
    Audit,
    Calibration,
    CanaryChange,
    Episode,
    Exchange,
    Fact,
    GoldenTask,
    Judgement,
    Label,
    Rating,
    RoutingDecision,
    Run,
    RunEnd,
    Score,
    Step,
    TaskVersion,
    UnknownField,
)


class Kind(Enum):
    """How a field of a fact is kept in a column."""

    PLAIN = "plain"
    """As it is: text, whole number, number, truth value."""
    TIME = "time"
    """Seconds since the Unix epoch, kept as TIMESTAMP in UTC."""
    JSON = "json"
    """JSON data, kept as text."""
    RECORD = "record"
    """A record or records, kept as JSON text with the defaults left out."""
    USAGE = "usage"
    """Tokens and calls, a column each."""


USAGE_COLUMNS: Final = ("input_tokens", "output_tokens", "cached_tokens", "calls")


@dataclass(frozen=True, slots=True)
class Table:
    """One fact type's table."""

    name: str
    fact: type[Fact]
    fields: tuple[tuple[str, Kind], ...]
    order: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(
            column
            for field, kind in self.fields
            for column in (USAGE_COLUMNS if kind is Kind.USAGE else (field,))
        )


_TIMES: Final = (
    *("started_at", "ended_at", "scored_at", "labelled_at", "acted_at"),
    *("first_seen_at", "last_seen_at"),
    *("changed_at", "judged_at", "rated_at", "calibrated_at", "decided_at"),
)
_KINDS = {
    **dict.fromkeys(_TIMES, Kind.TIME),
    **dict.fromkeys(
        ("metadata", "attributes", "request", "response", "details", "content", "figures"),
        Kind.JSON,
    ),
    **dict.fromkeys(("provenance", "error", "messages", "evidence"), Kind.RECORD),
    "usage": Kind.USAGE,
}


def _table(name: str, fact: type[Fact], *order: str) -> Table:
    fields = tuple((field, _KINDS.get(field, Kind.PLAIN)) for field in fact.model_fields)
    return Table(name, fact, fields, ("tenant", "run_id", *order))


TABLES: Final = (
    _table("runs", Run),
    _table("run_ends", RunEnd),
    _table("episodes", Episode, "episode_id"),
    _table("steps", Step, "episode_id", "index"),
    _table("exchanges", Exchange, "episode_id", "step_index", "position"),
    _table("scores", Score, "episode_id"),
    _table("labels", Label),
    _table("unknown_fields", UnknownField),
    _table("audits", Audit, "episode_id"),
    _table("task_versions", TaskVersion, "task_id"),
    _table("golden_tasks", GoldenTask, "suite", "task_id"),
    _table("judgements", Judgement, "episode_id"),
    _table("ratings", Rating, "episode_id"),
    _table("calibrations", Calibration),
    _table("routing_decisions", RoutingDecision, "episode_id", "step_index"),
    _table("canary_changes", CanaryChange, "canary_id"),
)
BY_FACT: Final = {table.fact: table for table in TABLES}
BY_NAME: Final = {table.name: table for table in TABLES}
