"""The answer is JSON that a schema accepts."""

from typing import Literal

import jsonschema
from pydantic import Field
from referencing import Registry

from engine.contracts import JsonObject
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
        """The schema has to be a valid JSON Schema."""
        self._validator(task)

    def judge(self, task: Task, answer: str) -> Verdict:
        """1 or 0."""
        value = json_in(answer)
        if value is NOTHING:
            return failed("the answer is no JSON")
        fault = jsonschema.exceptions.best_match(self._validator(task).iter_errors(value))
        return failed(f"{fault.json_path}: {fault.message}") if fault else passed()

    def _validator(self, task: Task) -> jsonschema.Draft202012Validator:
        schema = self.target(task) if self.json_schema is None else self.json_schema
        if not isinstance(schema, dict):
            raise BadInput("the schema has to be an object")
        try:
            jsonschema.Draft202012Validator.check_schema(schema)
        except jsonschema.SchemaError as error:
            raise BadInput(f"the schema is no JSON Schema: {error.message}") from None
        empty: Registry = (
            Registry()
        )  # what a $ref names must stand in the schema: nothing is fetched
        return jsonschema.Draft202012Validator(schema, registry=empty)
