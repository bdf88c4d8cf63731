"""What happened, as append-only facts: run, episode, step, score, exchange, audit, label and more.

A run holds episodes (one sample in one epoch), an episode holds steps. Times are seconds since
the Unix epoch, UTC. Every fact names its tenant.
"""

from enum import StrEnum
from typing import Final, Literal

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


REDACTED: Final = "redacted"
"""Where metadata of an episode, or attributes of a step, say that texts in it were masked."""

_WHEN = "When {}, in seconds since the Unix epoch (UTC)."
_EPISODE = "The episode it belongs to, `ep-` and 20 hex digits."

BY_PROGRAM: Final = "by_program"
"""In the metadata of an episode that a program of its own led: by what it was recorded."""

StepKind = Literal["input", "model", "handoff", "guard", "human"]
RunStatus = Literal["finished", "cancelled", "failed"]


class Fact(Record):
    """A row of the lake."""

    tenant: str = Field(default="local", description="The customer on whose behalf it happened.")
    run_id: str = Field(description="The run it belongs to.")


class Provenance(Record):
    """What is needed to tell two runs apart, or to do one again."""

    command: str = Field(default="", description="The command line as it was typed.")
    git_commit: str | None = Field(
        default=None, description="Commit of the folder the command was given in; null: no git."
    )
    git_dirty: bool | None = Field(
        default=None, description="Whether there were uncommitted changes; null: no git."
    )
    python: str = Field(default="", description="Version of Python.")
    platform: str = Field(default="", description="Operating system and processor.")
    packages: dict[str, str] = Field(
        default_factory=dict, description="Versions of the packages that matter, by name."
    )
    suite_hash: str = Field(default="", description="Digest of the suite, 32 hex digits.")
    agent_hash: str = Field(default="", description="Digest of the solver, 32 hex digits.")
    settings: JsonObject = Field(
        default_factory=dict, description="What decides which samples the run holds, by name."
    )


class Run(Fact):
    """A run as it was started: one suite, one agent team, one model."""

    name: str = Field(description="For people: suite, agent and model.")
    suite: str = Field(description="The suite by name.")
    agent: str = Field(description="The solver by name.")
    model: str = Field(description="The model by name; empty: the solver asks none.")
    epochs: int = Field(ge=1, description="How often each task is tried.")
    planned: int = Field(ge=0, description="Episodes that the run is to hold.")
    seed: int = Field(description="Of every random choice; any whole number.")
    started_at: float = Field(ge=0, description=_WHEN.format("it began"))
    source: str = Field(default="eval", description="`eval`, or the importer's name.")
    provenance: Provenance = Field(
        default=Provenance(), description="What tells it from other runs."
    )


class RunEnd(Fact):
    """How a run, or the resumption of one, ended; the latest counts."""

    status: RunStatus = Field(description="How it ended.")
    ended_at: float = Field(ge=0, description=_WHEN.format("it ended"))
    error: ErrorSpec | None = Field(default=None, description="What it failed with, if it did.")


class Episode(Fact):
    """One sample in one epoch, whole."""

    episode_id: str = Field(description=_EPISODE)
    task_id: str = Field(description="The task by its id in the suite.")
    family: str = Field(description="The task's family in the suite.")
    epoch: int = Field(ge=0, description="Which try of the task it was, from 0.")
    agent: str = Field(description="The run's solver by name.")
    model: str = Field(description="The run's model by name; empty: none.")
    started_at: float = Field(ge=0, description=_WHEN.format("it began"))
    ended_at: float = Field(ge=0, description=_WHEN.format("it ended"))
    stop_reason: StopReason = Field(description="Why it ended.")
    steps: int = Field(ge=0, description="Model calls that were made.")
    usage: Usage = Field(description="Tokens and calls, all together.")
    cost_usd: float | None = Field(
        ge=0, description="US dollars, the sum over the model calls; null: one is unknown."
    )
    answer: str | None = Field(default=None, description="The last thing said; null: nothing.")
    state_hash: str = Field(default="", description="Digest of the whole transcript.")
    error: ErrorSpec | None = Field(default=None, description="What it failed with, if it did.")
    metadata: JsonObject = Field(default_factory=dict, description="Whatever else is known of it.")


