"""Questions about one run: its scores, endings, costs, and what it was made of."""

from typing import Any

import polars as pl

from engine.contracts import Json
from workbench.store.lake import Lake
from workbench.store.queries.facts import run as run_fact

_LATEST_SCORES = """
    FROM scores WHERE run_id = $run
    QUALIFY row_number() OVER (PARTITION BY episode_id, scorer ORDER BY scored_at DESC) = 1
"""


def sample_scores(lake: Lake, run_id: str) -> pl.DataFrame:
    """Every scorer's latest word on every episode: what pass^k and intervals are made of.

    Columns: episode_id, task_id, family, epoch, scorer, value, passed, reason, scored_at, advisory;
    sorted by task_id, epoch, scorer.
    """
    sql = f"""
        SELECT episode_id, task_id, family, epoch, scorer, value, passed, reason, scored_at,
               advisory
        FROM ({_LATEST_SCORES}) ORDER BY task_id, epoch, scorer, episode_id
    """  # noqa: S608
    return lake.frame(sql, {"run": run_id})


def scores_by_family(lake: Lake, run_id: str) -> pl.DataFrame:
    """How each family of tasks did, by scorer.

    Columns: family, scorer, episodes, tasks, passed (episodes), score (share passed), value (mean
    value).
    """
    sql = f"""
        SELECT family, scorer, count(*) AS episodes, count(DISTINCT task_id) AS tasks,
               count(*) FILTER (passed) AS passed, avg(passed::INTEGER) AS score,
               avg(value) AS value
        FROM ({_LATEST_SCORES}) GROUP BY family, scorer ORDER BY family, scorer
    """  # noqa: S608
    return lake.frame(sql, {"run": run_id})


def stop_reasons(lake: Lake, run_id: str) -> pl.DataFrame:
    """Why episodes ended. Columns: stop_reason, episodes; the most frequent first."""
    sql = """
        SELECT stop_reason, count(*) AS episodes FROM episodes WHERE run_id = $run
        GROUP BY stop_reason ORDER BY episodes DESC, stop_reason
    """
    return lake.frame(sql, {"run": run_id})


def cost_latency(lake: Lake, run_id: str) -> pl.DataFrame:
    """What each episode cost and took.

    Columns: episode_id, task_id, family, epoch, agent, model, stop_reason, steps, calls,
    input_tokens, output_tokens, cached_tokens, cost_usd (null: unknown), duration_s, started_at,
    kept (model calls that the cache of answers answered), saved_usd (what these would have cost;
    null: some price is unknown).
    """
    sql = """
        WITH kept AS (
            SELECT episode_id, count(*) AS kept,
                   sum(json_extract(attributes, '$.saved_usd')::DOUBLE) AS saved_usd,
                   count(*) FILTER (json_extract(attributes, '$.saved_usd')::DOUBLE IS NULL)
                       AS unpriced
            FROM steps
            WHERE run_id = $run AND json_extract_string(attributes, '$.cached') = 'true'
            GROUP BY episode_id
        )
        SELECT episode_id, task_id, family, epoch, agent, model, stop_reason, steps, calls,
               input_tokens, output_tokens, cached_tokens, cost_usd,
               epoch(ended_at - started_at) AS duration_s, started_at,
               coalesce(kept, 0) AS kept,
               CASE WHEN unpriced > 0 THEN NULL ELSE coalesce(saved_usd, 0) END AS saved_usd
        FROM episodes LEFT JOIN kept USING (episode_id)
        WHERE run_id = $run ORDER BY task_id, epoch, episode_id
    """
    return lake.frame(sql, {"run": run_id})


def finished_samples(lake: Lake, run_id: str) -> set[tuple[str, int]]:
    """The (task_id, epoch) pairs done, neither cancelled nor failed: a resumption omits them."""
    sql = """
        SELECT DISTINCT task_id, epoch FROM episodes
        WHERE run_id = $run AND stop_reason NOT IN ('cancelled', 'error')
    """
    return set(lake.frame(sql, {"run": run_id}).iter_rows())


def asked(lake: Lake, run_id: str) -> pl.DataFrame:
    """What each task was, in the words that were put to the agent beside its instructions.

    Columns: task_id, asked (JSON); several rows where the epochs of a task differ.
    """
    sql = """
        SELECT DISTINCT task_id, to_json(list_filter(
            from_json(messages, '["JSON"]'),
            lambda message: json_extract_string(message, '$.role') <> 'system'))::VARCHAR AS asked
        FROM steps JOIN episodes USING (run_id, episode_id)
        WHERE run_id = $run AND kind = 'input' AND "index" = 0 ORDER BY task_id, asked
    """
    return lake.frame(sql, {"run": run_id})


def provenance(lake: Lake, run_id: str) -> dict[str, Any]:
    """All a run was made of, nested values under dotted names; raises `NotFound`."""
    fact = run_fact(lake, run_id).model_dump(mode="json")
    made_of = fact.pop("provenance")
    return dict(_flat("", {**fact, **made_of}))


def differences(lake: Lake, one: str, other: str) -> pl.DataFrame:
    """Where two runs' configurations differ. Columns: name, one, other (as text; null: absent)."""
    left, right = provenance(lake, one), provenance(lake, other)
    names = [n for n in sorted({*left, *right}) if left.get(n) != right.get(n)]
    texts = {
        "one": [_text(left.get(n)) for n in names],
        "other": [_text(right.get(n)) for n in names],
    }
    return pl.DataFrame({"name": names, **texts}, schema=dict.fromkeys(("name", *texts), pl.String))


def _flat(prefix: str, value: Json) -> list[tuple[str, Any]]:
    if not isinstance(value, dict) or not value:
        return [(prefix, value)]
    inner = ((f"{prefix}.{name}" if prefix else name, item) for name, item in value.items())
    return [pair for name, item in inner for pair in _flat(name, item)]


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
