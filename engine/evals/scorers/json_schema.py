"""The answer is JSON that a schema accepts."""

from typing import Literal

from pydantic import Field

from engine.contracts import JsonObject
from engine.contracts.json_schema import best_error, schema_fault
from engine.errors import BadInput
from engine.evals.outcome import Verdict, failed, passed
from engine.evals.scorers.jsontext import NOTHING, json_in
from engine.evals.scorers.scorer import AnswerSpec
from engine.evals.task import Task


class JsonSchema(AnswerSpec):
    """Passes an answer that is valid under `schema`, or under the target where there is none."""

    kind: Literal["json_schema"] = "json_schema"
    json_schema: JsonObject | None = Field(default=None, alias="schema")

    def check(self, task: Task) -> None:
        """The schema has to be a valid JSON Schema, and what it refers to has to stand in it."""
        self._schema(task)

    def judge(self, task: Task, answer: str) -> Verdict:
        """1 or 0."""
        value = json_in(answer)
        if value is NOTHING:
            return failed("the answer is no JSON")
        fault = best_error(self._schema(task), value)
        return failed(f"{fault.json_path}: {fault.message}") if fault else passed()

    def _schema(self, task: Task) -> JsonObject:
        schema = self.target(task) if self.json_schema is None else self.json_schema
        if not isinstance(schema, dict):
            raise BadInput("the schema has to be an object")
        if wrong := schema_fault(schema):
            raise BadInput(f"the schema is no JSON Schema: {wrong}")
        return schema
