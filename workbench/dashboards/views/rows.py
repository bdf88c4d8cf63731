"""Rows of runs and episodes as tables show them."""

from typing import Any

import polars as pl


def run_rows(runs: pl.DataFrame) -> list[dict[str, Any]]:
    """Runs as mappings, with `times` (null where a recorded run has none) and `progress`."""
    return [_run(row) for row in runs.to_dicts()]


def is_timed(run: dict[str, Any]) -> bool:
    """Whether a run's times are its own, not those of its import."""
    return bool(run["source"] == "eval" or run["duration_s"] > 0)


def _run(row: dict[str, Any]) -> dict[str, Any]:
    timed = is_timed(row)
    return row | {
        "started_at": row["started_at"] if timed else None,
        "duration_s": row["duration_s"] if timed else None,
        "progress": row["done"] / row["planned"] if row["planned"] else 1.0,
    }


def runs_table(runs: pl.DataFrame) -> pl.DataFrame:
    """Runs as the sortable table shows them; times as text, tags joined."""
    rows = pl.DataFrame(
        run_rows(runs), schema={**runs.schema, "progress": pl.Float64}, orient="row"
    )
    started = pl.col("started_at").dt.strftime("%Y-%m-%d %H:%M:%S").fill_null("–")  # noqa: RUF001
    return rows.select(
        "run_id",
        "suite",
        "agent",
        "model",
        "status",
        pl.format("{} / {}", "done", "planned").alias("done"),
        "score",
        "failures",
        "cost_usd",
        "duration_s",
        started.alias("started"),
        pl.col("tags").list.join(", "),
    )


def episodes_table(episodes: pl.DataFrame) -> pl.DataFrame:
    """A run's episodes as the sortable table shows them; without times it has no duration."""
    verdict = pl.when("passed").then(pl.lit("passed")).otherwise(pl.lit("failed"))
    known = (pl.col("stop_reason") != "recorded") | (pl.col("duration_s") > 0)
    timed = pl.when(known).then("duration_s")
    counted = pl.col("input_tokens") + pl.col("output_tokens")
    return episodes.select(
        "episode_id",
        "task_id",
        "family",
        "epoch",
        pl.when(pl.col("passed").is_null())
        .then(pl.lit("not scored"))
        .otherwise(verdict)
        .alias("verdict"),
        "stop_reason",
        "steps",
        pl.when((counted > 0) | (pl.col("model") == "")).then(counted).alias("tokens"),
        "cost_usd",
        timed.alias("duration_s"),
        pl.col("answer").str.replace_all(r"\s+", " ").str.slice(0, 160),
    )
