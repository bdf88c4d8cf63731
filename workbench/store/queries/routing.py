"""What routers decided, and how tiers did."""

from typing import NamedTuple

from workbench.store.lake import Lake


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
    sql = """
        WITH verdicts AS (
            SELECT e.tenant, e.family, e.task_id, e.model, e.episode_id,
                bool_and(s.passed) AS passed
            FROM episodes e JOIN scores s USING (tenant, run_id, episode_id)
            WHERE e.model IN (SELECT unnest($models)) AND s.passed IS NOT NULL AND NOT s.advisory
            GROUP BY ALL
        )
        SELECT tenant, family, task_id, model, count(*), count(*) FILTER (NOT passed)
        FROM verdicts GROUP BY ALL ORDER BY ALL
    """
    return [TaskRecord(*row) for row in lake.frame(sql, {"models": models}).iter_rows()]
