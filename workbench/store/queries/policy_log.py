"""What a router's learning policy chose, and what came of it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, NamedTuple

import polars as pl

from engine.contracts import RouteDecision, Routing
from workbench.store.lake import Lake
from workbench.store.queries.runs import EVERY, PASSED

RATED: Final = """
    SELECT run_id, episode_id, bool_and(passed) AS content FROM ratings GROUP BY ALL
"""
"""SQL of whether all people who rated an episode were content."""
ESCALATED: Final = """
    SELECT DISTINCT run_id, episode_id, true AS acted FROM steps WHERE kind = 'human'
"""
"""SQL of the episodes in which a person had to decide."""


class Drawn(NamedTuple):
    """The first choice that a policy made in a conversation, and what came of it."""

    decision: RouteDecision
    chosen_at: float
    ended_at: float
    passed: bool | None
    """By the scores, else by people's ratings; not where a person had to decide; null: unknown."""
    cost_usd: float | None
    """Of all routed calls of the conversation; null: one is not known."""
    latency_s: float


def drawn(lake: Lake, router: str, since: datetime | None = None) -> Iterator[Drawn]:
    """What the router's policy chose in conversations that have ended, in the order of choosing.

    The first choice of each stands for it: later ones of the same conversation hang on it.
    """
    sql = f"""
        WITH chosen AS (
            FROM routing_decisions
            WHERE router = $router AND ($since IS NULL OR decided_at >= $since)
              AND json_array_length(details, '$.decision.arms') > 0
            QUALIFY row_number() OVER (PARTITION BY run_id, episode_id ORDER BY step_index) = 1
        ), took AS (
            SELECT run_id, episode_id, sum(actual_latency_ms) / 1000 AS latency_s,
                   CASE WHEN count(actual_cost_usd) = count(*) THEN sum(actual_cost_usd) END
                       AS cost_usd
            FROM routing_decisions WHERE router = $router GROUP BY run_id, episode_id
        )
        SELECT details, epoch(decided_at) AS chosen_at, epoch(ended_at) AS ended_at,
               coalesce(passed, content) AND acted IS NULL AND stop_reason <> 'error' AS passed,
               took.cost_usd, latency_s
        FROM chosen JOIN took USING (run_id, episode_id) JOIN episodes USING (run_id, episode_id)
        LEFT JOIN ({PASSED}) AS marks USING (run_id, episode_id)
        LEFT JOIN ({RATED}) AS rated USING (run_id, episode_id)
        LEFT JOIN ({ESCALATED}) AS acted USING (run_id, episode_id)
        ORDER BY decided_at, episode_id
    """  # noqa: S608 - constants of ours
    frame = lake.frame(sql, {"router": router, "since": since, **EVERY})
    return map(_drawn, _rows(frame))


def _rows(frame: pl.DataFrame) -> Iterator[dict[str, Any]]:
    return frame.iter_rows(named=True)


def _drawn(row: dict[str, Any]) -> Drawn:
    details = row.pop("details")
    return Drawn(Routing.parse(details).decision, **row)
