"""The guard as a detector, and the simple rules that stand beside it."""

from collections import Counter
from collections.abc import Sequence

from engine.contracts import Action, GuardPolicy, canonical
from engine.orchestration.guard import Guard, Observation
from pipelines.bench.loop_guard.case import Detector


def guard(policy: GuardPolicy | None = None) -> Detector:
    """The first step at which a guard cuts or escalates."""

    def detect(steps: Sequence[Observation]) -> int | None:
        watching = Guard(policy)
        for index, step in enumerate(steps):
            if watching.after(index, step).action in {Action.CUT, Action.ESCALATE}:
                return index
        return None

    return detect


def beside() -> dict[str, Detector]:
    """The simple rules by name that have nothing to choose."""
    return {"verbatim_twice": verbatim(2), "never": never, "always": always}


def never(_steps: Sequence[Observation]) -> int | None:
    """No episode is stopped."""
    return None


def always(_steps: Sequence[Observation]) -> int | None:
    """Each episode is stopped, also one without a step; a loop that begins later is missed."""
    return 0


def at_length(most: int) -> Detector:
    """Stop after that many steps, whatever they are."""
    return lambda steps: most - 1 if len(steps) >= most else None


def verbatim(times: int) -> Detector:
    """Stop where one instruction has been given so often, to the letter.

    An instruction is what another agent is asked; of a step that asks none, its calls.
    """

    def detect(steps: Sequence[Observation]) -> int | None:
        seen: Counter[str] = Counter()
        for index, step in enumerate(steps):
            given = set(_instructions(step))
            seen.update(given)
            if any(seen[text] >= times for text in given):
                return index
        return None

    return detect


def _instructions(step: Observation) -> Sequence[str]:
    calls = [f"{act.tool} {canonical(act.arguments).decode()}" for act in step.acts]
    return step.asks or calls
