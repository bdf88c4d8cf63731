"""What a guard costs per step once it has a long episode to remember."""

import time
from collections.abc import Sequence
from itertools import cycle, islice
from typing import Final

from engine.orchestration.guard import Guard, Observation

HISTORY: Final = 200
_STEPS: Final = 400
ROUNDS: Final = 7


def guard_us(steps: Sequence[Observation]) -> float:
    """CPU microseconds per step after 200 steps: the best of some rounds, as noise only adds.

    Each round has a guard of its own and other steps of the recordings, taken in turn.
    """
    endless = cycle(steps)
    return min(_round(list(islice(endless, HISTORY + _STEPS))) for _ in range(ROUNDS)) * 1e6


def _round(steps: Sequence[Observation]) -> float:
    watching = Guard()
    for index, step in enumerate(steps[:HISTORY]):
        watching.after(index, step)
    began = time.process_time()
    for index, step in enumerate(steps[HISTORY:], HISTORY):
        watching.after(index, step)
    return (time.process_time() - began) / len(steps[HISTORY:])