class Step(Fact):
    """One model call with the tool calls it asked for, an input, a handoff, or a human action."""

    episode_id: str = Field(description=_EPISODE)
    index: int = Field(ge=0, description="Its place in the episode, from 0.")
    kind: StepKind = Field(description="What happened.")
    agent: str = Field(description="The agent that acted.")
    span_id: str = Field(description="16 hex digits, its own within the run.")
    parent_span_id: str | None = Field(
        default=None, description="The step that asked for it; null: none, it is the episode's."
    )
    started_at: float = Field(ge=0, description=_WHEN.format("it began"))
    ended_at: float = Field(ge=0, description=_WHEN.format("it ended"))
    messages: tuple[MessageSpec, ...] = Field(description="What it added to the transcript.")
    model: str | None = Field(
        default=None, description="The model that answered, as its provider names it."
    )
    usage: Usage = Field(default=Usage(), description="Tokens and calls of its model call.")
    cost_usd: float | None = Field(
        default=0.0, ge=0, description="US dollars for its model call; null: unknown."
    )
    state_hash: str = Field(default="", description="Of the transcript after it, chained.")
    error: ErrorSpec | None = Field(default=None, description="What it failed with, if it did.")
    attributes: JsonObject = Field(
        default_factory=dict, description="Whatever else is known of it, by name."
    )


class Exchange(Fact):
    """A request to a model or a tool and what came back, enough to replay it."""

    episode_id: str = Field(description=_EPISODE)
    step_index: int = Field(ge=0, description="The step it was part of.")
    position: int = Field(ge=0, description="0 is the model call, 1.. its tool calls in order.")
    kind: Literal["model", "tool"] = Field(description="Who was asked.")
    name: str = Field(description="The model or the tool by name.")
    request: JsonObject = Field(description="What was asked.")
    request_hash: str = Field(description="Digest of the request in canonical form.")
    response: Json = Field(default=None, description="What came back; null also where it failed.")
    error: ErrorSpec | None = Field(default=None, description="What it failed with, if it did.")
    started_at: float = Field(ge=0, description=_WHEN.format("it was sent"))
    ended_at: float = Field(ge=0, description=_WHEN.format("it was answered, or given up"))


class Score(Fact):
    """What one scorer says of one episode."""

    episode_id: str = Field(description=_EPISODE)
    task_id: str = Field(description="The episode's task.")
    family: str = Field(description="The episode's family.")
    epoch: int = Field(ge=0, description="The episode's epoch, from 0.")
    scorer: str = Field(description="The scorer by its label in the suite.")
    value: float = Field(ge=0, le=1, description="How good the answer is, 1 being best.")
    passed: bool = Field(description="Whether that is good enough.")
    reason: str = Field(default="", description="Why, for people.")
    scored_at: float = Field(ge=0, description=_WHEN.format("the verdict was given"))
    advisory: bool = Field(
        default=False,
        description="Whether it informs alone: whether the episode passed is not its.",
    )
    details: JsonObject = Field(
        default_factory=dict, description="What it was put together from, by part."
    )


class Audit(Fact):
    """What a person did to an episode that is under way."""

    episode_id: str = Field(description=_EPISODE)
    subject: str = Field(description="What it was done to, by id.")
    action: str = Field(description="What was done, in a word.")
    author: str = Field(default="", description="Who did it.")
    details: JsonObject = Field(default_factory=dict, description="What was said or changed.")
    acted_at: float = Field(ge=0, description=_WHEN.format("it was done"))


class Label(Fact):
    """A tag or a note that a person or a program put on a run or an episode, or took away."""

    episode_id: str | None = Field(default=None, description="Null: the label is the run's.")
    kind: Literal["tag", "note"] = Field(description="A tag is searched by, a note is read.")
    text: str = Field(min_length=1, max_length=4000, description="The tag or the note.")
    removed: bool = Field(default=False, description="Whether it was taken away, not put there.")
    author: str = Field(default="", description="Who did it; empty: unknown.")
    labelled_at: float = Field(ge=0, description=_WHEN.format("that was done"))


class UnknownField(Fact):
    """A field in what others sent that we do not know: dropped, and counted here.

    A run may have several of the same source and field; their counts add up.
    """

    source: str = Field(description="Who sent it: the model, or the importer, by name.")
    field: str = Field(
        max_length=200,
        description="Its place as a JSON pointer, `*` for any index; `(others)`: too many names.",
    )
    count: int = Field(ge=1, description="How often it came.")
    example_type: str = Field(description="JSON type of one of its values; never the value.")
    first_seen_at: float = Field(ge=0, description=_WHEN.format("it came first"))
    last_seen_at: float = Field(ge=0, description=_WHEN.format("it came last"))
