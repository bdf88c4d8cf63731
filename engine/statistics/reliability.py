"""Whether stated confidence is kept: accuracy by confidence, and the calibration error."""

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from engine.statistics.intervals import wilson_interval
from engine.statistics.mean import mean


class Bin(NamedTuple):
    """Statements of like confidence."""

    size: int
    confidence: float
    """Mean confidence, 0 to 1."""
    accuracy: float
    """Share that was right."""
    low: float
    """Wilson's interval of that share, for independent statements."""
    high: float


def reliability(
    confidences: Sequence[float], right: Sequence[bool], bins: int = 10
) -> tuple[Bin, ...]:
    """The statements in bins of equal width, empty ones left out, the least confident first.

    What a reliability diagram draws (Murphy and Winkler, 1977). Raises ValueError where lengths
    differ or a confidence is not between 0 and 1.
    """
    groups: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, correct in zip(confidences, right, strict=True):
        if not 0 <= confidence <= 1:
            raise ValueError(f"{confidence} is no confidence")
        groups[min(int(confidence * bins), bins - 1)].append((confidence, correct))
    return tuple(_bin(groups[place]) for place in sorted(groups))


def calibration_error(bins: Sequence[Bin]) -> float:
    """The expected calibration error: mean distance of accuracy and confidence, by statement.

    sum over bins of n_b / n * |accuracy_b - confidence_b| (Naeini et al., 2015); nan of none.
    """
    total = sum(part.size for part in bins)
    apart = (part.size * abs(part.accuracy - part.confidence) for part in bins)
    return math.fsum(apart) / total if total else math.nan


def _bin(group: Sequence[tuple[float, bool]]) -> Bin:
    correct = sum(ok for _, ok in group)
    interval = wilson_interval(correct, len(group))
    confidence = mean([confidence for confidence, _ in group])
    return Bin(len(group), confidence, correct / len(group), *interval)
