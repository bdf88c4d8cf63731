"""pass^k: the chance that all of k trials pass."""

import math
from collections.abc import Iterable


def pass_hat_k(tasks: Iterable[tuple[int, int]], k: int) -> float:
    """The mean over tasks of C(c, k) / C(n, k), for (c passed, n trials) of each task.

    Unbiased (Yao et al., 2024). nan of no tasks; raises ValueError where k is not within 1 and
    each task's number of trials.
    """
    chances = [_all(passed, trials, k) for passed, trials in tasks]
    return math.fsum(chances) / len(chances) if chances else math.nan


def _all(passed: int, trials: int, k: int) -> float:
    if not 0 <= passed <= trials or not 1 <= k <= trials:
        raise ValueError(f"pass^{k} needs {k} trials or more: {passed} of {trials} passed")
    return math.comb(passed, k) / math.comb(trials, k)
