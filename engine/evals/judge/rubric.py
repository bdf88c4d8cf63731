"""What an answer is judged by: criteria, each with a question, verdicts and a scale."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from engine.contracts import Record, canonical, digest
from engine.errors import NotFound
from engine.evals.files import read_yaml


class Criterion(Record):
    """One question about an answer."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", description="By which it is filed.")
    question: str = Field(min_length=1, max_length=2000, description="What is to be decided.")
    verdicts: tuple[str, ...] = Field(
        default=("pass", "fail"),
        min_length=2,
        max_length=9,
        description="The words to choose from.",
    )
    passing: tuple[str, ...] = Field(
        default=("pass",), min_length=1, description="Those of the verdicts that are good enough."
    )
    lowest: int = Field(default=1, ge=0, le=100, description="The worst score.")
    highest: int = Field(default=5, ge=1, le=100, description="The best score.")
    weight: float = Field(default=1.0, gt=0, le=1000, description="Its part in the whole.")
    must_pass: bool = Field(default=False, description="Whether the whole fails where it fails.")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if len(set(self.verdicts)) != len(self.verdicts) or not {*self.passing} < {*self.verdicts}:
            raise ValueError("verdicts differ, and some of them, not all, are passing")
        if self.lowest >= self.highest:
            raise ValueError("the highest score lies above the lowest")
        return self

    def share(self, score: float) -> float:
        """A score as a share of its scale, from 0 to 1."""
        return (score - self.lowest) / (self.highest - self.lowest)


class Rubric(Record):
    """Criteria under a name; an answer passes by them all together."""

    name: str = Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$", description="By which it is filed.")
    criteria: tuple[Criterion, ...] = Field(
        min_length=1, max_length=12, description="What is asked of each answer."
    )
    instructions: str = Field(
        default="", max_length=8000, description="What a judge should know besides."
    )
    reference: bool = Field(
        default=False, description="Whether the judge is shown the task's target to compare with."
    )
    shows: Literal["answer", "transcript"] = Field(
        default="answer", description="What is judged: the last answer, or all that was said."
    )
    threshold: float = Field(
        default=0.5, gt=0, le=1, description="Share of the weights that has to pass."
    )

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        names = [criterion.name for criterion in self.criteria]
        if len(set(names)) != len(names):
            raise ValueError("two criteria have the same name")
        return self

    @property
    def hash(self) -> str:
        """Digest of all that people and judges are asked, 32 hex digits.

        Whether a judge sees the reference is not part of it: it is a way of asking the same.
        """
        return digest(canonical(self.model_dump(mode="json", exclude={"reference"})))

    def criterion(self, name: str) -> Criterion:
        """The criterion of that name; raises `NotFound` with the names there are."""
        for criterion in self.criteria:
            if criterion.name == name:
                return criterion
        known = ", ".join(criterion.name for criterion in self.criteria)
        raise NotFound(f"the rubric {self.name} has no criterion {name!r}", hint=f"its: {known}")

    def mean(self, shares: dict[str, float]) -> float:
        """The weighted mean of a value from 0 to 1 by criterion."""
        weights = {criterion.name: criterion.weight for criterion in self.criteria}
        total = sum(weights[name] for name in shares)
        mean = sum(weights[name] * value for name, value in shares.items()) / total
        return min(1.0, max(0.0, mean))

    def passes(self, passed: dict[str, bool]) -> bool:
        """Whether an answer passes that does so by these criteria: those of weight, all musts."""
        musts = (passed[c.name] for c in self.criteria if c.must_pass)
        share = self.mean({name: float(ok) for name, ok in passed.items()})
        return all(musts) and share >= self.threshold


def read_rubric(path: Path) -> Rubric:
    """The rubric of a YAML file; raises `BadInput` or `NotFound` naming file and field."""
    return Rubric.parse(read_yaml(path), where=str(path))
