"""The state that a tool last told is the expected one."""

from typing import Literal

from pydantic import Field

from engine.contracts import JsonObject
from engine.errors import BadInput
from engine.evals.outcome import Outcome, Verdict, failed
from engine.evals.scorers.json_fields import JsonFields
from engine.evals.scorers.jsontext import json_in
from engine.evals.scorers.scorer import ScorerSpec
from engine.evals.task import Task


class State(ScorerSpec):
    """Compares what a tool said last with the target's fields, as `json_fields` does.

    The tool is one whose result is the state, such as an order as it stands now. Where it was
    never called there is no state, and the episode does not pass.
    """

    kind: Literal["state"] = "state"
    tool: str = Field(min_length=1, description="Its latest result is the state, a JSON object.")
    exact: bool = Field(default=False, description="The state has no fields beside the target's.")
    required: tuple[str, ...] = Field(
        default=(), description="Fields that have to be right to pass; none named: all of them."
    )
    absolute: float = Field(default=1e-9, ge=0, description="Tolerance of numbers.")

    def check(self, task: Task) -> None:
        """The target has to be an object with the required fields."""
        self._fields.check(task)

    def score(self, task: Task, outcome: Outcome) -> Verdict:
        """The share of the target's fields that the state has; passes with the required ones."""
        results = [m.content for m in outcome.messages if m.role == "tool" and m.name == self.tool]
        if not results:
            return failed(f"{self.tool} was never called: nothing is known of the state")
        found = json_in(results[-1])
        if not isinstance(found, dict):
            return failed(f"the last result of {self.tool} is no JSON object")
        if extra := self._extra(task, found):
            return failed(f"the state has {', '.join(extra)} besides")
        return self._fields.judge(task, results[-1])

    @property
    def _fields(self) -> JsonFields:
        return JsonFields(
            target_field=self.target_field, required=self.required, absolute=self.absolute
        )

    def _extra(self, task: Task, found: JsonObject) -> list[str]:
        target = self.target(task)
        if not isinstance(target, dict):
            raise BadInput("target has to be an object with fields")
        return sorted(found.keys() - target.keys()) if self.exact else []
