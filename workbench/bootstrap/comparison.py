"""Two runs compared, paired by task and epoch; the same for command, page and notebook."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from engine.errors import BadInput
from engine.evals.contrast import POWER, Pair, contrast
from engine.statistics import paired_difference
from workbench.bootstrap.comparable import must_be_comparable
from workbench.bootstrap.verdicts import verdicts
from workbench.store import Store, open_store
from workbench.store.queries import facts
from workbench.store.queries.resolve import resolve_run

FAMILIES: Final[dict[str, Any]] = {
    "family": pl.String,
    "tasks": pl.Int64,
    "pairs": pl.Int64,
    "a": pl.Float64,
    "b": pl.Float64,
    "difference": pl.Float64,
    "error": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "won": pl.Int64,
    "lost": pl.Int64,
    "tied": pl.Int64,
    "test": pl.String,
    "p_value": pl.Float64,
    "p_error": pl.Float64,
    "p_holm": pl.Float64,
    "differs": pl.Boolean,
    "needed": pl.Int64,
}
_EFFORT: Final[dict[str, Any]] = {
    "measure": pl.String,
    "pairs": pl.Int64,
    "a": pl.Float64,
    "b": pl.Float64,
    "difference": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
}
_OUTCOMES: Final = ("won", "lost", "tied")


@dataclass(frozen=True, slots=True, eq=False)  # frames have no truth value
class Comparison:
    """Run `b` against run `a` over the samples that both have; differences are b - a."""

    a: str
    """Id of the run compared with."""
    b: str
    """Id of the run compared."""
    suite: str
    scorer: str | None
    """The one scorer whose verdicts count; null: a sample passes by every scorer."""
    alpha: float
    left_out_a: int
    """Scored samples of `a` without a partner in `b`."""
    left_out_b: int
    families: pl.DataFrame
    """A row for `all`, then one a family; columns are `FAMILIES`, as in `evals.contrast`."""
    tasks: pl.DataFrame
    """Columns: task_id, family, outcome (won, lost or tied, by b), epochs, a and b (epochs
    passed), episode_a and episode_b (of the first epoch in which the two differ, else the first);
    won tasks first, then lost ones."""
    effort: pl.DataFrame
    """Columns: measure (cost_usd, duration_s), pairs, a, b (means an episode), difference, low,
    high; null where a cost is unknown or a recording has no times."""
    notes: tuple[str, ...]
    """What a reader should know before believing the numbers."""


def compare(
    a: str,
    b: str,
    *,
    scorer: str | None = None,
    alpha: float = 0.05,
    difference: float | None = None,
    home: str | Path | None = None,
) -> Comparison:
    """Compare two runs of the store in folder `home`; see `compare_runs`."""
    with open_store(home) as store:
        return compare_runs(store, a, b, scorer=scorer, alpha=alpha, difference=difference)


def compare_runs(
    store: Store,
    a: str,
    b: str,
    *,
    scorer: str | None = None,
    alpha: float = 0.05,
    difference: float | None = None,
) -> Comparison:
    """Run `b` against run `a`, each by id, the beginning of one, or `last`.

    Intervals are at 1 - `alpha`; `difference` is the share for which the number of tasks needed is
    reckoned, else the observed one. Raises `NotFound`, and `BadInput` where the two cannot be
    compared: one run twice, different suites, tasks that changed, no sample in common, a run that
    has not finished, a scorer that neither has.
    """
    _check(alpha, difference)
    with store.at_one_moment() as now:
        one, other = (resolve_run(now.lake, name) for name in (a, b))
        notes = must_be_comparable(now, one, other)
        suite = facts.run(now.lake, one).suite
        left, right = (verdicts(now, run, scorer) for run in (one, other))
    pairs = left.join(right, on=["task_id", "epoch"], suffix="_b").sort("task_id", "epoch")
    if pairs.is_empty():
        raise BadInput(f"{one} and {other} share no scored sample", hint="see workbench episodes")
    found = contrast(_pairs(pairs), alpha=alpha, difference=difference)
    return Comparison(
        a=one,
        b=other,
        suite=suite,
        scorer=scorer,
        alpha=alpha,
        left_out_a=left.height - pairs.height,
        left_out_b=right.height - pairs.height,
        families=pl.DataFrame([asdict(row) for row in found], schema=FAMILIES),
        tasks=_tasks(pairs),
        effort=pl.DataFrame(list(_effort(pairs, alpha)), schema=_EFFORT),
        notes=notes,
    )


def _check(alpha: float, difference: float | None) -> None:
    if not 0 < alpha < POWER:
        raise BadInput(f"{alpha} is not between 0 and {POWER}", where="alpha", hint="0.05 is usual")
    if difference is not None and not 0 < difference <= 1:
        raise BadInput(f"{difference} is no share", where="difference", hint="0.05 is 5 points")


def _pairs(pairs: pl.DataFrame) -> Iterator[Pair]:
    rows = pairs.select("task_id", "family", "passed", "passed_b").iter_rows()
    return (Pair(*row) for row in rows)


def _tasks(pairs: pl.DataFrame) -> pl.DataFrame:
    """Each task's epochs put together."""
    shown = pl.col("passed").ne(pl.col("passed_b")).arg_max()
    balance = pl.col("b") - pl.col("a")
    outcome = pl.when(balance > 0).then(0).when(balance < 0).then(1).otherwise(2)
    return (
        pairs.group_by("task_id", maintain_order=True)
        .agg(
            pl.col("family").first(),
            pl.len().cast(pl.Int64).alias("epochs"),
            pl.col("passed").sum().cast(pl.Int64).alias("a"),
            pl.col("passed_b").sum().cast(pl.Int64).alias("b"),
            pl.col("episode_id").get(shown).alias("episode_a"),
            pl.col("episode_id_b").get(shown).alias("episode_b"),
        )
        .with_columns(outcome.alias("order"))
        .sort("order", "family", "task_id")
        .with_columns(pl.col("order").replace_strict(dict(enumerate(_OUTCOMES))).alias("outcome"))
        .select("task_id", "family", "outcome", "epochs", "a", "b", "episode_a", "episode_b")
    )


def _effort(pairs: pl.DataFrame, alpha: float) -> Iterator[dict[str, Any]]:
    """Mean cost and time of an episode, with the paired difference."""
    for measure in ("cost_usd", "duration_s"):
        a, b = pairs[measure], pairs[f"{measure}_b"]
        row: dict[str, Any] = {"measure": measure, "pairs": pairs.height}
        if a.null_count() == b.null_count() == 0:
            found = paired_difference(
                a.to_list(), b.to_list(), pairs["task_id"].to_list(), 1 - alpha
            )
            row |= {"a": a.mean(), "b": b.mean(), "difference": found.mean}
            row |= {name: getattr(found, name) for name in ("low", "high")}
        yield row
