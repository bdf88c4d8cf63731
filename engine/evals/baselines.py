"""Solvers without a model: what a score is worth is seen beside them."""

import random
from collections.abc import Callable, Mapping
from types import MappingProxyType

from engine.evals.outcome import Outcome
from engine.evals.suite import Suite
from engine.evals.task import Task

Baseline = Callable[[Task, Suite, random.Random], Outcome]


def echo(task: Task, suite: Suite, _rng: random.Random) -> Outcome:
    """The input, unchanged, from the entry agent."""
    return Outcome(answer=task.text, messages=task.messages, agents=(suite.team(task).entry,))


BASELINES: Mapping[str, Baseline] = MappingProxyType({"echo": echo})
