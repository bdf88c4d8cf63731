"""When a judge may gate: thresholds by name, and which of them its figures miss."""

from collections.abc import Iterator

from pydantic import Field

from engine.contracts import Record
from engine.evals.calibrating.figures import Figures


class Thresholds(Record):
    """What a judge's figures have to reach."""

    min_labels: int = Field(
        default=50, ge=1, description="Items judged by people; of fewer intervals are too wide."
    )
    min_each: int = Field(
        default=10, ge=1, description="Items of the rarer word; kappa says little without."
    )
    min_kappa_low: float = Field(
        default=0.4,
        ge=-1,
        le=1,
        description="Lower end of kappa's interval; from 0.41 on agreement is called moderate.",
    )
    max_failed: float = Field(
        default=0.05, ge=0, le=1, description="Share of items without a judgement."
    )
    max_inconsistent: float = Field(
        default=0.3, ge=0, le=1, description="Share of pairs on which the orders disagree."
    )


def why_not(figures: Figures, thresholds: Thresholds | None = None) -> str:
    """What stands against letting the judge gate; empty where nothing does.

    The bands of kappa are those of Landis and Koch (1977).
    """
    return "; ".join(_faults(figures, thresholds or Thresholds()))


def _faults(figures: Figures, limits: Thresholds) -> Iterator[str]:
    if figures.labels < limits.min_labels:
        yield f"labels {figures.labels}, min_labels is {limits.min_labels}"
    if figures.fewest < limits.min_each:
        yield f"labels of the rarer verdict {figures.fewest}, min_each is {limits.min_each}"
    low = figures.kappa.low
    if low is None or low < limits.min_kappa_low:
        said = "is undefined" if low is None else f"reaches down to {low:.2f}"
        yield f"kappa's interval {said}, min_kappa_low is {limits.min_kappa_low:g}"
    best = max(figures.baselines, key=figures.baselines.__getitem__)
    if (figures.accuracy.low or 0.0) <= figures.baselines[best]:
        share = f"{100 * figures.baselines[best]:.0f} %"
        yield f"accuracy is not surely above what {best} alone gets, {share}"
    asked = figures.labels + figures.failed
    if asked and figures.failed / asked > limits.max_failed:
        without = f"{figures.failed} of {asked} without a judgement"
        yield f"{without}, max_failed is {limits.max_failed:g}"
    if figures.inconsistent is not None and figures.inconsistent > limits.max_inconsistent:
        share = f"{100 * figures.inconsistent:.0f} %"
        yield f"the orders disagree on {share}, max_inconsistent is {limits.max_inconsistent:g}"
