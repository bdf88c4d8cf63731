"""What an episode used, who ended it, and how it ended."""

from typing import Literal

from pydantic import Field

from engine.contracts import StopReason
from engine.errors import BadInput
from engine.evals.outcome import Outcome, Verdict, failed, passed
from engine.evals.scorers.scorer import ScorerSpec, texts
from engine.evals.task import Task


class Used(ScorerSpec):
    """Passes when, of the tools and agents watched, exactly the target's were used.

    The target is a name, a list of names, or an empty list: none may be used.
    """

    kind: Literal["used"] = "used"
    of: tuple[str, ...] = Field(min_length=1, description="Tools and agents that are watched.")

    def check(self, task: Task) -> None:
        """The target has to name watched tools or agents."""
        if unknown := self._wanted(task) - set(self.of):
            raise BadInput(f"target names {', '.join(sorted(unknown))}, which is not watched")

    def score(self, task: Task, outcome: Outcome) -> Verdict:
        """1 or 0."""
        used = {call.name for call in outcome.calls}.union(outcome.agents) & set(self.of)
        wanted = self._wanted(task)
        if used == wanted:
            return passed()
        return failed(f"expected {_listed(wanted)}, used {_listed(used)}")

    def _wanted(self, task: Task) -> set[str]:
        target = self.target(task)
        return set() if target == [] else set(texts(target))


class AnsweredBy(ScorerSpec):
    """Passes when the target's agent ended the episode with an answer."""

    kind: Literal["answered_by"] = "answered_by"

    def check(self, task: Task) -> None:
        """The target has to be an agent's name."""
        texts(self.target(task))

    def score(self, task: Task, outcome: Outcome) -> Verdict:
        """1 or 0."""
        last = outcome.agents[-1] if outcome.agents else "nobody"
        if outcome.answer is None:
            return failed(f"no answer: {outcome.stop_reason}")
        accepted = texts(self.target(task))
        return passed() if last in accepted else failed(f"{last} answered")


class Stopped(ScorerSpec):
    """Passes when the episode ended for one of these reasons; the target is not read."""

    kind: Literal["stop_reason"] = "stop_reason"
    expect: tuple[StopReason, ...] = Field(min_length=1)

    def score(self, task: Task, outcome: Outcome) -> Verdict:  # noqa: ARG002 - the port's shape
        """1 or 0."""
        if outcome.stop_reason in self.expect:
            return passed()
        return failed(f"ended by {outcome.stop_reason}")


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "none"
