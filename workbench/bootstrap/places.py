"""Where suites and agents are looked for, and who an agent's name means."""

import inspect
from pathlib import Path
from typing import Final

import yaml

from engine.contracts import TeamSpec
from engine.errors import BadInput, NotFound
from engine.evals import BASELINES, Suite
from engine.evals.script import load_callable
from engine.evals.solvers import Solver, TeamSolver, baseline_solver, user_solver
from engine.evals.task import Task
from engine.models.catalog import Catalog

_ROOT: Final = Path(__file__).resolve().parents[2]

DEFAULT_AGENT: Final = "default"


def suite_folders() -> tuple[Path, ...]:
    """Folders of suites: the current folder's, a checkout's, and the one that is installed."""
    places = (Path("datasets"), _ROOT / "datasets", Path(__file__).parents[1] / "_datasets")
    return tuple(place for place in places if place.is_dir())


def needs_model(agent: str) -> bool:
    """Whether an agent of this name asks a model; baselines and functions do not."""
    return agent not in BASELINES and ".py:" not in agent


def find_solver(agent: str, model: str, suite: Suite, catalog: Catalog, seed: int) -> Solver:
    """A baseline, a Python function, a team of the suite, a team in a YAML file, or the default.

    Raises `NotFound` with the names there are, `BadInput` where a file is malformed.
    """
    if agent in BASELINES:
        return baseline_solver(agent, BASELINES[agent], suite, seed)
    if ".py:" in agent:
        return user_solver(agent.rpartition(":")[2], load_callable(agent, Path()))
    team = None if agent == DEFAULT_AGENT else find_team(agent, suite)
    return TeamSolver(suite, catalog.get(model), catalog.get, seed, team)


def team_of(agent: str, suite: Suite, task: Task) -> TeamSpec:
    """The team that an agent of that name is on a task; raises as `find_team` does."""
    return suite.team(task) if agent == DEFAULT_AGENT else find_team(agent, suite)


def find_team(name: str, suite: Suite) -> TeamSpec:
    """A team of the suite, or of a YAML file; raises `NotFound`, or `BadInput` for a bad file."""
    own = {team.name: team for team in suite.teams}
    team = _read_team(Path(name)) if name.endswith((".yaml", ".yml")) else own.get(name)
    if team is None:
        known = ", ".join([DEFAULT_AGENT, *BASELINES, *own])
        raise NotFound(f"no agent {name!r}", hint=f"known: {known}; or FILE.yaml, FILE.py:function")
    for agent in team.agents:
        if missing := set(agent.tools) - set(suite.tools):
            known = ", ".join(suite.tools) or "none"
            message = f"agent {agent.name} names unknown tools: {', '.join(sorted(missing))}"
            raise BadInput(message, hint=f"tools of {suite.name}: {known}", where=name)
    return team


def _read_team(path: Path) -> TeamSpec:
    if not path.is_file():
        raise NotFound("no such file", where=str(path))
    try:
        data = yaml.safe_load(path.read_text())
    except yaml.YAMLError as error:
        raise BadInput(inspect.cleandoc(str(error)), where=str(path)) from None
    if not isinstance(data, dict):
        raise BadInput("holds no team: a mapping with name, entry and agents", where=str(path))
    return TeamSpec.parse(data, where=str(path))
