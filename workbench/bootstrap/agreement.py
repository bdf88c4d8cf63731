"""How far raters agree, and on what they do not."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import polars as pl

from engine.statistics import Alpha, Kappa, cohens_kappa, krippendorffs_alpha, wilson_interval

PAIRS: Final[dict[str, Any]] = {
    "criterion": pl.String,
    "one": pl.String,
    "other": pl.String,
    "answers": pl.Int64,
    "agreed": pl.Float64,
    "agreed_low": pl.Float64,
    "agreed_high": pl.Float64,
    "kappa": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
}
CRITERIA: Final[dict[str, Any]] = {
    "criterion": pl.String,
    "raters": pl.Int64,
    "answers": pl.Int64,
    "alpha": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
}
_SAID: Final = {
    "rater": pl.String,
    "value": pl.Float64,
    "passed": pl.Boolean,
    "note": pl.String,
}
DISAGREEMENTS: Final[dict[str, Any]] = {
    "episode_id": pl.String,
    "task_id": pl.String,
    "criterion": pl.String,
    "said": pl.List(pl.Struct(_SAID)),
}
_PAIR: Final = 2


@dataclass(frozen=True, slots=True, eq=False)  # frames have no truth value
class Agreement:
    """Agreement on whether an answer is good enough, over answers that two people rated or more."""

    pairs: pl.DataFrame
    """Two raters at a time: share agreed with Wilson's interval, and Cohen's kappa with its own;
    null where undefined, as where both always say the same one thing, and an interval also where
    it has no width, which few answers do not justify. Columns are `PAIRS`."""
    criteria: pl.DataFrame
    """All raters together: Krippendorff's alpha (nominal) with a bootstrap interval; null where
    undefined. Columns are `CRITERIA`."""
    disagreements: pl.DataFrame
    """Answers on which raters differ, with what each said. Columns are `DISAGREEMENTS`."""


def agreement(standing: pl.DataFrame) -> Agreement:
    """Of ratings that count (`queries.ratings.standing`), by criterion."""
    pairs, criteria = [], []
    for criterion in standing["criterion"].unique().sort():
        said = _said(standing.filter(criterion=criterion))
        raters = sorted({rater for unit in said.values() for rater in unit})
        shared = [unit for unit in said.values() if len(unit) >= _PAIR]
        pairs += [row for two in combinations(raters, 2) for row in _pair(criterion, two, shared)]
        criteria += _whole(criterion, shared)
    return Agreement(
        pairs=pl.DataFrame(pairs, schema=PAIRS).fill_nan(None),
        criteria=pl.DataFrame(criteria, schema=CRITERIA).fill_nan(None),
        disagreements=_apart(standing),
    )


def _said(ratings: pl.DataFrame) -> dict[str, dict[str, bool]]:
    """What each rater said of each answer."""
    found: dict[str, dict[str, bool]] = {}
    for episode, rater, passed in ratings.select("episode_id", "rater", "passed").iter_rows():
        found.setdefault(episode, {})[rater] = passed
    return found


def _pair(
    criterion: str, two: tuple[str, str], shared: list[dict[str, bool]]
) -> list[dict[str, Any]]:
    one, other = two
    both = [(unit[one], unit[other]) for unit in shared if one in unit and other in unit]
    if not both:
        return []
    agreed = sum(a == b for a, b in both)
    kappa = cohens_kappa([a for a, _ in both], [b for _, b in both])
    low, high = wilson_interval(agreed, len(both))
    row = {"criterion": criterion, "one": one, "other": other, "answers": len(both)}
    row |= {"agreed": agreed / len(both), "agreed_low": low, "agreed_high": high}
    return [row | {"kappa": kappa.value, **_ends(kappa)}]


def _whole(criterion: str, shared: list[dict[str, bool]]) -> list[dict[str, Any]]:
    if not shared:
        return []
    raters = sorted({rater for unit in shared for rater in unit})
    alpha = krippendorffs_alpha([[unit.get(rater) for rater in raters] for unit in shared])
    row: Mapping[str, Any] = {"criterion": criterion, "raters": len(raters), "answers": len(shared)}
    return [{**row, "alpha": alpha.value, **_ends(alpha)}]


def _ends(found: Kappa | Alpha) -> dict[str, float]:
    """The ends of its interval, within -1 and 1, where it has a width."""
    if not found.low < found.high:
        return {}
    return {"low": max(found.low, -1.0), "high": min(found.high, 1.0)}


def _apart(standing: pl.DataFrame) -> pl.DataFrame:
    found = (
        standing.sort("rater")
        .group_by("episode_id", "criterion", maintain_order=True)
        .agg(
            pl.col("task_id").first(),
            pl.struct(*_SAID).alias("said"),
            pl.col("passed").n_unique().alias("verdicts"),
        )
        .filter(pl.col("verdicts") > 1)
        .sort("task_id", "episode_id", "criterion")
        .select(*DISAGREEMENTS)
    )
    return found.cast(pl.Schema(DISAGREEMENTS))
