"""A run's results in numbers, the same for command, page, notebook and report."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any, Final

import polars as pl

from engine.evals.golden.reading import STATES, UNREVIEWED
from engine.evals.summary import Sample, summarize
from workbench.bootstrap.standing import judges
from workbench.store import Store
from workbench.store.queries import golden, labels
from workbench.store.queries import run as run_queries
from workbench.store.queries import runs as runs_queries

SCOREBOARD: Final[dict[str, Any]] = {
    "run_id": pl.String,
    "agent": pl.String,
    "model": pl.String,
    "family": pl.String,
    "tasks": pl.Int64,
    "episodes": pl.Int64,
    "errors": pl.Int64,
    "passed": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "error": pl.Float64,
    "error_naive": pl.Float64,
    "value": pl.Float64,
    "pass_hat": pl.List(pl.Float64),
    "pass_at": pl.List(pl.Float64),
    "tokens": pl.Int64,
    "cost_usd": pl.Float64,
    "latency_p50_s": pl.Float64,
    "latency_p95_s": pl.Float64,
    "calls": pl.Int64,
    "kept": pl.Int64,
    "saved_usd": pl.Float64,
}


def samples(store: Store, run_id: str) -> list[Sample]:
    """A run's scored episodes, the words of all scorers that may gate put together."""
    scores = run_queries.sample_scores(store.lake, run_id).filter(~pl.col("advisory"))
    joined = scores.group_by("episode_id", maintain_order=True).agg(
        pl.col("task_id", "family", "epoch").first(),
        pl.col("value").mean(),
        pl.col("passed").all(),
    )
    return [Sample(**row) for row in joined.drop("episode_id").to_dicts()]


def scoreboard(store: Store, run_ids: Sequence[str]) -> pl.DataFrame:
    """Scores, tokens, cost and latency of runs: one row a run and family, `all` first.

    Columns are those of `SCOREBOARD`: shares from 0 to 1 with their 95 % interval and standard
    errors (clustered by task, and naive); nan where undefined, a cost null where one is unknown,
    tokens and latencies null where a recording does not tell them. Of `calls` to models the cache
    of answers answered `kept`, which saved `saved_usd`: they are in tokens, at no cost, and the
    latencies leave out their episodes.
    """
    rows = [row for run_id in run_ids for row in _rows(store, run_id)]
    return pl.DataFrame(rows, schema=SCOREBOARD)


def run_details(store: Store, run_id: str) -> dict[str, Any]:
    """Everything the Run page shows, as JSON-like data."""
    return {
        "run": runs_queries.one(store.lake, run_id).to_dicts()[0],
        "scores": scoreboard(store, [run_id]).to_dicts(),
        "judges": judges(store, run_id).to_dicts(),
        "stop_reasons": run_queries.stop_reasons(store.lake, run_id).to_dicts(),
        "tasks": task_states(store, run_id),
        "labels": labels.of_run(store.lake, run_id).to_dicts(),
        "provenance": run_queries.provenance(store.lake, run_id),
    }


def task_states(store: Store, run_id: str) -> dict[str, int]:
    """How many of the tasks that a run used were in which state; empty: it does not tell."""
    states = golden.used(store.lake, run_id)["state"].fill_null(UNREVIEWED)
    counts = dict(states.value_counts().iter_rows())
    return {state: counts[state] for state in reversed(STATES) if state in counts}


def _rows(store: Store, run_id: str) -> Iterable[dict[str, Any]]:
    run = runs_queries.one(store.lake, run_id).to_dicts()[0]
    about = {name: run[name] for name in ("run_id", "agent", "model")}
    effort = run_queries.cost_latency(store.lake, run_id)
    found = summarize(samples(store, run_id))
    if not found:
        yield about | {"family": "all", "tasks": 0, "episodes": 0} | _effort(effort)
    for summary in found:
        family = summary.family
        part = effort if family == "all" else effort.filter(pl.col("family") == family)
        yield about | asdict(summary) | _effort(part)


def _effort(episodes: pl.DataFrame) -> dict[str, Any]:
    """Tokens, cost, latency and errors of some episodes."""
    known = episodes["cost_usd"].null_count() == 0
    tokens = int(episodes["input_tokens"].sum()) + int(episodes["output_tokens"].sum())
    recorded = (episodes["stop_reason"] == "recorded").any()
    timed = (pl.col("stop_reason") != "recorded") | (pl.col("duration_s") > 0)
    durations = episodes.filter(timed & (pl.col("kept") == 0))["duration_s"]
    saved = episodes["saved_usd"]
    return {
        "errors": _failed(episodes),
        "tokens": tokens if tokens or not recorded else None,
        "cost_usd": episodes["cost_usd"].sum() if known else None,
        "latency_p50_s": durations.quantile(0.5),
        "latency_p95_s": durations.quantile(0.95),
        "calls": int(episodes["steps"].sum()),
        "kept": int(episodes["kept"].sum()),
        "saved_usd": None if saved.null_count() else saved.sum(),
    }


def _failed(episodes: pl.DataFrame) -> int:
    """Samples whose every try ended with an error."""
    tries = episodes.group_by("task_id", "epoch").agg((pl.col("stop_reason") == "error").all())
    return int(tries["stop_reason"].sum())
