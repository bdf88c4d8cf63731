"""Runs that are read beside another one."""

import polars as pl

from workbench.store.lake import Lake


def baselines(lake: Lake, run_id: str) -> pl.DataFrame:
    """The newest run of each agent that asks no model, over the very samples of this run.

    Columns: run_id, agent; sorted by agent, this run itself left out.
    """
    sql = """
        WITH drawn AS (
            SELECT run_id, agent, model, started_at, epochs,
                   json_extract(provenance, ['$.suite_hash', '$.settings.seed', '$.settings.limit',
                       '$.settings.samples', '$.settings.families']) AS samples
            FROM runs WHERE source = 'eval'
        )
        SELECT arg_max(other.run_id, other.started_at) AS run_id, other.agent
        FROM drawn AS this JOIN drawn AS other USING (samples, epochs)
        WHERE this.run_id = $run AND other.run_id <> $run AND other.model = ''
        GROUP BY other.agent ORDER BY other.agent
    """
    return lake.frame(sql, {"run": run_id})
