"""Questions of a router: what tasks were, and which models did them well."""

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from workbench.store.lake import Lake
from workbench.store.queries.runs import EVERY, PASSED


class TaskRecord(NamedTuple):
    """How one model did on one task, over all of its runs."""

    tenant: str
    family: str
    task_id: str
    model: str
    trials: int
    failures: int


def task_records(lake: Lake, models: list[str]) -> list[TaskRecord]:
    """Of runs by one of these models alone: episodes that were scored, and those that failed."""
    sql = f"""
        SELECT tenant, family, task_id, model, count(*), count(*) FILTER (NOT passed)
        FROM episodes JOIN ({PASSED}) AS marks USING (run_id, episode_id)
        WHERE model IN (SELECT unnest($models)) AND passed IS NOT NULL
        GROUP BY ALL ORDER BY ALL
    """  # noqa: S608
    return [TaskRecord(*row) for row in lake.frame(sql, {"models": models, **EVERY}).iter_rows()]


def outcomes(lake: Lake, run_ids: Sequence[str]) -> pl.DataFrame:
    """How often each model passed each task, over all epochs of the runs that were scored.

    Columns: suite, task_id, model, share (passed, 0 to 1), tries; sorted by task and model.
    """
    sql = f"""
        SELECT suite, task_id, episodes.model, avg(passed::INTEGER) AS share, count(*) AS tries
        FROM ({PASSED}) JOIN episodes USING (run_id, episode_id)
        JOIN (SELECT DISTINCT run_id, suite FROM runs) USING (run_id)
        WHERE run_id IN $ids GROUP BY ALL ORDER BY task_id, episodes.model
    """  # noqa: S608
    return lake.frame(sql, _of(run_ids))


def wordings(lake: Lake, run_ids: Sequence[str]) -> pl.DataFrame:
    """What each task was, beside instructions, where all tries of it were put alike.

    Columns: task_id, asked (JSON list of messages).
    """
    sql = """
        SELECT task_id, min(asked) AS asked FROM (
            SELECT task_id, to_json(list_filter(
                from_json(messages, '["JSON"]'),
                lambda message: json_extract_string(message, '$.role') <> 'system'))::VARCHAR
                AS asked
            FROM steps JOIN episodes USING (run_id, episode_id)
            WHERE run_id IN $ids AND run_id BETWEEN $first AND $last
                AND kind = 'input' AND "index" = 0
        ) GROUP BY task_id HAVING count(DISTINCT asked) = 1 ORDER BY task_id
    """
    return lake.frame(sql, _of(run_ids))


def _of(run_ids: Sequence[str]) -> dict[str, object]:
    return {"ids": list(run_ids), "first": min(run_ids), "last": max(run_ids)}
