"""The journal of calls: a write-ahead log of what is about to be done and what was done."""

from typing import Final, Literal

from pydantic import Field

from engine.contracts.base import Json, JsonObject, Record
from engine.contracts.idempotency import CallKey

JournalState = Literal["intent", "effect", "done", "failed", "compensating", "compensated"]
"""`intent`: about to be called. `effect`: the tool has answered. `done`: the answer is kept where
callers find it. `failed`: known to have changed nothing. `compensating`: about to be undone."""

Fsync = Literal["fast", "safe"]
"""What an acknowledged entry outlives. `fast`: the death of the process, by SIGKILL too; a loss of
power may take the entries of the last moments, never one out of the middle. `safe`: both, at the
price of one fsync an entry."""

DOUBTFUL: Final[tuple[JournalState, ...]] = ("intent", "compensating")
"""States in which a call may or may not have had its effect."""
CLOSED: Final[tuple[JournalState, ...]] = ("done", "failed", "compensated")
"""States after which nothing has to follow."""


class Intent(CallKey):
    """A call that is about to be made."""

    arguments: JsonObject = Field(description="What it is called with; sensitive ones masked.")
    scope: str = Field(default="", max_length=200, description="The episode or saga it is for.")
    owner: str = Field(max_length=200, description="Who makes it; another for each attempt.")
    due_at: float = Field(
        ge=0, description="When it is over or its caller dead. Seconds since the Unix epoch."
    )


class JournalEntry(Intent):
    """A call as the journal knows it."""

    entry_id: int = Field(ge=1, description="In the order of intents.")
    state: JournalState = Field(description="How far it has come.")
    result: Json = Field(default=None, description="What the tool answered; null before.")
    undone: Json = Field(default=None, description="What its compensation answered.")
    opened_at: float = Field(ge=0, description="When the intent was written, Unix seconds.")
    changed_at: float = Field(ge=0, description="Of the latest transition, Unix seconds.")


class JournalFilter(Record):
    """Which entries are looked for; what is not set is not looked at."""

    state: JournalState | None = Field(default=None, description="How far it has come.")
    tool: str = Field(
        default="", max_length=200, description="The tool; what stands before a slash is its suite."
    )
    key: str = Field(
        default="", max_length=200, description="What its key or its episode or saga begins with."
    )
    in_doubt: bool = Field(
        default=False, description="Only those that may have had their effect, with nobody at work."
    )

    @property
    def tools(self) -> tuple[str, str]:
        """The tool as it was named, and without its suite."""
        return self.tool, self.tool.rpartition("/")[2]


class Transition(Record):
    """One line of the history of an entry."""

    state: JournalState = Field(description="What it came to be.")
    at: float = Field(ge=0, description="Seconds since the Unix epoch.")
    owner: str = Field(max_length=200, description="Who wrote it.")


class Retention(Record):
    """What of the journal is kept; an entry that is not closed is kept in any case."""

    keep_s: float = Field(
        default=30 * 86_400.0, ge=0, description="Seconds after its last transition."
    )
    keep_rows: int = Field(default=1_000_000, ge=0, description="So many of the latest.")
