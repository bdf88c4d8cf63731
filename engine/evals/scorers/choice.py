"""The answer names the right one of the task's choices."""

import re
from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from engine.errors import BadInput
from engine.evals.outcome import Verdict, failed, passed
from engine.evals.scorers.normal import mentions, normal
from engine.evals.scorers.scorer import AnswerSpec, as_text
from engine.evals.task import Task

_LETTER = re.compile(
    r"^\W*(?:(?:the )?(?:final )?answer(?: is|:)?\s*)?\W*([a-z])\W*$", re.IGNORECASE
)


class Choice(AnswerSpec):
    """Passes an answer that names the target and no other choice."""

    kind: Literal["choice"] = "choice"
    letters: bool = Field(default=True, description="A lone letter names a choice by its place.")

    def check(self, task: Task) -> None:
        """The task has to have choices, the target among them."""
        if not task.choices:
            raise BadInput("the task has no choices")
        if self.target(task) not in task.choices:
            raise BadInput(f"target is none of the choices {', '.join(task.choices)}")

    def judge(self, task: Task, answer: str) -> Verdict:
        """1 or 0."""
        named = self.named(answer, task.choices)
        wanted = as_text(self.target(task))
        if named == wanted:
            return passed()
        return failed(f"expected {wanted}, named {named or 'no choice or several'}")

    def named(self, answer: str, choices: Sequence[str]) -> str | None:
        """The choice that an answer is, or means by its letter, or mentions alone."""
        text = normal(answer)
        folded = {normal(choice): choice for choice in choices}
        bare = text.strip(" \"'`*.()[]:")
        if bare in folded:
            return folded[bare]
        if self.letters and (letter := _LETTER.match(text)):
            place = ord(letter[1].lower()) - ord("a")
            return choices[place] if place < len(choices) else None
        return _only_mention(text, folded)


def _only_mention(text: str, folded: dict[str, str]) -> str | None:
    """The one choice mentioned; a choice within a longer one that is mentioned does not count."""
    named = []
    for phrase in sorted(folded, key=len, reverse=True):
        if mentions(text, phrase):
            named.append(folded[phrase])
            text = text.replace(phrase, " ")
    return named[0] if len(named) == 1 else None
