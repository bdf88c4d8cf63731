"""Questions about one tenant."""

from datetime import datetime

import polars as pl

from workbench.store.lake import Lake


def by_hour(lake: Lake, tenant: str, *, since: datetime | None = None) -> pl.DataFrame:
    """A tenant's work by the hour, oldest first.

    Columns: hour, steps, calls, input_tokens, output_tokens, cost_usd (of calls with a known
    price), errors (steps that failed).
    """
    sql = """
        SELECT date_trunc('hour', started_at) AS hour, count(*) AS steps,
               sum(calls)::BIGINT AS calls, sum(input_tokens)::BIGINT AS input_tokens,
               sum(output_tokens)::BIGINT AS output_tokens,
               coalesce(sum(cost_usd), 0) AS cost_usd, count(error) AS errors
        FROM steps WHERE tenant = $tenant AND ($since IS NULL OR started_at >= $since)
        GROUP BY hour ORDER BY hour
    """
    return lake.frame(sql, {"tenant": tenant, "since": since})
