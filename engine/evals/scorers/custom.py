"""A function as a scorer."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.evals.outcome import Outcome, Verdict
from engine.evals.scorers.unbound import Unbound
from engine.evals.script import load_callable
from engine.evals.task import Task

Judgement = Verdict | bool | float


class CustomSpec(Unbound):
    """Where a scorer's function lies: `file.py:name`, relative to the suite."""

    kind: Literal["custom"] = "custom"
    function: str

    def bind(self, folder: Path, where: str = "") -> "Custom":
        """Load the function; raises `BadInput` where it cannot be."""
        del where  # the file says it
        function = load_callable(self.function, folder)
        return Custom(function, self.name or function.__name__)


@dataclass(frozen=True, slots=True)
class Custom:
    """A function of task and outcome that gives a `Verdict`, a truth, or a value from 0 to 1.

    A value passes at 1.
    """

    function: Callable[[Task, Outcome], Judgement]
    name: str = ""

    @property
    def label(self) -> str:
        """What its scores are filed under."""
        return self.name or getattr(self.function, "__name__", "custom")

    def check(self, task: Task) -> None:
        """Every target will do."""

    def score(self, task: Task, outcome: Outcome) -> Verdict:
        """The function's judgement; raises what it raises."""
        judged = self.function(task, outcome)
        if isinstance(judged, Verdict):
            return judged
        return Verdict(value=float(judged), passed=judged >= 1)
