"""How many tokens stopping early would have saved, estimated from recorded texts."""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Final

from engine.contracts import canonical
from engine.orchestration.guard import Observation
from pipelines.bench.loop_guard.case import Detector

CHARACTERS: Final = 4  # of a token, in English
ESTIMATE: Final = f"tokens estimated as characters / {CHARACTERS}, each step reading all before it"


def saved(detector: Detector, episodes: Iterable[Sequence[Observation]]) -> tuple[float, float]:
    """Tokens spent after the step at which each episode would have been stopped, and tokens in all.

    A step costs what was said and done up to it, as each model call reads the transcript again.
    """
    after = total = 0.0
    for steps in episodes:
        spent = [size / CHARACTERS for size in accumulate(map(_size, steps))]
        alarm = detector(steps)
        after += 0 if alarm is None else sum(spent[alarm + 1 :])
        total += sum(spent)
    return after, total


def _size(step: Observation) -> int:
    """Characters that a step adds to the transcript; what it asks stands among its calls."""
    calls = sum(len(canonical(act.arguments)) + len(act.result) for act in step.acts)
    return len(step.text) + calls
