"""The tool-call scorer on the public gold calls of the Berkeley Function Calling Leaderboard."""

import json
from pathlib import Path

import pytest

from engine.contracts import Json, JsonObject, ToolCall, assistant
from engine.evals import Outcome, Task
from engine.evals.scorers import ToolCalls

CATEGORIES = ("simple_python", "multiple", "parallel")
pytestmark = [pytest.mark.data("bfcl"), pytest.mark.parametrize("category", CATEGORIES)]


def _tasks(data_home: Path, category: str) -> list[Task]:
    path = data_home / "bfcl" / "possible_answer" / f"BFCL_v4_{category}.json"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [Task(id=r["id"], family=category, input="?", target=r["ground_truth"]) for r in rows]


def _gold(value: Json) -> Json:
    """A value that the sets of allowed values allow: the first of each."""
    if isinstance(value, list):
        return [_gold(item) for item in value]
    if isinstance(value, dict):
        return _gold_arguments(value)
    return value


def _gold_arguments(allowed: JsonObject) -> JsonObject:
    firsts = {name: [v for v in values if v != ""] for name, values in allowed.items()}
    return {name: _gold(values[0]) for name, values in firsts.items() if values}


def _calls(task: Task) -> list[ToolCall]:
    return [
        ToolCall(id=f"{at}-{name}", name=name, arguments=_gold_arguments(allowed))
        for at, call in enumerate(task.target)
        for name, allowed in call.items()
    ]


def _value(task: Task, calls: list[ToolCall]) -> float:
    return ToolCalls().score(task, Outcome(messages=(assistant("", *calls),))).value


def _without_one(task: Task) -> list[ToolCall]:
    """The gold calls, the first of which lacks its first argument that has to be there."""
    first, *others = _calls(task)
    ((_, allowed),) = task.target[0].items()
    dropped = next((name for name in allowed if "" not in allowed[name]), None)
    rest = {name: value for name, value in first.arguments.items() if name != dropped}
    return [first.model_copy(update={"arguments": rest}), *others]


def test_gold(data_home: Path, category: str) -> None:
    """Every gold answer scores 1, its parallel calls in whatever order."""
    tasks = _tasks(data_home, category)
    assert {task.id: _value(task, _calls(task)[::-1]) for task in tasks} == dict.fromkeys(
        (task.id for task in tasks), 1.0
    )


def test_dropped_argument(data_home: Path, category: str) -> None:
    """A gold answer without one of its required arguments scores 0."""
    tasks = [t for t in _tasks(data_home, category) if _without_one(t) != _calls(t)]
    assert len(tasks) > 190
    assert {_value(task, _without_one(task)) for task in tasks} == {0.0}


def test_dropped_call(data_home: Path, category: str) -> None:
    """A gold answer without one of its calls scores 0."""
    assert {_value(t, _calls(t)[1:]) for t in _tasks(data_home, category)} == {0.0}
