"""A judge beside people, in numbers: agreement, biases, reliability, and what to read."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final, Self

import numpy as np
from pydantic import Field

from engine.contracts import Record
from engine.evals.calibrating.baselines import coin, length_only, majority
from engine.evals.calibrating.labelled import WORDS, Kind, Labelled
from engine.statistics import (
    calibration_error,
    cluster_bootstrap,
    cohens_kappa,
    krippendorffs_alpha,
    mean,
    reliability,
)

READ_AT_MOST: Final = 200
"""Disagreements that are listed: more than a person reads."""


class Interval(Record):
    """An estimate with its 95 % interval, bootstrapped by task; null where undefined."""

    value: float | None = Field(description="The estimate.")
    low: float | None = Field(description="Lower end.")
    high: float | None = Field(description="Upper end.")


class Cell(Record):
    """How often people say one thing and the judge another."""

    truth: str = Field(description="What people say.")
    said: str = Field(description="What the judge says.")
    count: int = Field(ge=0, description="So often.")


class ConfidenceBin(Record):
    """Judgements of like confidence."""

    count: int = Field(ge=1, description="Judgements.")
    confidence: float = Field(ge=0, le=1, description="Mean confidence.")
    accuracy: float = Field(ge=0, le=1, description="Share on which people agree.")
    low: float = Field(ge=0, le=1, description="Lower end of its Wilson interval.")
    high: float = Field(ge=0, le=1, description="Upper end.")


class Disagreement(Record):
    """An item to read: the judge and people part."""

    item: str = Field(description="The episode, or the place in a file.")
    task: str = Field(description="The task.")
    truth: str = Field(description="What people say.")
    said: str = Field(description="What the judge says.")
    confidence: float = Field(ge=0, le=1, description="How sure it says it is.")
    reason: str = Field(description="Why, in the judge's words.")


class Figures(Record):
    """Everything a calibration reports."""

    kind: Kind = Field(description="What was judged: answers, or pairs of them.")
    method: str = Field(description="How the judge was asked.")
    labels: int = Field(ge=0, description="Items judged by both.")
    tasks: int = Field(ge=0, description="Tasks that they belong to.")
    failed: int = Field(ge=0, description="Items on which the judge gave no judgement.")
    split: int = Field(ge=0, description="Items left out, for people are evenly split.")
    fewest: int = Field(ge=0, description="Items of the rarer one of people's words.")
    accuracy: Interval = Field(description="Share right; a tie counts one half.")
    kappa: Interval = Field(description="Cohen's, of the judge and people's majority.")
    alpha: Interval = Field(description="Krippendorff's, of the judge and each of the people.")
    people_alpha: Interval = Field(description="Krippendorff's of the people alone.")
    baselines: dict[str, float] = Field(description="Accuracy without reading the answers.")
    confusion: tuple[Cell, ...] = Field(description="Every pair of words.")
    length_bias: Interval = Field(
        description="Correlation of length with saying better than people do: 0 is none."
    )
    first_shown: Interval | None = Field(
        description="Of pairs: share of words for the first shown, 1/2 being no position bias."
    )
    inconsistent: float | None = Field(
        description="Of pairs: share on which the two orders disagree; they count as ties."
    )
    agreement: float = Field(ge=0, le=1, description="Mean self-consistency of repeated askings.")
    bins: tuple[ConfidenceBin, ...] = Field(description="The reliability diagram.")
    ece: float | None = Field(description="Expected calibration error; null: nothing judged.")
    disagreements: tuple[Disagreement, ...] = Field(description="The surest ones first.")

    @classmethod
    def of(cls, text: str) -> Self:
        """What was kept of them; raises `BadInput`."""
        return cls.parse(text, where="figures")


def figures(
    items: Sequence[Labelled],
    *,
    kind: Kind = "answer",
    method: str = "",
    failed: int = 0,
    split: int = 0,
    seed: int = 0,
    resamples: int = 1_000,
) -> Figures:
    """The figures of a judge on these items; intervals are drawn by the seed, over tasks."""
    counts = Counter((item.truth, item.said) for item in items)
    truths = Counter(item.truth for item in items)
    words = WORDS[kind]
    decided = [item for item in items if item.right != 0.5]  # noqa: PLR2004 - ties state nothing
    bins = reliability([i.confidence for i in decided], [i.right == 1 for i in decided])
    pairs = kind == "pair" and bool(items)
    ask = _Over(items, seed, resamples)
    return Figures(
        kind=kind,
        method=method,
        labels=len(items),
        tasks=len({item.task for item in items}),
        failed=failed,
        split=split,
        fewest=min(truths[word] for word in words[:2]),
        accuracy=ask(_accuracy),
        kappa=ask(_kappa),
        alpha=ask(lambda some: _alpha([item.units for item in some])),
        people_alpha=ask(lambda some: _alpha([item.raters for item in some])),
        baselines={
            "majority": majority(items),
            "random": coin(items),
            "length": length_only(items, seed=seed),
        },
        confusion=tuple(
            Cell(truth=t, said=s, count=counts[t, s]) for t in words[:2] for s in words
        ),
        length_bias=ask(_length_bias),
        first_shown=ask(_first_shown) if pairs else None,
        inconsistent=mean([float(not item.consistent) for item in items]) if pairs else None,
        agreement=mean([item.agreement for item in items]) if items else 0.0,
        bins=tuple(
            ConfidenceBin(
                count=part.size,
                confidence=part.confidence,
                accuracy=part.accuracy,
                low=max(0.0, part.low),
                high=min(1.0, part.high),
            )
            for part in bins
        ),
        ece=_known(calibration_error(bins)),
        disagreements=_to_read(items),
    )


class _Over:
    """Estimates over the items, with intervals over tasks."""

    def __init__(self, items: Sequence[Labelled], seed: int, resamples: int) -> None:
        self._items = items
        self._tasks = [item.task for item in items]
        self._drawn = {"seed": seed, "resamples": resamples}

    def __call__(self, statistic: Callable[[Sequence[Labelled]], float]) -> Interval:
        found = cluster_bootstrap(statistic, self._items, self._tasks, **self._drawn)
        value, low, high = map(_known, found)
        return Interval(value=value, low=low, high=high)


def _accuracy(items: Sequence[Labelled]) -> float:
    return mean([item.right for item in items])


def _kappa(items: Sequence[Labelled]) -> float:
    return cohens_kappa([item.truth for item in items], [item.said for item in items]).value


def _alpha(units: Sequence[Sequence[str]]) -> float:
    return krippendorffs_alpha(units, resamples=0).value


def _length_bias(items: Sequence[Labelled]) -> float:
    """Pearson's correlation of the length with the judge's word minus people's."""
    better = {"pass": 1.0, "fail": 0.0, "1": 1.0, "2": 0.0, "tie": 0.5}
    lengths = np.array([item.length for item in items])
    excess = np.array([better[item.said] - better[item.truth] for item in items])
    if len(items) < 2 or lengths.std() == 0 or excess.std() == 0:  # noqa: PLR2004
        return math.nan
    return float(np.corrcoef(lengths, excess)[0, 1])


def _first_shown(items: Sequence[Labelled]) -> float:
    return mean([item.first_shown for item in items if item.first_shown is not None])


def _to_read(items: Sequence[Labelled]) -> tuple[Disagreement, ...]:
    apart = sorted((i for i in items if i.said != i.truth), key=lambda i: (-i.confidence, i.item))
    return tuple(
        Disagreement(
            item=item.item,
            task=item.task,
            truth=item.truth,
            said=item.said,
            confidence=item.confidence,
            reason=item.reason,
        )
        for item in apart[:READ_AT_MOST]
    )


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
