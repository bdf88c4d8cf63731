"""Every kind of scorer gives the verdicts that its table of cases says."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.contracts import ToolCall, assistant
from engine.contracts.message import tool_result
from engine.errors import BadInput
from engine.evals import Outcome, Task
from engine.evals.scorers import KINDS, parse_scorer
from engine.evals.scorers.scorer import as_text

HERE = Path(__file__).parent
CASES = [
    pytest.param(case, id=f"{file.stem}-{number}")
    for file in sorted((HERE / "cases").glob("*.yaml"))
    for number, case in enumerate(yaml.safe_load(file.read_text("utf-8")), start=1)
]


def _task(case: dict[str, Any]) -> Task:
    choices = tuple(case.get("choices", ()))
    return Task(id="t", family="f", input="?", target=case["target"], choices=choices)


def _outcome(case: dict[str, Any]) -> Outcome:
    made = [(name, values) for call in case.get("calls", ()) for name, values in call.items()]
    calls = [ToolCall(id=str(at), name=n, arguments=v) for at, (n, v) in enumerate(made)]
    said = [(name, text) for result in case.get("results", ()) for name, text in result.items()]
    results = [
        tool_result(ToolCall(id=str(at), name=name, arguments={}), as_text(value))
        for at, (name, value) in enumerate(said)
    ]
    agents = tuple(case.get("agents", ("solver",)))
    return Outcome(
        answer=case.get("answer"), messages=(assistant("", *calls), *results), agents=agents
    )


@pytest.mark.parametrize("case", [c for c in CASES if "value" in c.values[0]])
def test_verdict(case: dict[str, Any]) -> None:
    """Value and passing are those of the table; full marks pass unless the table says otherwise."""
    scorer = parse_scorer(case["scorer"], HERE)
    scorer.check(_task(case))
    verdict = scorer.score(_task(case), _outcome(case))
    assert (verdict.value, verdict.passed) == (
        case["value"],
        case.get("passed", case["value"] == 1),
    )


@pytest.mark.parametrize("case", [c for c in CASES if "value" in c.values[0]])
def test_reason(case: dict[str, Any]) -> None:
    """Whatever does not get full marks says why."""
    verdict = parse_scorer(case["scorer"], HERE).score(_task(case), _outcome(case))
    assert verdict.reason or verdict.value == 1


@pytest.mark.parametrize("case", [c for c in CASES if "fault" in c.values[0]])
def test_fault(case: dict[str, Any]) -> None:
    """A target that a scorer can never use is refused with the table's words."""
    with pytest.raises(BadInput) as refused:
        parse_scorer(case["scorer"], HERE).check(_task(case))
    assert refused.value.message == case["fault"]


def test_every_kind_has_cases() -> None:
    """The tables hold every kind but `custom`, which is code, and `human`, which is people."""
    entries = [case.values[0]["scorer"] for case in CASES]
    kinds = {entry if isinstance(entry, str) else entry["kind"] for entry in entries}
    assert kinds == set(KINDS) - {"custom", "human"}
