"""How well what others send keeps to its contract: unknown fields, and violations."""

import polars as pl

from workbench.store.lake import Lake

_BROKEN = """
    SELECT run_id, episode_id, error, ended_at FROM exchanges WHERE error LIKE '%"boundary"%'
    UNION ALL
    SELECT run_id, episode_id, error, ended_at FROM episodes
    WHERE error LIKE '%"boundary"%' AND NOT EXISTS (
        FROM exchanges WHERE exchanges.episode_id = episodes.episode_id
                         AND exchanges.error = episodes.error)
"""
"""An episode that ends with an exchange's error says nothing new. LIKE is the quick way past the
rows without: few errors are violations."""


def unknown_fields(lake: Lake, *, run_id: str | None = None, limit: int = 500) -> pl.DataFrame:
    """Fields that nobody knew, the most frequent first.

    Columns: source, field, count, type (JSON type of one value), runs, first_seen_at,
    last_seen_at, last_run (the newest that saw it).
    """
    sql = """
        SELECT source, field, sum(count)::BIGINT AS count,
               arg_max(example_type, last_seen_at) AS type, count(DISTINCT run_id) AS runs,
               min(first_seen_at) AS first_seen_at, max(last_seen_at) AS last_seen_at,
               arg_max(run_id, last_seen_at) AS last_run
        FROM unknown_fields WHERE $run IS NULL OR run_id = $run
        GROUP BY source, field ORDER BY count DESC, source, field LIMIT $limit
    """
    return lake.frame(sql, {"run": run_id, "limit": limit})


def violations(lake: Lake, *, episodes: int = 3, limit: int = 200) -> pl.DataFrame:
    """Where data broke a contract and a call or an episode was given up, the latest first.

    Columns: boundary, code, pointer, expected, count, first_seen_at, last_seen_at, episodes (the
    latest of them, so many at most).
    """
    sql = f"""
        WITH broken AS (
            SELECT episode_id, ended_at,
                   json_extract_string(error, '$.boundary') AS boundary,
                   json_extract_string(error, '$.code') AS code,
                   json_extract_string(error, '$.pointer') AS pointer,
                   json_extract_string(error, '$.expected') AS expected
            FROM ({_BROKEN})
        )
        SELECT boundary, code, pointer, arg_max(expected, ended_at) AS expected,
               count(*) AS count, min(ended_at) AS first_seen_at, max(ended_at) AS last_seen_at,
               list_distinct(arg_max(episode_id, ended_at, $episodes)) AS episodes
        FROM broken WHERE boundary IS NOT NULL
        GROUP BY boundary, code, pointer
        ORDER BY last_seen_at DESC, boundary, code, pointer LIMIT $limit
    """  # noqa: S608 - a constant of ours
    return lake.frame(sql, {"episodes": episodes, "limit": limit})
