"""Lists of runs: which there are, how they went, how scores and spend move."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import polars as pl

from engine.errors import NotFound
from workbench.store.lake import Lake
from workbench.store.liveness import with_liveness
from workbench.store.queries.labels import STANDING

PASSED = """
    SELECT run_id, episode_id, bool_and(passed) AS passed
    FROM (
        SELECT run_id, episode_id, scorer, arg_max(passed, scored_at) AS passed
        FROM scores WHERE run_id BETWEEN $first AND $last AND NOT advisory
        GROUP BY run_id, episode_id, scorer
    )
    GROUP BY run_id, episode_id
"""
"""SQL of whether each scored episode passed: the latest word of every scorer has to be yes.

Those that only inform are left out.
"""
EVERY: Final = {"first": "", "last": chr(0x10FFFF)}
"""Parameters of `PASSED`: all runs."""

_PICK = """
    SELECT run_id, max(started_at) AS started_at FROM runs
    WHERE {conditions}
    GROUP BY run_id ORDER BY started_at DESC, run_id DESC LIMIT $limit
"""
_SEARCH = f"""(
    contains(lower(concat_ws(' ', run_id, name, suite, agent, model, source)), lower($search))
    OR run_id IN (SELECT run_id FROM ({STANDING}) WHERE contains(lower(text), lower($search)))
)"""  # noqa: S608
_TAGGED = f"""
    run_id IN (SELECT run_id FROM ({STANDING})
               WHERE kind = 'tag' AND text = $tag AND episode_id IS NULL)
"""  # noqa: S608

_SUMMARY = f"""
WITH picked AS (
    FROM runs WHERE run_id BETWEEN $first AND $last AND run_id IN $ids
    QUALIFY row_number() OVER (PARTITION BY run_id ORDER BY started_at DESC) = 1
), ends AS (
    SELECT run_id, max(ended_at) AS ended_at, arg_max(status, ended_at) AS status
    FROM run_ends WHERE run_id BETWEEN $first AND $last GROUP BY run_id
), tries AS (
    SELECT run_id, task_id, epoch, bool_or(stop_reason NOT IN ('cancelled', 'error')) AS done,
           bool_or(stop_reason = 'error') AS failed, count(*) FILTER (cost_usd IS NULL) AS unpriced,
           sum(cost_usd) AS cost_usd, sum(input_tokens) AS input_tokens,
           sum(output_tokens) AS output_tokens, max(ended_at) AS last_at
    FROM episodes WHERE run_id BETWEEN $first AND $last GROUP BY run_id, task_id, epoch
), work AS (
    SELECT run_id, count(*) FILTER (done) AS done,
           count(*) FILTER (failed AND NOT done) AS failures,
           sum(unpriced) AS unpriced, sum(cost_usd) AS cost_usd,
           sum(input_tokens)::BIGINT AS input_tokens, sum(output_tokens)::BIGINT AS output_tokens,
           max(last_at) AS last_at
    FROM tries GROUP BY run_id
), marks AS (
    SELECT run_id, count(*) AS scored, avg(passed::INTEGER) AS score FROM ({PASSED}) GROUP BY run_id
), tagged AS (
    SELECT run_id, list(text ORDER BY text) AS tags FROM ({STANDING})
    WHERE kind = 'tag' AND episode_id IS NULL GROUP BY run_id
)
SELECT picked.run_id, tenant, name, suite, agent, model, source,
       CASE WHEN ended_at >= coalesce(last_at, ended_at) THEN status ELSE 'running' END AS status,
       greatest(planned, coalesce(done, 0)) AS planned, epochs, seed,
       coalesce(done, 0) AS done, coalesce(failures, 0) AS failures,
       score, coalesce(scored, 0) AS scored,
       CASE WHEN unpriced > 0 THEN NULL ELSE coalesce(cost_usd, 0) END AS cost_usd,
       coalesce(input_tokens, 0) AS input_tokens, coalesce(output_tokens, 0) AS output_tokens,
       coalesce(tags, []) AS tags, started_at,
       greatest(started_at, last_at, ended_at) AS last_at,
       epoch(greatest(started_at, last_at, ended_at) - started_at) AS duration_s
