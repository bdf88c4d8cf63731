"""How a run's scores hold over its epochs: whether tasks pass always, sometimes or never."""

from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from engine.statistics import wilson_interval
from workbench.bootstrap.verdicts import verdicts
from workbench.store import Store
from workbench.store.queries.resolve import resolve_run

_SHARE: Final = dict.fromkeys(("share", "low", "high"), pl.Float64)
EPOCHS: Final[dict[str, Any]] = {
    "epoch": pl.Int64,
    "tasks": pl.Int64,
    "passed": pl.Int64,
    **_SHARE,
}
OUTCOMES: Final[dict[str, Any]] = {"outcome": pl.String, "tasks": pl.Int64, **_SHARE}
FLAKY: Final[dict[str, Any]] = {
    "task_id": pl.String,
    "family": pl.String,
    "episodes": pl.Int64,
    "passed": pl.Int64,
    **_SHARE,
    "episode_passed": pl.String,
    "episode_failed": pl.String,
}
_OUTCOMES: Final = ("always", "sometimes", "never")
_REPEATED: Final = 2


@dataclass(frozen=True, slots=True, eq=False)  # frames have no truth value
class Stability:
    """A run over its epochs; shares have Wilson's 95 % intervals, whose unit is the task."""

    run_id: str
    epochs: pl.DataFrame
    """Share of tasks passed in each epoch; columns are `EPOCHS`."""
    outcomes: pl.DataFrame
    """Tasks tried more than once by whether they always, sometimes or never pass; columns are
    `OUTCOMES`, no rows where no task was tried twice."""
    flaky: pl.DataFrame
    """Tasks that sometimes pass, the least certain first, with an episode of either kind; columns
    are `FLAKY`. An interval's unit is the episode there, as if tries were independent."""


def stability(store: Store, run: str) -> Stability:
    """The run of that id, the beginning of one, or `last`; raises `NotFound`."""
    run_id = resolve_run(store.lake, run)
    scored = verdicts(store, run_id)
    tasks = _tasks(scored)
    return Stability(
        run_id=run_id,
        epochs=_shares(_epochs(scored), "tasks").select(*EPOCHS),
        outcomes=_outcomes(tasks),
        flaky=_flaky(tasks),
    )


def flaky_tasks(store: Store, run: str) -> pl.DataFrame:
    """Tasks of a run that neither always nor never pass; columns are `FLAKY`, raises `NotFound`."""
    return stability(store, run).flaky


def _epochs(scored: pl.DataFrame) -> pl.DataFrame:
    return (
        scored.group_by("epoch")
        .agg(pl.len().cast(pl.Int64).alias("tasks"), pl.col("passed").sum().cast(pl.Int64))
        .sort("epoch")
    )


def _tasks(scored: pl.DataFrame) -> pl.DataFrame:
    """Tasks that were tried more than once, with how they went."""
    episode = pl.col("episode_id")
    return (
        scored.sort("task_id", "epoch")
        .group_by("task_id", "family", maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias("episodes"),
            pl.col("passed").sum().cast(pl.Int64),
            episode.filter(pl.col("passed")).first().alias("episode_passed"),
            episode.filter(~pl.col("passed")).first().alias("episode_failed"),
        )
        .filter(pl.col("episodes") >= _REPEATED)
    )


def _outcomes(tasks: pl.DataFrame) -> pl.DataFrame:
    if tasks.is_empty():
        return pl.DataFrame(schema=OUTCOMES)
    always = int((tasks["passed"] == tasks["episodes"]).sum())
    never = int((tasks["passed"] == 0).sum())
    counts = (always, tasks.height - always - never, never)
    rows = [
        {"outcome": outcome, "passed": count, "all": tasks.height}
        for outcome, count in zip(_OUTCOMES, counts, strict=True)
    ]
    found = _shares(pl.DataFrame(rows), "all").rename({"passed": "tasks"})
    return found.select(*OUTCOMES).cast(pl.Schema(OUTCOMES))


def _flaky(tasks: pl.DataFrame) -> pl.DataFrame:
    torn = tasks.filter(pl.col("passed") > 0, pl.col("passed") < pl.col("episodes"))
    certain = (pl.col("share") - 0.5).abs()
    return _shares(torn, "episodes").sort(certain, "family", "task_id").select(*FLAKY)


def _shares(counts: pl.DataFrame, of: str) -> pl.DataFrame:
    """The share that `passed` is of the column `of`, with its interval."""
    pairs = counts.select("passed", of).rows()
    ends = [wilson_interval(passed, count) for passed, count in pairs]
    return counts.with_columns(
        pl.Series("share", [passed / count for passed, count in pairs], dtype=pl.Float64),
        pl.Series("low", [low for low, _ in ends], dtype=pl.Float64),
        pl.Series("high", [high for _, high in ends], dtype=pl.Float64),
    )
