"""People judge the answer by a rubric."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from engine.contracts import Rating
from engine.errors import BadInput
from engine.evals.judge import Rubric, read_rubric
from engine.evals.late import Assessment, Assessors, Subject
from engine.evals.outcome import Outcome, Verdict
from engine.evals.scorers.scorer import ScorerSpec
from engine.evals.scorers.unbound import Unbound
from engine.evals.task import Task


class HumanSpec(Unbound):
    """How people are written down: their rubric beside it, or in a file."""

    kind: Literal["human"] = "human"
    rubric: Rubric | None = None
    rubric_file: str = Field(default="", description="A YAML file, relative to the suite.")
    raters: int = Field(default=1, ge=1, le=99, description="So many have to have rated it.")
    gates: bool = Field(default=False, description="Whether people decide; else they inform.")

    @model_validator(mode="after")
    def _one_rubric(self) -> Self:
        if (self.rubric is None) == (not self.rubric_file):
            raise ValueError("give a rubric, or a rubric_file")
        return self

    def bind(self, folder: Path, where: str = "") -> "HumanScorer":
        """The scorer with its rubric read."""
        del where  # the rubric's own file says where
        rubric = self.rubric or read_rubric(folder / self.rubric_file)
        return HumanScorer(name=self.name, rubric=rubric, raters=self.raters, gates=self.gates)


class HumanScorer(ScorerSpec):
    """Says what people said of the answer; nothing before enough of them have rated it."""

    kind: Literal["human"] = "human"
    rubric: Rubric
    raters: int = Field(default=1, ge=1, le=99)
    gates: bool = False

    @property
    def late(self) -> bool:
        """People are waited for."""
        return True

    def judges(self) -> tuple[str, ...]:
        """No model is asked."""
        return ()

    def check(self, task: Task) -> None:
        """People can rate an answer to anything."""

    def score(self, task: Task, outcome: Outcome) -> Verdict:
        """Never: people are waited for."""
        del task, outcome
        raise BadInput(f"{self.label} is for people: they are asked when the episode is kept")

    async def assess(self, task: Task, subject: Subject, assessors: Assessors) -> Assessment:
        """The majority of those who rated it; half of them do not make it pass."""
        del task
        said = assessors.ratings(subject.episode.episode_id, self.rubric.hash)
        words = by_rater(said, self.rubric)
        if len(words) < self.raters:
            return Assessment(None, {})
        ayes = sum(passed for passed, _ in words.values())
        verdict = Verdict(
            value=sum(value for _, value in words.values()) / len(words),
            passed=2 * ayes > len(words),
            reason=f"{ayes} of {len(words)} people say it passes",
            advisory=not self.gates,
            details={"raters": [*sorted(words)], "standing": "gates" if self.gates else "informs"},
        )
        return Assessment(verdict, {})


def by_rater(ratings: Sequence[Rating], rubric: Rubric) -> dict[str, tuple[bool, float]]:
    """Whether the answer passes and its value, by rater; the latest word of each counts.

    A word on the answer as a whole goes before words on criteria; one who has not spoken of every
    criterion has not rated it.
    """
    latest: dict[str, dict[str, Rating]] = defaultdict(dict)
    for rating in sorted(ratings, key=lambda rating: rating.rated_at):
        latest[rating.rater][rating.criterion] = rating
    words = {rater: _whole(said, rubric) for rater, said in latest.items()}
    return {rater: word for rater, word in words.items() if word is not None}


def _whole(said: dict[str, Rating], rubric: Rubric) -> tuple[bool, float] | None:
    if "" in said:
        return said[""].passed, said[""].value
    names = [criterion.name for criterion in rubric.criteria]
    if not {*names} <= said.keys():
        return None
    passed = rubric.passes({name: said[name].passed for name in names})
    return passed, rubric.mean({name: said[name].value for name in names})
