"""What can be wrong with a suite whose parts are each well formed."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.errors import BadInput
from engine.evals.suite import Family, Suite
from engine.evals.task import Scorer, Task


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not fit; `task` is the place of the task at fault, from 0."""

    message: str
    task: int | None = None


def faults(suite: Suite) -> Iterator[Fault]:
    """Every fault of a suite: names that are doubled or unknown, targets no scorer can use."""
    yield from (Fault(message) for message in _of_parts(suite))
    families = {family.name: family for family in suite.families}
    seen: set[str] = set()
    for place, task in enumerate(suite.tasks):
        if task.id in seen:
            yield Fault(f"a second task with the id {task.id!r}", place)
        seen.add(task.id)
        yield from (Fault(message, place) for message in _of_task(task, families))


def _of_parts(suite: Suite) -> Iterator[str]:
    if not suite.tasks and not suite.left_out:
        yield "there are no tasks"
    for name in _doubled(family.name for family in suite.families):
        yield f"two families are named {name}"
    for name in _doubled(team.name for team in suite.teams):
        yield f"two teams are named {name}"
    for family in suite.families:
        yield from _of_family(family, suite)
    for team in suite.teams:
        for agent in team.agents:
            for tool in sorted(set(agent.tools) - set(suite.tools)):
                known = ", ".join(sorted(suite.tools)) or "none"
                yield f"agent {agent.name}: no tool named {tool!r}, there are: {known}"


def _of_family(family: Family, suite: Suite) -> Iterator[str]:
    teams = {team.name: team for team in suite.teams}
    if family.team not in teams:
        yield f"family {family.name}: no team named {family.team!r}, there are: {_listed(teams)}"
        return
    for label in _doubled(scorer.label for scorer in family.scorers):
        yield f"family {family.name}: two scorers are labelled {label!r}; give one a name"
    agents = {agent.name for agent in teams[family.team].agents}
    if family.constant.agent and family.constant.agent not in agents:
        yield f"family {family.name}: its constant's agent is none of {_listed(agents)}"
    if unknown := set(family.constant.tools) - set(suite.tools):
        yield f"family {family.name}: its constant's tools {_listed(unknown)} are unknown"


def _of_task(task: Task, families: dict[str, Family]) -> Iterator[str]:
    if task.family not in families:
        yield f"no family named {task.family!r}, there are: {_listed(families)}"
        return
    for label in _doubled(scorer.label for scorer in task.scorers):
        yield f"two scorers are labelled {label!r}; give one a name"
    for scorer in task.scorers or families[task.family].scorers:
        if fault := _scorer_fault(scorer, task):
            yield f"scorer {scorer.label}: {fault}"


def _scorer_fault(scorer: Scorer, task: Task) -> str | None:
    try:
        scorer.check(task)
    except BadInput as error:
        return error.message
    return None


def _doubled(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
