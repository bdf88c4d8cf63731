"""A judge's published statistics, made anew from its verdicts."""

import math
from collections.abc import Sequence
from typing import Any, Final

from engine.statistics import cohens_kappa
from pipelines.bench.judges.llmbar import JudgeRun

_CLOSE: Final = 1e-12
"""Two kappas that differ by less are one: sums were added up in another order."""


def statistics(run: JudgeRun, labels: Sequence[str]) -> dict[str, Any]:
    """Correct verdicts in each order and in both, equal ones, and kappas, as they are published.

    The published kappas know but one verdict: 1 for the first answer, 0 for all else, while labels
    are 1 and 2, so that a right verdict for the second answer counts as disagreement. They are made
    anew as they are; `label_kappa` is the one that is meant.
    """
    one, other = zip(*run.winners, strict=True)
    right = [
        [said == label for said, label in zip(order, labels, strict=True)] for order in (one, other)
    ]
    first, second = (sum(order) for order in right)
    coded = [[int(said == "1") for said in order] for order in (one, other)]
    kappas = [cohens_kappa(order, list(map(int, labels))).value for order in coded]
    count = len(labels)
    return {
        "correct_False": _share(first, count),
        "correct_True": _share(second, count),
        "correct_average": f"{(first + second) / 2 / count * 100}%",
        "correct_both": _share(sum(map(all, zip(*right, strict=True))), count),
        "equal": _share(sum(a == b for a, b in run.winners), count),
        "kappa_False": kappas[0],
        "kappa_True": kappas[1],
        "kappa_average": sum(kappas) / 2,
        "kappa_agreement": cohens_kappa(coded[0], coded[1]).value,
    }


def label_kappa(run: JudgeRun, labels: Sequence[str]) -> float:
    """Cohen's kappa of verdicts and labels, the mean of both orders; none is a verdict too."""
    orders = zip(*run.winners, strict=True)
    return math.fsum(cohens_kappa(order, labels).value for order in orders) / 2


def is_equal(ours: dict[str, Any], published: dict[str, Any]) -> bool:
    """Whether all published values come out: texts to the letter, kappas to rounding."""
    return ours.keys() == published.keys() and all(
        _same(value, published[name]) for name, value in ours.items()
    )


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=_CLOSE, abs_tol=_CLOSE)
    return bool(one == other)


def _share(part: int, count: int) -> str:
    return f"{part} / {count} = {part / count * 100}%"
