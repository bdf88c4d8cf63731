"""The answer's last number is the target's."""

from typing import Literal

from pydantic import Field

from engine.contracts import Json
from engine.errors import BadInput
from engine.evals.outcome import Verdict, failed, passed
from engine.evals.scorers.quantity import last_number
from engine.evals.scorers.scorer import AnswerSpec
from engine.evals.task import Task


class Numeric(AnswerSpec):
    """Passes a last number within `absolute` or within `relative` times the target of it."""

    kind: Literal["numeric"] = "numeric"
    absolute: float = Field(default=1e-9, ge=0, description="In the target's unit.")
    relative: float = Field(default=1e-9, ge=0, description="As a share of the target.")
    units: dict[str, float] = Field(
        default_factory=dict, description="Factor of each unit that may follow the number."
    )
    percent: Literal["number", "share"] = Field(
        default="number", description="Whether 45 % reads as 45 or as 0.45."
    )

    def check(self, task: Task) -> None:
        """The target has to be a number, or a text with one."""
        self._wanted(task)

    def judge(self, task: Task, answer: str) -> Verdict:
        """1 or 0."""
        wanted = self._wanted(task)
        found = self._read(answer)
        if found is None:
            return failed("no number in the answer")
        if abs(found - wanted) <= max(self.absolute, self.relative * abs(wanted)):
            return passed()
        return failed(f"expected {wanted:g}, found {found:g}")

    def _wanted(self, task: Task) -> float:
        number = self._number(self.target(task))
        if number is None:
            raise BadInput("target has to be a number")
        return number

    def _number(self, value: Json) -> float | None:
        if isinstance(value, str):
            return self._read(value)
        return None if isinstance(value, bool) or not isinstance(value, int | float) else value

    def _read(self, text: str) -> float | None:
        return last_number(text, self.units, percent_as_share=self.percent == "share")
