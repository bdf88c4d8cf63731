"""The answer's JSON has the target's fields."""

from typing import Literal

from pydantic import Field

from engine.contracts import Json, JsonObject
from engine.errors import BadInput
from engine.evals.outcome import Verdict, failed
from engine.evals.scorers.jsontext import json_in
from engine.evals.scorers.normal import normal
from engine.evals.scorers.scorer import AnswerSpec, as_text
from engine.evals.task import Task


class JsonFields(AnswerSpec):
    """Gives the share of the target's fields that are right.

    Strings are compared without case and white space, numbers within `absolute`, arrays in order,
    objects by their own fields.
    """

    kind: Literal["json_fields"] = "json_fields"
    required: tuple[str, ...] = Field(
        default=(), description="Fields that have to be right to pass; none named: all of them."
    )
    absolute: float = Field(default=1e-9, ge=0, description="Tolerance of numbers.")

    def check(self, task: Task) -> None:
        """The target has to be an object with the required fields."""
        if missing := set(self.required) - set(self._wanted(task)):
            raise BadInput(f"the target lacks required {', '.join(sorted(missing))}")

    def judge(self, task: Task, answer: str) -> Verdict:
        """The share of fields that are right; passes where all required ones are."""
        wanted = self._wanted(task)
        found = json_in(answer)
        if not isinstance(found, dict):
            return failed("the answer is no JSON object")
        wrong = [name for name in wanted if not self._right(found, name, wanted[name])]
        value = 1 - len(wrong) / len(wanted)
        reason = ", ".join(f"{name} is not {as_text(wanted[name])}" for name in wrong)
        if set(wrong) & set(self.required or wanted):
            return failed(reason, value)
        return Verdict(value=value, passed=True, reason=reason)

    def _wanted(self, task: Task) -> JsonObject:
        target = self.target(task)
        if not isinstance(target, dict) or not target:
            raise BadInput("target has to be an object with fields")
        return target

    def _right(self, found: JsonObject, name: str, wanted: Json) -> bool:
        return name in found and self._same(found[name], wanted)

    def _same(self, found: Json, wanted: Json) -> bool:
        match wanted, found:
            case str(), str():
                return normal(found) == normal(wanted)
            case (bool(), _) | (_, bool()):
                return found is wanted
            case (int() | float(), int() | float()):
                return abs(found - wanted) <= self.absolute
            case list(), list():
                pairs = zip(found, wanted, strict=False)
                return len(found) == len(wanted) and all(self._same(*pair) for pair in pairs)
            case dict(), dict():
                return all(self._right(found, name, value) for name, value in wanted.items())
            case _:
                return found == wanted
