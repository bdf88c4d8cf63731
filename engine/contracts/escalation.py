"""An episode that waits for a person, and what the person decides."""

from typing import Literal, Self

from pydantic import Field, model_validator

from engine.contracts.base import Json, JsonObject, Record
from engine.contracts.guard import GuardVerdict
from engine.contracts.message import ToolCall

WaitKind = Literal["guard", "approval", "unknown"]
"""`guard`: a rule would have cut. `approval`: a call needs a person's word. `unknown`: the process
died between beginning a call and keeping its result, so the call may have had its effect."""


class Wait(Record):
    """What an episode waits for."""

    kind: WaitKind = Field(description="Why it waits.")
    key: str = Field(description="Where in the episode's log the decision goes.")
    agent: str = Field(description="The agent whose step it is.")
    message: str = Field(description="For the person: what happened.")
    verdict: GuardVerdict | None = Field(default=None, description="Of `guard`: what it found.")
    call: ToolCall | None = Field(
        default=None, description="Of `approval` and `unknown`: the call in question."
    )


class Decision(Record):
    """What a person says to an episode that waits.

    `approve` lets it go on: a guard counts anew, a limit is granted once more, a call is made.
    `edit` changes what comes next: a note becomes a message to the agent, or stands in for the
    result of a call that is then not made; arguments replace those of a call. `stop` ends the
    episode with the best answer so far.
    """

    action: Literal["approve", "edit", "stop"] = Field(description="What is to happen.")
    note: str = Field(
        default="", max_length=20_000, description="Of `edit`: text for the agent; else a reason."
    )
    arguments: JsonObject | None = Field(
        default=None, description="Of `edit`: the arguments that a call is made with."
    )
    author: str = Field(default="", max_length=200, description="Who decided.")
    decided_at: float = Field(default=0.0, ge=0, description="Seconds since the Unix epoch.")

    @model_validator(mode="after")
    def _edits_something(self) -> Self:
        if self.action == "edit" and not self.note and self.arguments is None:
            raise ValueError("an edit needs a note or arguments")
        if self.action != "edit" and self.arguments is not None:
            raise ValueError("only an edit has arguments")
        return self


EscalationState = Literal["waiting", "decided", "continuing", "done"]


class OpenEpisode(Record):
    """An episode that has begun and not ended: which sample it is of."""

    tenant: str = Field(default="local", description="The customer on whose behalf it runs.")
    run_id: str = Field(description="The run it is part of.")
    episode_id: str = Field(description="The episode, by id.")
    task_id: str = Field(description="The task it tries.")
    epoch: int = Field(ge=0, description="The pass over the suite that it belongs to, from 0.")
    started_at: float = Field(ge=0, description="Seconds since the Unix epoch.")


class Escalation(OpenEpisode):
    """One wait of a parked episode: `waiting` until a person has `decided`, then `continuing`.

    It is `done` when the episode has come past it, to its end or to another wait.
    """

    escalation_id: str = Field(description="Names it.")
    wait: Wait = Field(description="What it waits for.")
    parked_at: float = Field(ge=0, description="Seconds since the Unix epoch.")
    state: EscalationState = Field(default="waiting", description="How far it has come.")
    decision: Decision | None = Field(default=None, description="What a person has decided.")


LogEntries = dict[str, Json]
"""What an episode has done, by place: enough to lead a loop to where it was."""
