"""What became of conversations that were in a trial."""

from collections.abc import Collection, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from engine.contracts import CanaryOutcome, Routing
from engine.contracts.model import total_cost
from engine.errors import StoreGarbled
from engine.statistics import mean
from workbench.store.lake import Lake
from workbench.store.queries.runs import PASSED, within


def ended(
    lake: Lake, canary_id: str, *, run_id: str | None = None, since: datetime | None = None
) -> list[str]:
    """Ids of episodes that were part of a trial and can be counted, of one run or of all.

    An episode can be once it is scored, has failed, or its run has ended, after which no score is
    waited for; not where the trial was paused or over when it was asked for. `since`: those that
    ended before are left out.
    """
    sql = f"""
        WITH over AS (SELECT DISTINCT run_id, true AS over FROM run_ends)
        SELECT DISTINCT episode_id
        FROM routing_decisions JOIN episodes USING (run_id, episode_id)
        LEFT JOIN ({PASSED}) AS marks USING (run_id, episode_id) LEFT JOIN over USING (run_id)
        WHERE canary_id = $canary AND ($run IS NULL OR run_id = $run)
          AND CAST(json_extract(details, '$.canary.share') AS DOUBLE) > 0
          AND ($since IS NULL OR ended_at >= $since)
          AND (passed IS NOT NULL OR stop_reason = 'error' OR over)
    """  # noqa: S608 - constants of ours
    given = {"canary": canary_id, "run": run_id, "since": since, **within(run_id)}
    return lake.frame(sql, given)["episode_id"].to_list()


def trial_outcomes(
    lake: Lake, canary_id: str, episodes: Collection[str], run_id: str | None = None
) -> list[CanaryOutcome]:
    """What became of these episodes of a trial, in the order in which they ended.

    Latency and cost are means over their routed calls.
    """
    sql = f"""
        SELECT decided.tenant, episode_id, details, actual_latency_ms, actual_cost_usd,
               stop_reason = 'error' AS error, passed
        FROM routing_decisions AS decided JOIN episodes USING (run_id, episode_id)
        LEFT JOIN ({PASSED}) AS marks USING (run_id, episode_id)
        WHERE canary_id = $canary AND episode_id IN (SELECT unnest($episodes::VARCHAR[]))
        ORDER BY ended_at, episode_id, step_index
    """  # noqa: S608 - constants of ours
    given = {"canary": canary_id, "episodes": list(episodes), **within(run_id)}
    rows = lake.frame(sql, given).iter_rows(named=True)
    grouped = groupby(rows, key=lambda row: row["episode_id"])
    return [_outcome(list(calls)) for _, calls in grouped]


def _outcome(calls: list[Mapping[str, Any]]) -> CanaryOutcome:
    """Of one episode, by its routed calls in order."""
    routings = [Routing.parse(call["details"]) for call in calls]
    first, place = calls[0], routings[0].canary
    if place is None:
        raise StoreGarbled(f"a decision of {first['episode_id']} does not tell of its trial")
    passed, cost = first["passed"], total_cost(call["actual_cost_usd"] for call in calls)
    return CanaryOutcome(
        outcome_id=first["episode_id"],
        canary_id=place.canary_id,
        tenant=first["tenant"],
        arm=place.arm,
        share=place.share,
        quality=None if passed is None else float(passed),
        error=first["error"] or any(one.trial_failed for one in routings),
        latency_ms=mean([call["actual_latency_ms"] for call in calls]),
        cost_usd=None if cost is None else cost / len(calls),
    )
