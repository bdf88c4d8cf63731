"""A paired permutation test, whose unit is the task with all its epochs."""

import math
from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

EXACT_UP_TO: Final = 20
"""Tasks that differ: a million signings take 10 ms, and each further task doubles that."""
_BLOCK: Final = 1_000
"""Draws that are held in memory at once."""
_TIE: Final = 1e-9
"""Sums that differ by less of the largest one are equal: adding up rounds."""

_Floats = npt.NDArray[np.float64]


class Permutation(NamedTuple):
    """A two-sided p-value, and how far chance may have moved it."""

    p_value: float
    error: float
    """Standard error of the p-value: 0 where every signing was counted."""
    exact: bool


def permutation_test(
    differences: Sequence[float],
    tasks: Sequence[Hashable],
    *,
    draws: int = 20_000,
    seed: int = 0,
) -> Permutation:
    """How often the mean difference is as far from 0 if each task's sign is left to chance.

    The differences of one task change sign together, for its epochs are not independent. All
    2^G signings of the G tasks whose sum is not 0 are counted up to `EXACT_UP_TO`; beyond, p is
    (1 + hits) / (1 + draws) of seeded draws, with error sqrt(p (1 - p) / draws). 1 where no task
    differs. Raises ValueError where the lengths differ. (Fisher, 1935; Phipson and Smyth, 2010.)
    """
    sums = _sums(differences, tasks)
    if len(sums) <= EXACT_UP_TO:
        return Permutation(_share_as_far(_all_signings(sums), sums), 0.0, exact=True)
    rng = np.random.default_rng(seed)
    hits = sum(_hits(rng, sums, size) for size in _blocks(draws))
    p = (1 + hits) / (1 + draws)
    return Permutation(p, math.sqrt(p * (1 - p) / draws), exact=False)


def _sums(differences: Sequence[float], tasks: Sequence[Hashable]) -> _Floats:
    """Each task's sum, those left out that are 0 and so have no sign."""
    sums: dict[Hashable, list[float]] = defaultdict(list)
    for difference, task in zip(differences, tasks, strict=True):
        sums[task].append(difference)
    totals = [math.fsum(values) for values in sums.values()]
    least = _TIE * max(map(abs, totals), default=0.0)
    return np.array([total for total in totals if abs(total) > least], dtype=float)


def _all_signings(sums: _Floats) -> _Floats:
    totals = np.zeros(1)
    for value in sums:
        totals = np.concatenate([totals + value, totals - value])
    return totals


def _share_as_far(totals: _Floats, sums: _Floats) -> float:
    return float(np.mean(_as_far(totals, sums)))


def _as_far(totals: _Floats, sums: _Floats) -> npt.NDArray[Any]:
    slack = _TIE * float(np.abs(sums).sum())
    return np.abs(totals) >= abs(float(sums.sum())) - slack


def _hits(rng: np.random.Generator, sums: _Floats, size: int) -> int:
    signs = rng.integers(0, 2, size=(size, len(sums)), dtype=np.int8) * 2 - 1
    return int(_as_far(signs @ sums, sums).sum())


def _blocks(draws: int) -> list[int]:
    full, rest = divmod(draws, _BLOCK)
    return [_BLOCK] * full + ([rest] if rest else [])
