"""A suite out of its parts: checked, and named by its content."""

import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any

from engine.contracts import Json, JsonObject, Record, TeamSpec, canonical, digest
from engine.errors import BadInput
from engine.evals.checks import Fault, faults
from engine.evals.scorers.composite import Composite
from engine.evals.scorers.custom import Custom
from engine.evals.suite import Family, Suite
from engine.evals.task import Scorer, Task
from engine.tools import Toolbox

FAULTS_SHOWN = 5


def build_suite(
    name: str,
    *,
    families: Iterable[Family],
    teams: Iterable[TeamSpec],
    tasks: Iterable[Task],
    tools: Toolbox | None = None,
    version: str = "1",
    description: str = "",
) -> Suite:
    """A checked suite whose hash covers all that is given, the source of functions included.

    Raises `BadInput` that names the task or part at fault.
    """
    suite = Suite(
        name=name,
        version=version,
        description=description,
        families=tuple(families),
        teams=tuple(teams),
        tasks=tuple(tasks),
        tools=tools or Toolbox(),
        hash="",
    )
    ids = [f"task {task.id!r}" for task in suite.tasks]
    must_be_sound(suite, ids, whole=f"suite {name}")
    return replace(suite, hash=digest(canonical(_content(suite))))


def tasks_hash(suite: Suite) -> str:
    """Digest of what is asked and what is right, whatever the teams and scorers: 32 hex digits."""
    tasks = sorted(suite.tasks, key=lambda task: task.id)
    return digest(
        canonical([{**task_content(task), "scorers": [], "metadata": {}} for task in tasks])
    )


def must_be_sound(suite: Suite, places: Sequence[str], whole: str) -> None:
    """Raise `BadInput` with the first faults, each behind its task's place, or the whole's."""
    found = [_where(fault, places, whole) for fault in faults(suite)]
    raise_all(found)


def raise_all(messages: Sequence[str]) -> None:
    """Raise `BadInput` with the first few messages and the number of the others, if any."""
    if not messages:
        return
    more = len(messages) - FAULTS_SHOWN
    shown = "; ".join(messages[:FAULTS_SHOWN])
    raise BadInput(f"{shown}; and {more} more" if more > 0 else shown)


def _where(fault: Fault, places: Sequence[str], whole: str) -> str:
    return f"{whole if fault.task is None else places[fault.task]}: {fault.message}"


def _content(suite: Suite) -> JsonObject:
    return {
        "name": suite.name,
        "version": suite.version,
        "families": [_family(family) for family in suite.families],
        "teams": [team.model_dump(mode="json") for team in suite.teams],
        "tasks": [task_content(task) for task in suite.tasks],
        "tools": {name: tool.source for name, tool in suite.tools.items()},
    }


def _family(family: Family) -> Json:
    return {
        "name": family.name,
        "team": family.team,
        "constant": asdict(family.constant),
        "scorers": [_scorer(scorer) for scorer in family.scorers],
    }


def task_content(task: Task) -> JsonObject:
    """All that a task is, the source of its own scorers' functions included."""
    return {
        "id": task.id,
        "family": task.family,
        "messages": [message.model_dump(mode="json") for message in task.messages],
        "target": task.target,
        "choices": list(task.choices),
        "scorers": [_scorer(scorer) for scorer in task.scorers],
        "metadata": task.metadata,
    }


def _scorer(scorer: Scorer) -> Json:
    if isinstance(scorer, Record):
        return scorer.model_dump(mode="json")
    if isinstance(scorer, Composite):
        parts: list[Json] = [
            {"scorer": _scorer(part.scorer), "weight": part.weight, "must_pass": part.must_pass}
            for part in scorer.parts
        ]
        return {"name": scorer.label, "threshold": scorer.threshold, "parts": parts}
    source = _source(scorer.function) if isinstance(scorer, Custom) else _source(type(scorer))
    return {"name": scorer.label, "source": source}


def _source(thing: Callable[..., Any]) -> str:
    """The source text, or the name of what has none, such as a function typed at a prompt."""
    try:
        return inspect.getsource(thing)
    except (OSError, TypeError):
        return getattr(thing, "__qualname__", type(thing).__qualname__)
