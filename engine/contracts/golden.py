"""Golden tasks and the judging of answers, as facts: versions, judgements, ratings, calibrations.

What belongs to no run, such as a calibration, has an empty `run_id`.
"""

from typing import Literal

from pydantic import Field

from engine.contracts.base import JsonObject
from engine.contracts.facts import Fact
from engine.contracts.model import Usage

TaskState = Literal["draft", "reviewed", "golden", "retired"]

_AT = "When {}, in seconds since the Unix epoch (UTC)."
_RUBRIC_HASH = "Digest of the rubric with all its criteria, 32 hex digits."


class TaskVersion(Fact):
    """Which version of a task a run used."""

    suite: str = Field(description="The suite by name.")
    task_id: str = Field(description="The task by its id in the suite.")
    family: str = Field(description="The task's family in the suite.")
    version: int = Field(ge=1, description="Counts the contents that the task has had, from 1.")
    state: TaskState | None = Field(
        default=None, description="How far its review had come; null: the suite keeps no review."
    )
    content_hash: str = Field(description="Digest of input, target and scorers, 32 hex digits.")


class GoldenTask(Fact):
    """A task after one change of its content or its state; `run_id` is the run it stems from."""

    run_id: str = Field(default="", description="The run whose episode it was made of, if any.")
    suite: str = Field(description="The suite by name.")
    task_id: str = Field(description="The task by its id in the suite.")
    family: str = Field(description="The task's family in the suite.")
    version: int = Field(ge=1, description="Counts the contents that the task has had, from 1.")
    state: TaskState = Field(description="How far its review has come.")
    content_hash: str = Field(description="Digest of input, target and scorers, 32 hex digits.")
    content: JsonObject = Field(description="Input, target, scorers and the rest, as written.")
    episode_id: str = Field(default="", description="The episode it was made of; empty: none.")
    step_index: int | None = Field(
        default=None,
        ge=0,
        description="The step whose answer it asks for; null: the whole episode.",
    )
    owner: str = Field(default="", description="Who answers for it.")
    reviewer: str = Field(default="", description="Who reviewed it; empty: nobody yet.")
    reason: str = Field(default="", description="Why it was changed.")
    author: str = Field(default="", description="Who made the change.")
    changed_at: float = Field(ge=0, description=_AT.format("it was changed"))


class Judgement(Fact):
    """What a judge, a model with a rubric, says of one answer; or of a pair of answers."""

    episode_id: str = Field(default="", description="The episode judged; empty: none in the lake.")
    task_id: str = Field(description="The task that was answered.")
    scorer: str = Field(description="The scorer by its label in the suite.")
    judge: str = Field(description="The model that judged, by name.")
    rubric: str = Field(description="The rubric by name.")
    rubric_hash: str = Field(description=_RUBRIC_HASH)
    value: float = Field(ge=0, le=1, description="How good the answer is, 1 being best.")
    passed: bool = Field(description="Whether that is good enough.")
    confidence: float = Field(ge=0, le=1, description="How sure the judge says it is.")
    agreement: float = Field(
        ge=0, le=1, description="Share of its repeated judgements that say the same: 1 of one."
    )
    repeats: int = Field(ge=1, description="How often it was asked.")
    reason: str = Field(default="", description="Why, for people.")
    details: JsonObject = Field(
        default_factory=dict, description="Verdict, score, reason, confidence of each criterion."
    )
    usage: Usage = Field(default=Usage(), description="Tokens and calls that judging took.")
    cost_usd: float | None = Field(
        default=None, ge=0, description="US dollars that it cost; null: unknown."
    )
    calibration_id: str = Field(
        default="", description="The calibration it stands on; empty: none, so it only informs."
    )
    judged_at: float = Field(ge=0, description=_AT.format("it was judged"))


class Rating(Fact):
    """What one person says of one answer, by one criterion of a rubric."""

    episode_id: str = Field(description="The episode rated.")
    task_id: str = Field(description="The episode's task.")
    rubric: str = Field(description="The rubric by name.")
    rubric_hash: str = Field(description=_RUBRIC_HASH)
    criterion: str = Field(default="", description="By name; empty: the answer as a whole.")
    rater: str = Field(min_length=1, description="Who says it.")
    value: float = Field(ge=0, le=1, description="How good the answer is, 1 being best.")
    passed: bool = Field(description="Whether that is good enough.")
    note: str = Field(default="", max_length=4000, description="Why, in the rater's words.")
    rated_at: float = Field(ge=0, description=_AT.format("it was said"))


class Calibration(Fact):
    """How far a judge agrees with people, for this model, rubric and set of tasks alone."""

    run_id: str = Field(default="", description="The run whose answers were rated; empty: several.")
    calibration_id: str = Field(description="`cal-` and 12 hex digits.")
    judge: str = Field(description="The model that judges, by name.")
    rubric: str = Field(description="The rubric by name.")
    rubric_hash: str = Field(description=_RUBRIC_HASH)
    task_set: str = Field(description="The suite, or the file of pairs, by name.")
    task_set_hash: str = Field(description="Digest of its tasks, 32 hex digits.")
    labels: int = Field(ge=0, description="Answers that both the judge and people judged.")
    accuracy: float = Field(ge=0, le=1, description="Share of them on which they agree.")
    kappa: float | None = Field(
        ge=-1, le=1, description="Cohen's kappa with the people; null: undefined."
    )
    valid: bool = Field(description="Whether the judge may gate.")
    reason: str = Field(default="", description="Why it may not; empty where it may.")
    figures: JsonObject = Field(
        default_factory=dict,
        description="Intervals, confusion, biases, reliability, and the disagreements to read.",
    )
    calibrated_at: float = Field(ge=0, description=_AT.format("it was fitted"))
