"""How tiers did before, per tenant and task family, and what that says of the next task."""

import math
from collections.abc import Iterable
from typing import Final

from engine.contracts import FamilyHistory

PRIOR_TRIALS: Final = 20.0
"""Trials that the prior weighs as much as: fewer of a family's own hardly move it."""
_EDGE: Final = 1e-4


class History:
    """Histories by tenant, task family and tier; those of one key are added up."""

    def __init__(self, rows: Iterable[FamilyHistory] = ()) -> None:
        self._rows: dict[tuple[str, str, str], FamilyHistory] = {}
        for row in rows:
            self.add(row)

    def __repr__(self) -> str:
        return f"History({len(self._rows)} families by tenant and tier)"

    def add(self, row: FamilyHistory) -> None:
        """Take in more trials."""
        key = (row.tenant, row.task_family, row.tier)
        old = self._rows.get(key)
        self._rows[key] = row if old is None else _together(old, row)

    def of(self, tenant: str, family: str, tier: str) -> FamilyHistory | None:
        """That history, if there is any."""
        return self._rows.get((tenant, family, tier))


def failure_rate(row: FamilyHistory | None, prior: float) -> float:
    """The smoothed rate: the prior, 0 to 1, counts as `PRIOR_TRIALS` trials."""
    if row is None:
        return prior
    return (row.failures + PRIOR_TRIALS * prior) / (row.trials + PRIOR_TRIALS)


def shifted(probability: float, row: FamilyHistory | None, prior: float) -> float:
    """A probability of success after what was seen of the family.

    Its log odds move as far as those of the smoothed success rate lie from what was foreseen for
    the same trials; where nothing was foreseen, from `prior`, the tier's failure rate anywhere.
    """
    if row is None or not row.trials:
        return probability
    foreseen = prior if row.expected_failures is None else row.expected_failures / row.trials
    moved = logit(1 - failure_rate(row, foreseen)) - logit(1 - foreseen)
    return 1 / (1 + math.exp(-(logit(probability) + moved)))


def logit(probability: float, edge: float = _EDGE) -> float:
    """Log odds; of what is nearer to 0 or 1 than `edge`, those of the edge."""
    kept = min(max(probability, edge), 1 - edge)
    return math.log(kept / (1 - kept))


def _together(one: FamilyHistory, other: FamilyHistory) -> FamilyHistory:
    parts = (one.expected_failures, other.expected_failures)
    known = [part for part in parts if part is not None]
    return one.model_copy(
        update={
            "trials": one.trials + other.trials,
            "failures": one.failures + other.failures,
            "expected_failures": sum(known) if len(known) == len(parts) else None,
        }
    )
