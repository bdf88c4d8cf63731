"""The answer holds the target's words."""

from typing import Literal

from pydantic import Field

from engine.evals.outcome import Verdict, failed, passed
from engine.evals.scorers.normal import mentions, normal
from engine.evals.scorers.scorer import AnswerSpec, texts
from engine.evals.task import Task


class Contains(AnswerSpec):
    """Passes an answer that holds all, or any, of the target's texts and none of `never`."""

    kind: Literal["contains"] = "contains"
    mode: Literal["all", "any"] = "all"
    ignore_case: bool = True
    whole_words: bool = True
    never: tuple[str, ...] = Field(default=(), description="Texts that must not stand in it.")

    def check(self, task: Task) -> None:
        """The target has to be a text or a list of texts."""
        texts(self.target(task))

    def judge(self, task: Task, answer: str) -> Verdict:
        """The share found under `all`, 1 or 0 under `any`; 0 with a text of `never`."""
        if unwanted := [text for text in self.never if self._holds(answer, text)]:
            return failed(f"must not say {', '.join(unwanted)}")
        wanted = texts(self.target(task))
        missing = [text for text in wanted if not self._holds(answer, text)]
        if not missing or (self.mode == "any" and len(missing) < len(wanted)):
            return passed()
        found = len(wanted) - len(missing)
        return failed(f"does not say {', '.join(missing)}", found / len(wanted))

    def _holds(self, answer: str, phrase: str) -> bool:
        text, part = normal(answer, case=self.ignore_case), normal(phrase, case=self.ignore_case)
        return mentions(text, part) if self.whole_words else part in text
