"""The answer matches a pattern."""

import re
from typing import Literal

from pydantic import Field

from engine.errors import BadInput
from engine.evals.outcome import Verdict, failed, passed
from engine.evals.scorers.normal import normal
from engine.evals.scorers.scorer import AnswerSpec, texts
from engine.evals.task import Task


class Regex(AnswerSpec):
    """Passes an answer that a pattern is found in.

    Without `pattern` the target is the pattern. A `pattern` with a group takes the last match's
    first group for the answer, which has to equal the target; one without a group ignores the
    target.
    """

    kind: Literal["regex"] = "regex"
    pattern: str | None = None
    whole: bool = Field(default=False, description="The pattern has to match the whole answer.")
    ignore_case: bool = True

    def check(self, task: Task) -> None:
        """The pattern has to compile; the target has to be a text where it is read."""
        if self._compiled(task).groups and self.pattern is not None:
            texts(self.target(task))

    def judge(self, task: Task, answer: str) -> Verdict:
        """1 or 0."""
        pattern = self._compiled(task)
        found = self._last_match(pattern, answer)
        if found is None:
            return failed(f"does not match {pattern.pattern}")
        if self.pattern is None or not pattern.groups:
            return passed()
        accepted = texts(self.target(task))
        taken = self._normal(found[1] or "")
        if taken in {self._normal(text) for text in accepted}:
            return passed()
        return failed(f"expected {' or '.join(accepted)}, took {taken!r}")

    def _last_match(self, pattern: re.Pattern[str], answer: str) -> re.Match[str] | None:
        if self.whole:
            return pattern.fullmatch(answer.strip())
        return next(reversed(list(pattern.finditer(answer))), None)

    def _compiled(self, task: Task) -> re.Pattern[str]:
        source = self.pattern if self.pattern is not None else texts(self.target(task))[0]
        try:
            return re.compile(source, re.IGNORECASE if self.ignore_case else 0)
        except re.error as error:
            raise BadInput(f"the pattern {source!r} does not compile: {error}") from None

    def _normal(self, text: str) -> str:
        return normal(text, case=self.ignore_case)