FROM picked
LEFT JOIN ends USING (run_id) LEFT JOIN work USING (run_id)
LEFT JOIN marks USING (run_id) LEFT JOIN tagged USING (run_id)
ORDER BY started_at DESC, run_id DESC
"""  # noqa: S608


def within(run_id: str | None) -> dict[str, str]:
    """Parameters of `PASSED`: one run; null: all."""
    return EVERY if run_id is None else {"first": run_id, "last": run_id}


def latest(
    lake: Lake,
    limit: int = 50,
    *,
    tenant: str | None = None,
    search: str | None = None,
    tag: str | None = None,
) -> pl.DataFrame:
    """The latest runs, newest first; `search` looks in ids, names, models, tags and notes.

    Columns: run_id, tenant, name, suite, agent, model, source, status (running until an end is
    recorded that no episode follows, or interrupted where no process works on it any more;
    finished, cancelled, failed), planned (of a program's own run at least done), epochs, seed, done
    (samples with an episode neither cancelled nor failed), failures (samples whose every try
    failed), score (share of the scored episodes that every scorer passed; null: none scored),
    scored, cost_usd (null: the price of some call is unknown), input_tokens, output_tokens, tags,
    started_at, last_at (latest sign of life), duration_s (from started_at to last_at).
    """
    given = {"tenant": tenant, "search": search, "tag": tag}
    clauses = {"tenant": "tenant = $tenant", "search": _SEARCH, "tag": _TAGGED}
    used = {name: value for name, value in given.items() if value}
    conditions = " AND ".join(["true", *(clauses[name] for name in used)])
    picked = lake.frame(_PICK.format(conditions=conditions), {**used, "limit": limit})
    return summaries(lake, picked["run_id"].to_list())


def summaries(lake: Lake, run_ids: list[str]) -> pl.DataFrame:
    """The runs named, newest first, those unknown left out; columns as `latest`."""
    span = {"first": min(run_ids, default=""), "last": max(run_ids, default="")}
    return with_liveness(lake.frame(_SUMMARY, {"ids": run_ids, **span}), lake.location)


def one(lake: Lake, run_id: str) -> pl.DataFrame:
    """One run as a single row, columns as `latest`; raises `NotFound`."""
    frame = summaries(lake, [run_id])
    if frame.is_empty():
        raise NotFound(f"no run {run_id}")
    return frame


@dataclass(frozen=True, slots=True)
class RunState:
    """How far a run's facts have come."""

    begun: bool
    ended: bool
    episodes: frozenset[str]
    """Those that have ended, by id."""


def state(lake: Lake, run_id: str) -> RunState:
    """What is there of a run."""
    marks = lake.frame(
        "SELECT EXISTS (FROM runs WHERE run_id = $run) AS begun,"
        " EXISTS (FROM run_ends WHERE run_id = $run) AS ended",
        {"run": run_id},
    ).row(0)
    ids = lake.frame("SELECT episode_id FROM episodes WHERE run_id = ?", [run_id])
    begun, ended = marks
    return RunState(begun, ended, frozenset(ids["episode_id"].to_list()))


def trend(
    lake: Lake, *, since: datetime | None = None, suite: str | None = None, limit: int = 500
) -> pl.DataFrame:
    """Score of the latest finished runs, oldest first.

    Columns: run_id, started_at, suite, agent, model, tasks (that the run was to try), score,
    scored.
    """
    sql = f"""
        WITH finished AS (
            SELECT DISTINCT run_id, started_at, suite, agent, model, planned // epochs AS tasks
            FROM runs JOIN (
                SELECT run_id FROM run_ends GROUP BY run_id
                HAVING arg_max(status, ended_at) = 'finished'
            ) USING (run_id)
            WHERE ($since IS NULL OR started_at >= $since) AND ($suite IS NULL OR suite = $suite)
            ORDER BY started_at DESC LIMIT $limit
        )
        SELECT run_id, started_at, suite, agent, model, tasks,
               avg(passed::INTEGER) AS score, count(*) AS scored
        FROM finished JOIN ({PASSED}) USING (run_id)
        GROUP BY ALL ORDER BY started_at, run_id
    """  # noqa: S608
    given = {"since": since, "suite": suite, "limit": limit, **EVERY}
    return lake.frame(sql, given)


def spend(lake: Lake, *, since: datetime | None = None) -> pl.DataFrame:
    """Cost and tokens by day and model, oldest day first.

    Columns: day, model, episodes, cost_usd (of those with a known price), unpriced (episodes
    without one), input_tokens, output_tokens.
    """
    sql = """
        SELECT started_at::DATE AS day, model, count(*) AS episodes,
               coalesce(sum(cost_usd), 0) AS cost_usd,
               count(*) FILTER (cost_usd IS NULL) AS unpriced,
               sum(input_tokens)::BIGINT AS input_tokens,
               sum(output_tokens)::BIGINT AS output_tokens
        FROM episodes WHERE $since IS NULL OR started_at >= $since
        GROUP BY ALL ORDER BY day, model
    """
    return lake.frame(sql, {"since": since})


def failures(lake: Lake, limit: int = 50, *, run_id: str | None = None) -> pl.DataFrame:
    """The latest episodes that ended with an error, newest first.

    Columns: run_id, episode_id, task_id, family, epoch, agent, model, stop_reason, code, message,
    ended_at.
    """
    sql = """
        SELECT run_id, episode_id, task_id, family, epoch, agent, model, stop_reason,
               json_extract_string(error, '$.code') AS code,
               json_extract_string(error, '$.message') AS message, ended_at
        FROM episodes WHERE error IS NOT NULL AND ($run IS NULL OR run_id = $run)
        ORDER BY ended_at DESC, episode_id LIMIT $limit
    """
    return lake.frame(sql, {"run": run_id, "limit": limit})
