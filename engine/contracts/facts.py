"""What happened, as append-only facts: run, episode, step, score, exchange, audit, label.

A run holds episodes (one sample in one epoch), an episode holds steps. Times are seconds since
the Unix epoch, UTC. Every fact names its tenant.
"""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from engine.contracts.base import Json, JsonObject, Record
from engine.contracts.error import ErrorSpec
from engine.contracts.message import MessageSpec
from engine.contracts.model import Usage


class StopReason(StrEnum):
    """Why an episode ended."""

    ANSWERED = "answered"
    MAX_STEPS = "max_steps"
    DEADLINE = "deadline"
    TOKEN_BUDGET = "token_budget"
    COST_BUDGET = "cost_budget"
    ERROR = "error"
    CANCELLED = "cancelled"
    LOOP = "loop"  # the guard cut it
    PARKED = "parked"  # waits for a person; an episode that has ended is never parked
    STOPPED = "stopped"  # by a person
    RECORDED = "recorded"  # an imported episode: its end is not known more precisely


StepKind = Literal["input", "model", "handoff", "guard", "human"]
RunStatus = Literal["finished", "cancelled", "failed"]


class Fact(Record):
    """A row of the lake."""

    tenant: str = "local"
    run_id: str


class Provenance(Record):
    """What is needed to tell two runs apart, or to do one again."""

    command: str = ""
    git_commit: str | None = None
    git_dirty: bool | None = None
    python: str = ""
    platform: str = ""
    packages: dict[str, str] = Field(default_factory=dict)
    suite_hash: str = ""
    agent_hash: str = ""
    settings: JsonObject = Field(default_factory=dict)


class Run(Fact):
    """A run as it was started: one suite, one agent team, one model."""

    name: str
    suite: str
    agent: str
    model: str
    epochs: int = Field(ge=1)
    planned: int = Field(ge=0, description="Episodes that the run is to hold.")
    seed: int
    started_at: float
    source: str = Field(default="eval", description="`eval`, or the importer's name.")
    provenance: Provenance = Provenance()


class RunEnd(Fact):
    """How a run, or the resumption of one, ended; the latest counts."""

    status: RunStatus
    ended_at: float
    error: ErrorSpec | None = None


class Episode(Fact):
    """One sample in one epoch, whole."""

    episode_id: str
    task_id: str
    family: str
    epoch: int = Field(ge=0)
    agent: str
    model: str
    started_at: float
    ended_at: float
    stop_reason: StopReason
    steps: int = Field(ge=0)
    usage: Usage
    cost_usd: float | None = Field(description="Sum over the model calls; null: one is unknown.")
    answer: str | None = None
    state_hash: str = ""
    error: ErrorSpec | None = None
    metadata: JsonObject = Field(default_factory=dict)


class Step(Fact):
    """One model call with the tool calls it asked for, an input, a handoff, or a human action."""

    episode_id: str
    index: int = Field(ge=0)
    kind: StepKind
    agent: str
    span_id: str
    parent_span_id: str | None = None
    started_at: float
    ended_at: float
    messages: tuple[MessageSpec, ...] = Field(description="What it added to the transcript.")
    model: str | None = None
    usage: Usage = Usage()
    cost_usd: float | None = 0.0
    state_hash: str = Field(default="", description="Of the transcript after it, chained.")
    error: ErrorSpec | None = None
    attributes: JsonObject = Field(default_factory=dict)


class Exchange(Fact):
    """A request to a model or a tool and what came back, enough to replay it."""

    episode_id: str
    step_index: int = Field(ge=0)
    position: int = Field(ge=0, description="0 is the model call, 1.. its tool calls in order.")
    kind: Literal["model", "tool"]
    name: str
    request: JsonObject
    request_hash: str
    response: Json = None
    error: ErrorSpec | None = None
    started_at: float
    ended_at: float


class Score(Fact):
    """What one scorer says of one episode."""

    episode_id: str
    task_id: str
    family: str
    epoch: int = Field(ge=0)
    scorer: str
    value: float = Field(ge=0, le=1)
    passed: bool
    reason: str = ""
    scored_at: float


class Audit(Fact):
    """What a person did to an episode that is under way."""

    episode_id: str
    subject: str = Field(description="What it was done to, by id.")
    action: str
    author: str = ""
    details: JsonObject = Field(default_factory=dict)
    acted_at: float


class Label(Fact):
    """A tag or a note that a person or a program put on a run or an episode, or took away."""

    episode_id: str | None = Field(default=None, description="Null: the label is the run's.")
    kind: Literal["tag", "note"]
    text: str = Field(min_length=1, max_length=4000)
    removed: bool = False
    author: str = ""
    labelled_at: float
