"""The answer is the target."""

from typing import Literal

from pydantic import Field

from engine.evals.outcome import Verdict, failed, passed
from engine.evals.scorers.normal import normal
from engine.evals.scorers.scorer import AnswerSpec, texts
from engine.evals.task import Task


class Exact(AnswerSpec):
    """Passes an answer equal to the target, or to one of a list, after normalisation."""

    kind: Literal["exact"] = "exact"
    ignore_case: bool = True
    ignore_space: bool = Field(default=True, description="Runs of white space count as one blank.")
    ignore_punctuation: bool = False
    ignore_articles: bool = Field(default=False, description="English a, an, the.")

    def check(self, task: Task) -> None:
        """The target has to be a text or a list of texts."""
        texts(self.target(task))

    def judge(self, task: Task, answer: str) -> Verdict:
        """1 or 0."""
        accepted = texts(self.target(task))
        if self._normal(answer) in {self._normal(text) for text in accepted}:
            return passed()
        return failed(f"expected {' or '.join(accepted)}")

    def _normal(self, text: str) -> str:
        return normal(
            text,
            case=self.ignore_case,
            space=self.ignore_space,
            punctuation=self.ignore_punctuation,
            articles=self.ignore_articles,
        )
