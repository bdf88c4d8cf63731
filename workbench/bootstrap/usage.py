"""How a run's episodes use their tools, and how long they get."""

import polars as pl

from workbench.store import Store


def tool_usage(store: Store, run: str) -> pl.DataFrame:
    """Each tool's calls, the most called first.

    Columns: tool, calls, errors, episodes (that called it), passed (share of those episodes).
    """
    outcomes = store.episodes(run).select("episode_id", pl.col("passed").cast(pl.Float64))
    used = tool_calls(store, run).join(outcomes, "episode_id", how="left")
    per_episode = used.group_by("tool", "episode_id").agg(
        pl.len().alias("calls"), pl.col("error").count(), pl.col("passed").first()
    )
    return (
        per_episode.group_by("tool")
        .agg(
            pl.col("calls").sum(),
            pl.col("error").sum().alias("errors"),
            pl.len().alias("episodes"),
            pl.col("passed").mean(),
        )
        .sort("calls", "tool", descending=[True, False])
    )


def lengths(store: Store, run: str) -> pl.DataFrame:
    """How long passing and failing episodes get.

    Columns: outcome, episodes, median steps, longest, tool calls (mean an episode).
    """
    calls = tool_calls(store, run).group_by("episode_id").agg(pl.len().alias("calls"))
    episodes = store.episodes(run).filter(pl.col("passed").is_not_null())
    outcome = pl.when("passed").then(pl.lit("passed")).otherwise(pl.lit("failed"))
    return (
        episodes.join(calls, "episode_id", how="left")
        .group_by(outcome.alias("outcome"))
        .agg(
            pl.len().alias("episodes"),
            pl.col("steps").median().alias("median steps"),
            pl.col("steps").max().alias("longest"),
            pl.col("calls").fill_null(0).mean().alias("tool calls"),
        )
        .sort("outcome", descending=True)
    )


def repeated_calls(store: Store, run: str) -> pl.DataFrame:
    """Calls made with equal arguments more than once over the tries of a task, by tool.

    Columns: tool, repeated (distinct calls made more than once), calls, same (of the repeated
    ones: how many gave the same output every time).
    """
    tasks = store.episodes(run).select("episode_id", "task_id")
    groups = (
        tool_calls(store, run)
        .join(tasks, "episode_id")
        .group_by("tool", "task_id", "request_hash")
        .agg(pl.len().alias("calls"), pl.col("response").n_unique().alias("outputs"))
        .filter(pl.col("calls") > 1)
    )
    return (
        groups.group_by("tool")
        .agg(
            pl.len().alias("repeated"),
            pl.col("calls").sum(),
            (pl.col("outputs") == 1).sum().alias("same"),
        )
        .sort("repeated", "tool", descending=[True, False])
    )


def tool_calls(store: Store, run: str) -> pl.DataFrame:
    """Every call of a tool. Columns: episode_id, tool, request_hash, response, error."""
    calls = store.exchanges(run).filter(pl.col("kind") == "tool")
    return calls.select(
        "episode_id", pl.col("name").alias("tool"), "request_hash", "response", "error"
    )
