"""A line of `golden.jsonl`: how far the review of one task has come."""

from datetime import UTC, datetime
from typing import Final, Self

from pydantic import Field, model_validator

from engine.contracts import Record
from engine.contracts.golden import TaskState

GOLDEN_FILE: Final = "golden.jsonl"
"""Beside `tasks.jsonl`; a task without a line in it has not been reviewed."""
_AT: Final = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"


class Origin(Record):
    """The recorded episode that a task was made of."""

    tenant: str = Field(default="local", description="Whose episode it was.")
    run_id: str = Field(description="The episode's run.")
    episode_id: str = Field(description="The episode.")
    step_index: int | None = Field(
        default=None, ge=0, description="The step whose answer it asks for; null: the whole."
    )


class GoldenEntry(Record):
    """The state of one task; what is reviewed has a reviewer who is not its owner."""

    id: str = Field(min_length=1, description="The task by its id in `tasks.jsonl`.")
    state: TaskState = Field(description="How far its review has come.")
    version: int = Field(ge=1, description="Counts the contents that the task has had, from 1.")
    hash: str = Field(
        pattern=r"^[0-9a-f]{32}$", description="Of the content that this line speaks of."
    )
    owner: str = Field(min_length=1, max_length=200, description="Who answers for it.")
    reviewer: str = Field(default="", max_length=200, description="Who reviewed it last.")
    reason: str = Field(default="", max_length=2000, description="Why it was changed last.")
    by: str = Field(default="", max_length=200, description="Who made that change.")
    at: str = Field(pattern=_AT, description="When, in UTC, as 2026-01-31T08:00:00.000Z.")
    origin: Origin | None = Field(default=None, description="Null: it was written by hand.")

    @model_validator(mode="after")
    def _is_reviewed(self) -> Self:
        if self.state in {"reviewed", "golden"}:
            if not self.reviewer or same_person(self.reviewer, self.owner):
                raise ValueError(f"{self.state} needs a reviewer who is not its owner")
            if not self.reason.strip():
                raise ValueError(f"{self.state} needs a reason")
        return self

    @property
    def changed_at(self) -> float:
        """`at` in seconds since the Unix epoch."""
        return datetime.fromisoformat(self.at).timestamp()


def same_person(one: str, other: str) -> bool:
    """Whether two names mean one person; case and blanks around do not tell people apart."""
    return one.strip().casefold() == other.strip().casefold()


def stamp(now: float) -> str:
    """Seconds since the Unix epoch as an entry has them."""
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
