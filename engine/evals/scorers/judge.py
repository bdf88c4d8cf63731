"""A model judges the answer by a rubric."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from engine.contracts import Calibration, JsonObject, json_text
from engine.errors import BadInput
from engine.evals.judge import Asking, Exhibit, Judge, Opinion, Rubric, read_rubric
from engine.evals.late import Assessment, Assessors, Subject
from engine.evals.outcome import Outcome, Verdict
from engine.evals.scorers.scorer import ScorerSpec, as_text
from engine.evals.scorers.unbound import Unbound
from engine.evals.task import Task


class JudgeSpec(Unbound):
    """How a judge is written down: its rubric beside it, or in a file."""

    kind: Literal["judge"] = "judge"
    rubric: Rubric | None = None
    rubric_file: str = Field(default="", description="A YAML file, relative to the suite.")
    model: str = Field(default="", description="By name; empty: the judge that the run names.")
    repeats: int = Field(default=1, ge=1, le=99, description="How often it is asked.")
    reference: bool | None = Field(
        default=None, description="Whether it is shown the target; null: as the rubric says."
    )
    target_field: str | None = None

    @model_validator(mode="after")
    def _one_rubric(self) -> Self:
        if (self.rubric is None) == (not self.rubric_file):
            raise ValueError("give a rubric, or a rubric_file")
        return self

    def bind(self, folder: Path, where: str = "") -> "JudgeScorer":
        """The scorer with its rubric read."""
        del where  # the rubric's own file says where
        rubric = self.rubric or read_rubric(folder / self.rubric_file)
        return JudgeScorer(
            name=self.name,
            rubric=rubric,
            model=self.model,
            repeats=self.repeats,
            reference=rubric.reference if self.reference is None else self.reference,
            target_field=self.target_field,
        )


class JudgeScorer(ScorerSpec):
    """Asks a model; its word informs alone unless a valid calibration says that it may gate."""

    kind: Literal["judge"] = "judge"
    rubric: Rubric
    model: str = ""
    repeats: int = Field(default=1, ge=1, le=99)
    reference: bool = False

    @property
    def late(self) -> bool:
        """It is waited for."""
        return True

    def judges(self) -> tuple[str, ...]:
        """Its model."""
        return (self.model,)

    def check(self, task: Task) -> None:
        """A judge that compares with the target needs one."""
        if self.reference and self.target(task) in (None, "", [], {}):
            raise BadInput("the judge is to compare with a reference, and there is no target")

    def score(self, task: Task, outcome: Outcome) -> Verdict:
        """Never: a judge cannot be asked without waiting."""
        del task, outcome
        raise BadInput(f"{self.label} is a judge: it is asked when the episode is kept")

    async def assess(self, task: Task, subject: Subject, assessors: Assessors) -> Assessment:
        """The judge's word, of before where it was asked the same of this episode already."""
        judge = Judge(assessors.model(self.model), self.rubric, self.asking(assessors.seed))
        said = assessors.known(subject.episode.episode_id)
        before = next((opinion for opinion in said if judge.has_said(opinion)), None)
        if before is not None:
            return Assessment(self._verdict(before, assessors), {})
        opinion = await judge.judge(self._exhibit(task, subject.outcome))
        return Assessment(self._verdict(opinion, assessors), {self.label: opinion})

    def asking(self, seed: int) -> Asking:
        """How the judge is asked."""
        return Asking(self.repeats, seed, self.reference, self.target_field or "")

    def _exhibit(self, task: Task, outcome: Outcome) -> Exhibit:
        return exhibit(self.rubric, task, outcome, self.target(task) if self.reference else None)

    def _verdict(self, opinion: Opinion, assessors: Assessors) -> Verdict | None:
        if opinion.error is not None:
            return None
        found = assessors.calibration(opinion)
        gates = found is not None and found.valid
        return Verdict(
            value=opinion.value,
            passed=opinion.passed,
            reason=opinion.reason,
            advisory=not gates,
            details={**_about(opinion), **_standing(found)},
        )


def exhibit(rubric: Rubric, task: Task, outcome: Outcome, reference: object = None) -> Exhibit:
    """What a judge, or a person, is shown of an episode."""
    said = outcome.answer or ""
    if rubric.shows == "transcript":
        said = "\n".join(_lines(outcome))
    shown = None if reference is None else as_text(reference)  # type: ignore[arg-type]
    return Exhibit(task=task.text, answer=said, reference=shown)


def _lines(outcome: Outcome) -> list[str]:
    """All that was said and called, a line a message or call."""
    lines = []
    for message in outcome.messages:
        who = message.name or message.role
        lines += [f"{who}: {message.content}"] if message.content else []
        lines += [f"{who} -> {c.name}({json_text(c.arguments)})" for c in message.tool_calls]
    return lines


def _about(opinion: Opinion) -> JsonObject:
    return {
        "judge": opinion.judge,
        "rubric": opinion.rubric,
        "confidence": opinion.confidence,
        "agreement": opinion.agreement,
        "criteria": [word.model_dump(mode="json") for word in opinion.criteria],
    }


def _standing(found: Calibration | None) -> JsonObject:
    """Whether the judge gates or informs, and why."""
    if found is None:
        return {"standing": "informs", "why": "no calibration of this judge for these tasks"}
    standing = "gates" if found.valid else "informs"
    return {"standing": standing, "why": found.reason, "calibration_id": found.calibration_id}
