"""pass@k: the chance that at least one of k trials passes."""

import math
from collections.abc import Iterable


def pass_at_k(tasks: Iterable[tuple[int, int]], k: int) -> float:
    """The mean over tasks of 1 - C(n - c, k) / C(n, k), for (c passed, n trials) of each task.

    Unbiased (Chen et al., 2021). nan of no tasks; raises ValueError where k is not within 1 and
    each task's number of trials.
    """
    chances = [_at_least_one(passed, trials, k) for passed, trials in tasks]
    return math.fsum(chances) / len(chances) if chances else math.nan


def _at_least_one(passed: int, trials: int, k: int) -> float:
    if not 0 <= passed <= trials or not 1 <= k <= trials:
        raise ValueError(f"pass@{k} needs {k} trials or more: {passed} of {trials} passed")
    return 1 - math.comb(trials - passed, k) / math.comb(trials, k)
