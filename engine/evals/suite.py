"""A suite: tasks in families, the teams that solve them, and their tools."""

import difflib
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Self, TypeVar

from engine.contracts import TeamSpec
from engine.errors import BadInput, NotFound
from engine.evals.task import Scorer, Task
from engine.tools import Toolbox

_T = TypeVar("_T", "Family", TeamSpec)


@dataclass(frozen=True, slots=True)
class Constant:
    """What the constant baseline does on every task of a family."""

    answer: str
    agent: str = ""  # who is said to answer; empty: the entry agent
    tools: tuple[str, ...] = ()  # tools it calls first, without arguments


@dataclass(frozen=True, slots=True)
class Family:
    """Tasks of one kind: who solves them and how they are scored."""

    name: str
    team: str
    scorers: tuple[Scorer, ...]
    description: str = ""
    constant: Constant = Constant("")


@dataclass(frozen=True, slots=True)
class Suite:
    """Everything an evaluation needs except a model; `hash` names its content."""

    name: str
    version: str
    families: tuple[Family, ...]
    teams: tuple[TeamSpec, ...]
    tasks: tuple[Task, ...]
    hash: str = ""  # of a suite in a Python file that of the file is put here
    description: str = ""
    tools: Toolbox = field(default_factory=Toolbox)
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Tasks that its files have beside these, by the state of their review."""

    @property
    def said_left_out(self) -> str:
        """How many tasks of which state are left out, for people; empty: none."""
        return ", ".join(f"{count} {state}" for state, count in sorted(self.left_out.items()))

    def family(self, name: str) -> Family:
        """The family of that name; `NotFound` with the names where there is none."""
        return _named(name, self.families, "family")

    def team(self, task: Task) -> TeamSpec:
        """Who solves this task."""
        return _named(self.family(task.family).team, self.teams, "team")

    def task(self, task_id: str) -> Task:
        """The task of that id; `NotFound` with near matches where there is none."""
        for task in self.tasks:
            if task.id == task_id:
                return task
        ids = [task.id for task in self.tasks]
        near = difflib.get_close_matches(task_id, ids, n=3, cutoff=0.4) or ids[:3]
        raise NotFound(f"no sample {task_id!r} in {self.name}", hint=f"near: {', '.join(near)}")

    def scorers(self, task: Task) -> tuple[Scorer, ...]:
        """The task's own scorers, else its family's."""
        return task.scorers or self.family(task.family).scorers

    def select(
        self,
        *,
        limit: int | None = None,
        sample_ids: Sequence[str] = (),
        families: Sequence[str] = (),
        seed: int = 0,
    ) -> Self:
        """The same suite with fewer tasks, in their order; its hash stays the whole suite's.

        `limit` takes a spread over the families drawn by `seed`. Raises `NotFound` on a sample or
        family that does not exist, `BadInput` where no task is left.
        """
        if limit is not None and limit < 1:
            raise BadInput(f"a limit of {limit} leaves no task")
        wanted = {self.task(sample).id for sample in sample_ids}
        kinds = {self.family(name).name for name in families}
        tasks = [
            task
            for task in self.tasks
            if (not wanted or task.id in wanted) and (not kinds or task.family in kinds)
        ]
        if not tasks and not self.tasks:
            raise BadInput(f"no task is left: {self.said_left_out}", hint="see --state")
        if not tasks:
            raise BadInput("no sample is left: none of those asked for is of these families")
        if limit is not None:
            tasks = _spread(tasks, limit, random.Random(seed))
        return replace(self, tasks=tuple(tasks))


def _named(name: str, items: Iterable[_T], what: str) -> _T:
    for item in items:
        if item.name == name:
            return item
    known = ", ".join(item.name for item in items)
    raise NotFound(f"no {what} named {name!r}", hint=f"known: {known}")


def _spread(tasks: list[Task], limit: int, rng: random.Random) -> list[Task]:
    """Up to `limit` tasks, drawn from the families in turn."""
    families: dict[str, list[Task]] = {}
    for task in tasks:
        families.setdefault(task.family, []).append(task)
    shuffled = [rng.sample(group, len(group)) for group in families.values()]
    turns = [task for turn in zip_longest(*shuffled) for task in turn if task is not None]
    chosen = {task.id for task in turns[:limit]}
    return [task for task in tasks if task.id in chosen]
