"""What scorers described as data share: a label, and which part of target and answer they read."""

import json
from abc import ABC, abstractmethod

from pydantic import Field

from engine.contracts import Json, Record
from engine.errors import BadInput
from engine.evals.outcome import Outcome, Verdict, failed
from engine.evals.scorers.jsontext import json_in
from engine.evals.task import Task


class ScorerSpec(Record, ABC):
    """A scorer with its options."""

    kind: str
    name: str = Field(default="", description="The label of its scores; empty: its kind.")
    target_field: str | None = Field(
        default=None, description="The target is an object, and this is the field to score against."
    )

    @property
    def label(self) -> str:
        """What its scores are filed under."""
        return self.name or self.kind

    def target(self, task: Task) -> Json:
        """The target, or its field; raises `BadInput` where there is no such field."""
        if self.target_field is None:
            return task.target
        if not isinstance(task.target, dict) or self.target_field not in task.target:
            raise BadInput(f"the target has no field {self.target_field!r}")
        return task.target[self.target_field]

    def check(self, task: Task) -> None:
        """Raise `BadInput` where it can never score this task."""
        self.target(task)

    @abstractmethod
    def score(self, task: Task, outcome: Outcome) -> Verdict:
        """A verdict on the outcome."""


class AnswerSpec(ScorerSpec):
    """A scorer that reads nothing but the answer's text; no answer does not pass."""

    answer_field: str | None = Field(
        default=None, description="The answer is a JSON object, and this is the field to score."
    )

    def score(self, task: Task, outcome: Outcome) -> Verdict:
        """A verdict on the answer, or on its field."""
        if outcome.answer is None:
            return failed(f"no answer: {outcome.stop_reason}")
        if self.answer_field is None:
            return self.judge(task, outcome.answer)
        answer = json_in(outcome.answer)
        if not isinstance(answer, dict) or self.answer_field not in answer:
            return failed(f"the answer has no field {self.answer_field!r}")
        return self.judge(task, as_text(answer[self.answer_field]))

    @abstractmethod
    def judge(self, task: Task, answer: str) -> Verdict:
        """A verdict on the answer's text."""


def as_text(value: Json) -> str:
    """A JSON value as a reader would write it: a string bare, the rest as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def texts(value: Json, what: str = "target") -> tuple[str, ...]:
    """One text or several; raises `BadInput` on anything but strings, numbers and booleans."""
    values = value if isinstance(value, list) else [value]
    if not values or any(isinstance(item, dict | list) or item is None for item in values):
        raise BadInput(f"{what} has to be a text or a list of texts")
    return tuple(as_text(item) for item in values)
