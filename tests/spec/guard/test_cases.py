"""The guard does what its tables of behaviour say: which rule warns or cuts, and at which step."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.contracts import LIMITS, Action, GuardPolicy, Rule
from engine.orchestration.guard import Act, Guard, Observation

CASES = [
    pytest.param(case, id=f"{file.stem}: {case['rule']}")
    for file in sorted((Path(__file__).parent / "cases").glob("*.yaml"))
    for case in yaml.safe_load(file.read_text("utf-8"))
]


def _filled(value: Any, n: int) -> Any:
    if isinstance(value, dict):
        return {key: _filled(inner, n) for key, inner in value.items()}
    if not isinstance(value, str):
        return value
    return value.replace("{n}", str(n)).replace("{long}", "word " * 100)


def _flat(steps: Sequence[dict[str, Any]], n: int = 0) -> Iterator[dict[str, Any]]:
    """Each step as often as it is made; `{n}` is another number each time."""
    for step in steps:
        if "of" in step:
            for at in range(step["rounds"]):
                yield from _flat(step["of"], at)
        else:
            yield from (_filled(step, n * 10 + at) for at in range(step.get("times", 1)))


def _observed(step: dict[str, Any]) -> Observation:
    acts, asks = (), ()
    if "call" in step:
        acts = (Act(step["call"], step.get("with", {}), step["gives"], step.get("fails", False)),)
    if "ask" in step:
        asks = (step["ask"],)
        acts = (Act("ask_worker", {"question": step["ask"]}, step["gives"]),)
    return Observation(
        step.get("by", "agent"),
        acts,
        text=step.get("say", ""),
        asks=asks,
        handoff=step.get("to"),
        replied=step.get("replied", False),
        input_tokens=step.get("tokens", 0),
        state=step.get("state"),
    )


def _first(case: dict[str, Any], *actions: Action) -> str | None:
    """The rule and step of the first verdict with one of these actions."""
    guard = Guard(GuardPolicy.parse(case.get("policy", {})))
    for index, step in enumerate(_flat(case["steps"])):
        verdict = guard.after(index, _observed(step))
        if verdict.action in actions:
            return f"{verdict.rule}@{index}"
    return None


@pytest.mark.parametrize("case", CASES)
def test_cut(case: dict[str, Any]) -> None:
    """The episode is cut by the rule and at the step of the table, or not at all."""
    assert _first(case, Action.CUT) == case.get("cut")


@pytest.mark.parametrize("case", CASES)
def test_warning(case: dict[str, Any]) -> None:
    """The first word of the guard is that of the table; none where the table has none."""
    said = _first(case, Action.WARN, Action.DEGRADE, Action.CUT)
    assert said == case.get("warn", case.get("cut"))


def test_every_rule_cuts_somewhere() -> None:
    """The tables hold a scenario for each rule that looks at what an episode does."""
    cut = {case.values[0].get("cut", "@").partition("@")[0] for case in CASES}
    assert set(Rule) - LIMITS <= cut
