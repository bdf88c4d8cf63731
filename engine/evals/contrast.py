"""Two runs over the same samples: how they differ, for all tasks and by family."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from engine.evals.summary import ALL
from engine.statistics import (
    Difference,
    holm,
    mcnemar_exact,
    mean,
    paired_difference,
    paired_sample_size,
    permutation_test,
)

POWER: Final = 0.8
"""The chance to see a difference for which the number of tasks is reckoned: the usual one."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One sample, a task in one epoch, as both runs did it."""

    task_id: str
    family: str
    a: bool  # passed in the first run
    b: bool  # passed in the second


@dataclass(frozen=True, slots=True)
class Contrast:
    """The second run, b, against the first, a, in one group of tasks. Shares from 0 to 1."""

    family: str
    tasks: int
    pairs: int
    a: float  # share of the pairs that the first passed
    b: float
    difference: float  # b - a
    error: float  # its standard error, clustered by task; nan of one task
    low: float  # interval at 1 - alpha, cut to -1 .. 1; nan of one task, or where all differ alike
    high: float
    won: int  # tasks that b passes in more epochs than a
    lost: int
    tied: int
    test: str  # "McNemar, exact" of one epoch, else "permutation, exact" or "permutation, drawn"
    p_value: float  # two-sided; the unit of either test is the task
    p_error: float  # standard error of a drawn p-value, else 0
    p_holm: float | None  # adjusted over the families; null of the whole
    differs: bool  # whether p_holm, or p_value of the whole, is at most alpha
    needed: int | None  # tasks that show the difference with a power of 0.8; null: none would


def contrast(
    pairs: Iterable[Pair], *, alpha: float = 0.05, difference: float | None = None
) -> list[Contrast]:
    """One contrast for all, then one a family in alphabetical order; empty without pairs.

    With one pair a task the test is McNemar's on tasks, else a permutation test that turns each
    task's epochs together; the whole is one test, the families are corrected by Holm. `needed`
    is for `difference` where given (a share), else for the one observed; it takes tasks to vary
    as they do here, over as many epochs. Raises ValueError where `alpha` is not within 0 and
    `POWER`.
    """
    if not 0 < alpha < POWER:
        raise ValueError(f"alpha has to be between 0 and {POWER}, not {alpha}")
    every = list(pairs)
    if not every:
        return []
    families: dict[str, list[Pair]] = defaultdict(list)
    for pair in every:
        families[pair.family].append(pair)
    whole = _contrast(ALL, every, alpha, difference)
    if len(families) == 1:
        return [whole]
    parts = [_contrast(*group, alpha, difference) for group in sorted(families.items())]
    return [whole, *_corrected(parts, alpha)]


def _corrected(parts: Sequence[Contrast], alpha: float) -> list[Contrast]:
    adjusted = holm([part.p_value for part in parts])
    return [
        replace(part, p_holm=p, differs=p <= alpha) for part, p in zip(parts, adjusted, strict=True)
    ]


def _contrast(family: str, pairs: Sequence[Pair], alpha: float, wanted: float | None) -> Contrast:
    a, b = ([float(getattr(pair, side)) for pair in pairs] for side in ("a", "b"))
    found = paired_difference(a, b, [pair.task_id for pair in pairs], 1 - alpha)
    won, lost = _won_and_lost(pairs)
    test, p_value, p_error = _test(pairs, won, lost)
    return Contrast(
        family=family,
        tasks=found.tasks,
        pairs=found.pairs,
        a=mean(a),
        b=mean(b),
        difference=found.mean,
        error=found.error,
        low=max(found.low, -1.0),
        high=min(found.high, 1.0),
        won=won,
        lost=lost,
        tied=found.tasks - won - lost,
        test=test,
        p_value=p_value,
        p_error=p_error,
        p_holm=None,
        differs=p_value <= alpha,
        needed=_needed(found, found.mean if wanted is None else wanted, alpha),
    )


def _won_and_lost(pairs: Sequence[Pair]) -> tuple[int, int]:
    """Tasks that b passes in more, and in fewer, epochs than a."""
    balance: dict[str, int] = defaultdict(int)
    for pair in pairs:
        balance[pair.task_id] += pair.b - pair.a
    return sum(n > 0 for n in balance.values()), sum(n < 0 for n in balance.values())


def _test(pairs: Sequence[Pair], won: int, lost: int) -> tuple[str, float, float]:
    """Which test fits the pairs, its p-value and the standard error of that."""
    tasks = [pair.task_id for pair in pairs]
    if len(set(tasks)) == len(pairs):
        return "McNemar, exact", mcnemar_exact(won, lost).p_value, 0.0
    found = permutation_test([pair.b - pair.a for pair in pairs], tasks)
    kind = "exact" if found.exact else "drawn"
    return f"permutation, {kind}", found.p_value, found.error


def _needed(found: Difference, wanted: float, alpha: float) -> int | None:
    """Tasks for that difference; null where the tasks' spread is not known."""
    if math.isnan(found.low):
        return None
    deviation = found.error * math.sqrt(found.tasks)  # of the tasks' own mean differences
    return paired_sample_size(wanted, deviation, power=POWER, alpha=alpha)
