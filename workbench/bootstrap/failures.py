"""Tasks by how often they fail, with what was answered and why it did not do."""

import polars as pl

from workbench.store import Store

_LONGEST = 120
"""Characters of an answer or a reason that a table has room for."""


def worst_tasks(store: Store, run: str) -> pl.DataFrame:
    """Tasks that failed at least once, the most often failing first.

    Columns: task_id, family, passed, episodes, episode_id (the first that failed), answer and
    reason (of that one).
    """
    episodes = store.episodes(run).filter(pl.col("passed").is_not_null())
    failed = episodes.filter(~pl.col("passed")).join(_reasons(store, run), "episode_id", how="left")
    first = failed.group_by("task_id").agg(
        pl.col("episode_id", "reason").first(), pl.col("answer").first().str.slice(0, _LONGEST)
    )
    counts = episodes.group_by("task_id", "family").agg(
        pl.col("passed").sum(), pl.len().alias("episodes")
    )
    share = pl.col("passed") / pl.col("episodes")
    return (
        counts.join(first, "task_id")
        .sort(share, "family", "task_id")
        .select("task_id", "family", "passed", "episodes", "episode_id", "answer", "reason")
    )


def _reasons(store: Store, run: str) -> pl.DataFrame:
    """What the scorers that were not satisfied said, by episode."""
    unmet = store.scores(run).filter(~pl.col("passed"))
    said = pl.format("{}: {}", "scorer", "reason").str.slice(0, _LONGEST)
    return unmet.group_by("episode_id").agg(
        said.unique(maintain_order=True).str.join("; ").alias("reason")
    )
