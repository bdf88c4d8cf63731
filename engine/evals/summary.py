"""What a run's scores come to: shares with their uncertainty, for all and by family."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.statistics import (
    clustered_standard_error,
    mean,
    pass_at_k,
    pass_hat_k,
    standard_error,
    t_interval,
    wilson_interval,
)

ALL = "all"


@dataclass(frozen=True, slots=True)
class Sample:
    """One scored episode: every scorer's word put together."""

    task_id: str
    family: str
    epoch: int
    value: float  # mean of the scorers' values, 0 to 1
    passed: bool  # by every scorer


@dataclass(frozen=True, slots=True)
class Summary:
    """Scores of one group of episodes. Shares lie between 0 and 1; nan where undefined."""

    family: str
    tasks: int
    episodes: int
    passed: float  # share of episodes passed
    value: float  # mean value of the episodes
    error_naive: float  # standard error of `passed` as if episodes were independent
    error: float  # standard error of `passed`, clustered by task
    low: float  # 95 % interval of `passed`, see `_interval`
    high: float
    pass_hat: tuple[float, ...]  # pass^k for k = 1 .. epochs that every task has
    pass_at: tuple[float, ...]  # pass@k for the same k


def summarize(samples: Iterable[Sample]) -> list[Summary]:
    """One summary for all, then one a family in alphabetical order; empty without samples."""
    every = list(samples)
    families: dict[str, list[Sample]] = defaultdict(list)
    for sample in every:
        families[sample.family].append(sample)
    groups = [(ALL, every)] if every else []
    if len(families) > 1:
        groups += sorted(families.items())
    return [_summary(name, group) for name, group in groups]


def _summary(family: str, samples: Sequence[Sample]) -> Summary:
    passed = [float(sample.passed) for sample in samples]
    clusters = [sample.task_id for sample in samples]
    tasks = len(set(clusters))
    share, error = mean(passed), clustered_standard_error(passed, clusters)
    low, high = _interval(passed, share, error, tasks)
    counts = _counts(samples)
    epochs = range(1, min(trials for _, trials in counts) + 1)
    return Summary(
        family=family,
        tasks=tasks,
        episodes=len(samples),
        passed=share,
        value=mean([sample.value for sample in samples]),
        error_naive=standard_error(passed),
        error=error,
        low=low,
        high=high,
        pass_hat=tuple(pass_hat_k(counts, k) for k in epochs),
        pass_at=tuple(pass_at_k(counts, k) for k in epochs),
    )


def _interval(
    passed: Sequence[float], share: float, error: float, tasks: int
) -> tuple[float, float]:
    """Clustered t interval with tasks - 1 degrees of freedom, cut to 0 .. 1.

    Wilson's over tasks where each task has one episode, or all episodes went alike: there the t
    interval would be too short, down to no width at all.
    """
    if tasks == len(passed) or share in {0.0, 1.0}:
        return wilson_interval(round(share * tasks), tasks)
    low, high = t_interval(share, error, tasks - 1)
    return max(low, 0.0), min(high, 1.0)


def _counts(samples: Sequence[Sample]) -> list[tuple[int, int]]:
    """Passed and all trials of each task."""
    trials: dict[str, list[bool]] = defaultdict(list)
    for sample in samples:
        trials[sample.task_id].append(sample.passed)
    return [(sum(task), len(task)) for task in trials.values()]
