"""Sagas: several calls that all take effect, or are all undone (Garcia-Molina, Salem 1987)."""

from typing import Final, Literal

from pydantic import Field

from engine.contracts.base import Json, JsonObject, Record
from engine.contracts.error import ErrorSpec

StepState = Literal[
    "pending",
    "running",
    "done",
    "failed",
    "unknown",
    "compensating",
    "compensated",
    "parked",
    "given_up",
]
"""`failed`: it took no effect. `unknown`: nobody can tell whether it, or its compensation, did.
`parked`: its compensation failed for good. These two wait for a person. `given_up`: a person has
said that it is not to be undone; its effect stands."""

SagaState = Literal["running", "compensating", "done", "compensated", "parked"]
"""`parked`: a step of it waits for a person."""

OPEN: Final[tuple[SagaState, ...]] = ("running", "compensating")
"""States in which a worker leads it on."""


class SagaDecision(Record):
    """What a person says to a saga that is parked.

    `retry` goes once more about what could not be done, or found out. `happened` and
    `not_happened` tell of the call in question: a step that did not happen is given up, and those
    before it are compensated; a compensation that did not happen is made again. `give_up` lets a
    compensation be, so that the effect of its step stands; a step as `not_happened` does.
    """

    action: Literal["retry", "happened", "not_happened", "give_up"] = Field(
        description="What is so, or to be done."
    )
    result: Json = Field(default=None, description="Of `happened`: what the tool answered.")
    note: str = Field(default="", max_length=20_000, description="Why.")
    author: str = Field(default="", max_length=200, description="Who decided.")
    decided_at: float = Field(default=0.0, ge=0, description="Seconds since the Unix epoch.")


class SagaStep(Record):
    """A step as far as it has come."""

    name: str = Field(min_length=1, max_length=100, description="Unique within the saga.")
    state: StepState = Field(default="pending", description="How far it has come.")
    compensable: bool = Field(description="Whether there is something that undoes it.")
    tool: str = Field(default="", max_length=200, description="What it calls; empty: not told.")
    undo_tool: str = Field(default="", max_length=200, description="What its compensation calls.")
    attempts: int = Field(
        default=0, ge=0, description="Calls that have failed in the present direction."
    )
    round: int = Field(
        default=0, ge=0, description="How often a person has had its compensation tried anew."
    )
    result: Json = Field(default=None, description="What the step answered.")
    undone: Json = Field(default=None, description="What its compensation answered.")
    error: ErrorSpec | None = Field(default=None, description="Of the latest call that failed.")
    changed_at: float = Field(default=0.0, ge=0, description="Seconds since the Unix epoch.")


class Saga(Record):
    """A saga as far as it has come, and who leads it on."""

    saga_id: str = Field(min_length=1, max_length=100, description="Names it.")
    kind: str = Field(min_length=1, max_length=100, description="Which steps it has, by name.")
    tenant: str = Field(default="local", max_length=200, description="On whose behalf it runs.")
    input: JsonObject = Field(description="What its steps begin with.")
    state: SagaState = Field(default="running", description="How far it has come.")
    backward: bool = Field(default=False, description="Whether it undoes what it has done.")
    steps: tuple[SagaStep, ...] = Field(description="In the order in which they are made.")
    decisions: tuple[SagaDecision, ...] = Field(default=(), description="What people have said.")
    created_at: float = Field(ge=0, description="Seconds since the Unix epoch.")
    changed_at: float = Field(ge=0, description="Seconds since the Unix epoch.")
    due_at: float = Field(ge=0, description="Nobody takes it up before; Unix seconds.")
    owner: str = Field(default="", max_length=200, description="Who took it up last.")
    fence: int = Field(
        default=0, ge=0, description="Grows each time it is taken up; a smaller one is refused."
    )
    lease_until: float = Field(
        default=0.0, ge=0, description="Until then its owner leads it on; Unix seconds."
    )
