"""Whatever a model says, a scorer has a verdict on it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import BadInput
from engine.evals import Outcome, Task
from engine.evals.scorers import Choice, Contains, Exact, JsonFields, Numeric, Regex
from engine.evals.scorers.json_schema import JsonSchema
from engine.evals.scorers.scorer import AnswerSpec

TASKS = [
    (Exact(), "x"),
    (Numeric(units={"km": 1000.0}, percent="share"), 5),
    (Choice(), "x"),
    (Contains(), ["x", "y"]),
    (Regex(pattern=r"(\d+)|x"), "x"),
    (JsonFields(), {"a": 1, "b": [2.5, {"c": "d"}]}),
    (JsonSchema.model_validate({"schema": {"properties": {"a": {"type": "integer"}}}}), None),
]
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from("abc") | st.text(), inner),
    max_leaves=8,
)
ANSWERS = st.text() | VALUES.map(json.dumps) | st.from_regex(r"[-+$]?[\d,.'eE]{1,9} ?(%|km)?")


@pytest.mark.parametrize(("scorer", "target"), TASKS, ids=lambda part: type(part).__name__)
@given(answer=ANSWERS)
def test_any_answer(scorer: AnswerSpec, target: object, answer: str) -> None:
    """Any text gets a verdict, never an exception."""
    task = Task("t", "f", "?", target, choices=("x", "y"))
    assert 0 <= scorer.score(task, Outcome(answer=answer)).value <= 1


@pytest.mark.parametrize(("scorer", "target"), TASKS, ids=lambda part: type(part).__name__)
@given(value=VALUES)
def test_any_field(scorer: AnswerSpec, target: object, value: object) -> None:
    """Any value of the field that is scored gets a verdict, never an exception."""
    task = Task("t", "f", "?", target, choices=("x", "y"))
    reader = scorer.model_copy(update={"answer_field": "of"})
    assert 0 <= reader.score(task, Outcome(answer=json.dumps({"of": value}))).value <= 1


def test_nothing_is_fetched() -> None:
    """A schema that refers elsewhere is not followed there: the scorer fails and says so."""
    scorer = JsonSchema.model_validate({"schema": {"$ref": "http://127.0.0.1:9/schema.json"}})
    with pytest.raises(BadInput, match="which is not in it"):
        scorer.score(Task("t", "f", "?", None), Outcome(answer="{}"))
