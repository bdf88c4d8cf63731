"""What became of conversations that were in a trial."""

from collections.abc import Collection, Iterable, Mapping
from itertools import groupby
from typing import Any

from engine.contracts import CanaryOutcome, Routing
from engine.statistics import mean
from workbench.store.lake import Lake
from workbench.store.queries.runs import PASSED, within


def trial_outcomes(
    lake: Lake, canary_id: str, known: Collection[str], run_id: str | None = None
) -> list[CanaryOutcome]:
    """Outcomes of a trial beside those known by id, in the order in which the episodes ended.

    Of one run, or of all. An episode counts once it is scored, has failed, or its run has ended,
    after which no score is waited for. Latency and cost are means over its routed calls.
    """
    sql = f"""
        WITH over AS (SELECT DISTINCT run_id, true AS over FROM run_ends)
        SELECT decided.tenant, episode_id, details, actual_latency_ms, actual_cost_usd,
               stop_reason = 'error' AS error, passed
        FROM routing_decisions AS decided JOIN episodes USING (run_id, episode_id)
        LEFT JOIN ({PASSED}) AS marks USING (run_id, episode_id) LEFT JOIN over USING (run_id)
        WHERE canary_id = $canary AND ($run IS NULL OR run_id = $run)
          AND episode_id NOT IN (SELECT unnest($known::VARCHAR[]))
          AND (passed IS NOT NULL OR stop_reason = 'error' OR over)
        ORDER BY ended_at, episode_id, step_index
    """  # noqa: S608 - constants of ours
    given = {"canary": canary_id, "run": run_id, "known": list(known)}
    rows = lake.frame(sql, {**given, **within(run_id)}).iter_rows(named=True)
    episodes = groupby(rows, key=lambda row: row["episode_id"])
    return [found for _, calls in episodes if (found := _outcome(list(calls)))]


def _outcome(calls: list[Mapping[str, Any]]) -> CanaryOutcome | None:
    """Of one episode; null where its trial did not run when it was asked for."""
    routings = [Routing.parse(call["details"]) for call in calls]
    first, place = calls[0], routings[0].canary
    if place is None or not place.share:
        return None
    passed = first["passed"]
    return CanaryOutcome(
        outcome_id=first["episode_id"],
        canary_id=place.canary_id,
        tenant=first["tenant"],
        arm=place.arm,
        share=place.share,
        quality=None if passed is None else float(passed),
        error=first["error"] or any(one.trial_failed for one in routings),
        latency_ms=mean([call["actual_latency_ms"] for call in calls]),
        cost_usd=_mean(call["actual_cost_usd"] for call in calls),
    )


def _mean(values: Iterable[float | None]) -> float | None:
    """Null where one is not known."""
    found = list(values)
    known = [value for value in found if value is not None]
    return mean(known) if len(known) == len(found) else None
