"""Each scored sample of a run with its verdict, cost and time."""

import polars as pl

from engine.errors import NotFound
from workbench.store import Store
from workbench.store.queries.run import cost_latency, sample_scores


def verdicts(store: Store, run_id: str, scorer: str | None = None) -> pl.DataFrame:
    """A row for each sample that was scored; of several episodes of one the last counts.

    Columns: task_id, family, epoch, passed (by the one scorer named, else by every one that may
    gate), episode_id, cost_usd (what it would cost without a cache of answers; null: unknown),
    duration_s (null: a recording without times, or helped by the cache).
    Raises `NotFound` where the scorer named has judged nothing.
    """
    scores = sample_scores(store.lake, run_id)
    named = _of(scores, scorer, run_id) if scorer is not None else None
    scores = scores.filter(~pl.col("advisory")) if named is None else named
    passed = scores.group_by("episode_id").agg(pl.col("passed").all())
    known = (pl.col("stop_reason") != "recorded") | (pl.col("duration_s") > 0)
    timed = pl.when(known & (pl.col("kept") == 0)).then("duration_s")
    return (
        cost_latency(store.lake, run_id)
        .join(passed, "episode_id")
        .sort("started_at", "episode_id")
        .unique(["task_id", "epoch"], keep="last", maintain_order=True)
        .select(
            "task_id",
            "family",
            "epoch",
            "passed",
            "episode_id",
            (pl.col("cost_usd") + pl.col("saved_usd")).alias("cost_usd"),
            timed.alias("duration_s"),
        )
    )


def _of(scores: pl.DataFrame, scorer: str, run_id: str) -> pl.DataFrame:
    found = scores.filter(pl.col("scorer") == scorer)
    if found.is_empty():
        known = ", ".join(scores["scorer"].unique().sort())
        hint = f"its scorers: {known}" if known else "none of its episodes is scored"
        raise NotFound(f"no scorer {scorer!r} in {run_id}", hint=hint)
    return found
