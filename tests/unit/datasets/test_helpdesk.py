"""The bundled suite is what its datasheet says, and can be solved."""

import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from engine.contracts import Json, ToolCall, assistant
from engine.errors import ToolError
from engine.evals import BASELINES, Outcome, Task, grade
from engine.evals.folder import load_folder

FOLDER = Path(__file__).parents[3] / "datasets" / "helpdesk"
SUITE = load_folder(FOLDER)
FAMILIES = [family.name for family in SUITE.families]
SEEDS = range(200)
PROMPT_CHARS = 1000  # about 250 tokens


def _tasks(family: str) -> list[Task]:
    return [task for task in SUITE.tasks if task.family == family]


def _said(value: Json) -> Outcome:
    return Outcome(answer=orjson.dumps(value).decode())


def _triaged(task: Task) -> Outcome:
    target: Any = task.target
    return _said({"action": target["action"]}).model_copy(
        update={"agents": ("front", target["desk"])}
    )


def _decided(task: Task) -> Outcome:
    call = ToolCall(id="1", name=str(task.target), arguments={})
    return Outcome(messages=(assistant("", call),))


def _right(task: Task) -> Outcome:
    """What a solver without fault comes to."""
    target: Any = task.target
    match task.family:
        case "extraction":
            return _said(target)
        case "classification":
            return _said({"topic": target})
        case "arithmetic":
            return _said({"result": target})
        case "search_qa":
            return _said({"reply": f"It is {target[0]}."})
        case "triage":
            return _triaged(task)
        case _:
            return _decided(task)


def _passes(task: Task, outcome: Outcome) -> bool:
    return all(verdict.passed for verdict in grade(SUITE, task, outcome).values())


def _baseline(family: str, name: str, seeds: range) -> float:
    tries = [
        _passes(task, BASELINES[name](task, SUITE, random.Random(f"{seed}:{task.id}")))
        for seed in seeds
        for task in _tasks(family)
    ]
    return sum(tries) / len(tries)


def _rows() -> Iterator[tuple[str, list[float]]]:
    """Rows of the datasheet's table: family, then tasks, constant, echo and random."""
    for line in (FOLDER / "DATASHEET.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0] in FAMILIES and len(cells) == 5:
            yield cells[0], [float(cell) for cell in cells[1:]]


def test_size() -> None:
    """There are 66 tasks in six families of ten or more."""
    counts = Counter(task.family for task in SUITE.tasks)
    assert (counts.total(), len(counts), min(counts.values())) == (66, 6, 10)


@pytest.mark.parametrize("task", SUITE.tasks, ids=lambda task: task.id)
def test_can_be_solved(task: Task) -> None:
    """The right outcome passes every scorer."""
    assert _passes(task, _right(task))


@pytest.mark.parametrize("family", FAMILIES)
def test_datasheet(family: str) -> None:
    """The datasheet's number of tasks and baselines are true to two digits."""
    [found] = [numbers for name, numbers in _rows() if name == family]
    shares = [_baseline(family, n, s) for n, s in (("constant", range(1)), ("echo", range(1)))]
    assert found[:3] == pytest.approx([len(_tasks(family)), *shares], abs=0.005)
    assert found[3] == pytest.approx(_baseline(family, "random", SEEDS), abs=0.006)


@pytest.mark.parametrize("decision", ["approve", "refuse", "escalate"])
def test_policy_is_balanced(decision: str) -> None:
    """No one decision is right for more than a third of the requests."""
    assert [task.target for task in _tasks("policy")].count(decision) == 4


@pytest.mark.parametrize(
    ("family", "field"), [("triage", "action"), ("triage", "desk"), ("extraction", "request")]
)
def test_no_target_prevails(family: str, field: str) -> None:
    """No value of a target stands in more than two fifths of the tasks."""
    targets: list[Any] = [task.target for task in _tasks(family)]
    [(_, most)] = Counter(target[field] for target in targets).most_common(1)
    assert most <= 0.4 * len(targets)


async def test_calculator_reaches_every_target() -> None:
    """Each amount is what the calculator makes of the task's expression."""
    tasks: list[Any] = _tasks("arithmetic")
    results = [
        await SUITE.tools.call("calculate", {"expression": t.metadata["expression"]}) for t in tasks
    ]
    assert results == pytest.approx([task.target for task in tasks])


def test_no_amount_stands_in_its_question() -> None:
    """Repeating a number of the question is never right."""
    tasks: list[Any] = _tasks("arithmetic")
    assert not [t for t in tasks if str(t.target) in re.findall(r"\d+(?:\.\d+)?", t.text)]


@pytest.mark.parametrize("expression", ["", "x", "2 ** 9", "1 / 0", "__import__('os')", "True + 1"])
async def test_calculator_refuses(expression: str) -> None:
    """The calculator takes numbers, four operations and brackets, and nothing else."""
    with pytest.raises(ToolError, match="cannot work out"):
        await SUITE.tools.call("calculate", {"expression": expression})


@pytest.mark.parametrize("task", _tasks("search_qa"), ids=lambda task: task.id)
async def test_search_finds(task: Task) -> None:
    """The words of each question find a passage that holds the answer."""
    found = await SUITE.tools.call("search", {"query": task.text})
    assert _passes(task, _said({"reply": found}))


async def test_search_finds_nothing() -> None:
    """Words that stand nowhere find nothing, and the tool says so."""
    assert await SUITE.tools.call("search", {"query": "quantum"}) == "Nothing found."


def test_prompts_are_short() -> None:
    """Instructions and input are within about 250 tokens together."""
    longest = {
        family.name: max(len(a.instructions) for a in SUITE.team(_tasks(family.name)[0]).agents)
        for family in SUITE.families
    }
    assert max(longest[task.family] + len(task.text) for task in SUITE.tasks) <= PROMPT_CHARS


def test_examples_are_no_tasks() -> None:
    """No example in the instructions is a task, nor names a person or order of one."""
    told = "\n".join(agent.instructions for team in SUITE.teams for agent in team.agents)
    targets: list[Any] = [task.target for task in _tasks("extraction")]
    secrets = [t.text for t in SUITE.tasks] + [t[k] for t in targets for k in ("name", "order")]
    assert not [secret for secret in secrets if secret in told]
