"""A task with its target, and what a scorer is."""

from dataclasses import dataclass, field
from typing import Protocol

from engine.contracts import Json, JsonObject, MessageSpec
from engine.contracts.golden import TaskState
from engine.contracts.message import user
from engine.evals.outcome import Outcome, Verdict


@dataclass(frozen=True, slots=True)
class Version:
    """Which of its contents a task has, and how far the review of it has come."""

    number: int = 1
    state: TaskState | None = None  # null: it is not reviewed
    hash: str = ""  # of the content as written; empty: the task was not written in a file


@dataclass(frozen=True, slots=True)
class Task:
    """One sample of a suite: an input, and what a right outcome is."""

    id: str
    family: str
    input: str | tuple[MessageSpec, ...]
    target: Json
    choices: tuple[str, ...] = ()
    scorers: tuple["Scorer", ...] = ()  # none: the family's
    metadata: JsonObject = field(default_factory=dict)
    version: Version = Version()

    @property
    def messages(self) -> tuple[MessageSpec, ...]:
        """The input as messages: a text is one message of the user."""
        return (user(self.input),) if isinstance(self.input, str) else self.input

    @property
    def text(self) -> str:
        """The input as one text: what the messages say, a line each."""
        return "\n".join(message.content for message in self.messages)


class Scorer(Protocol):
    """Judges an outcome against a task's target."""

    @property
    def label(self) -> str:
        """What its scores are filed under, unique within a task."""
        ...

    def check(self, task: Task) -> None:
        """Raise `BadInput` where it can never score this task, such as a target of wrong type."""
        ...

    def score(self, task: Task, outcome: Outcome) -> Verdict:
        """A verdict; may raise, which `grade` turns into a failed verdict with the error."""
        ...
