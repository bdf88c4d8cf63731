"""What routers decided, and what came of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

import orjson
import polars as pl

from engine.contracts import RoutingDecision
from engine.statistics import Interval, wilson_interval
from workbench.store.lake import Lake
from workbench.store.queries.policy_log import ESCALATED, RATED
from workbench.store.queries.runs import PASSED, within
from workbench.store.queries.tried import VERSIONS, Tried
from workbench.store.rows import decode_all
from workbench.store.tables import BY_FACT

MISROUTES: Final[dict[str, Any]] = {
    "episode_id": pl.String,
    "task_id": pl.String,
    "family": pl.String,
    "epoch": pl.Int64,
    "tier": pl.String,
    "reason": pl.String,
    "probability": pl.Float64,
    "passed": pl.Boolean,
    "fault": pl.String,
    "better": pl.String,
    "other_episode": pl.String,
}


@dataclass(frozen=True, slots=True, eq=False)  # frames have no truth value
class Misroutes:
    """Episodes that went to the wrong tier, by what every tier alone did with the same tasks."""

    rows: pl.DataFrame
    """The newest first: columns `MISROUTES`. `fault` is `too_low` (it failed, a dearer tier passes)
    or `too_high` (a cheaper tier passes), `better` the tier that would have been right,
    `other_episode` what that one did."""
    count: int
    """Episodes that can be judged, right ones among them; see `queries.tried`."""
    left_out: int
    """Episodes that cannot: not scored, not tried on every tier alone, or gone to several."""

    @property
    def rate(self) -> float | None:
        """Share that went wrong: `router_misroute_rate`; null: none can be judged."""
        return self.rows.height / self.count if self.count else None

    @property
    def interval(self) -> Interval:
        """Wilson's 95 % interval of the rate, as if tries of one task were independent."""
        return wilson_interval(self.rows.height, self.count)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which decisions are asked about."""

    router: str
    since: datetime
    run_id: str | None = None
    """Null: those of all runs."""

    @property
    def given(self) -> dict[str, Any]:
        """The parameters of `_CHOSEN`."""
        return {"router": self.router, "since": self.since, "run": self.run_id}


_CHOSEN: Final = """
    FROM routing_decisions
    WHERE router = $router AND decided_at >= $since AND ($run IS NULL OR run_id = $run)
"""


def misrouted(samples: Iterable[Tried], of: int) -> Misroutes:
    """Those among samples that can be judged, `of` so many episodes in all."""
    judged = list(samples)
    rows = pl.DataFrame(list(_wrong(judged)), schema=MISROUTES)
    return Misroutes(rows, len(judged), of - len(judged))


def _wrong(samples: Iterable[Tried]) -> Iterator[dict[str, Any]]:
    for one in samples:
        if found := one.fault(one.own["tier"], passed=one.own["passed"]):
            own = {name: one.own[name] for name in MISROUTES if name in one.own}
            other = one.others[one.best]["episode_id"]
            yield {**own, "fault": found, "better": one.best, "other_episode": other}


def routers(lake: Lake, run_id: str | None = None) -> pl.DataFrame:
    """Every router that has decided anything, in a run or ever, the one used last first.

    Columns: router, decisions, first_at, last_at.
    """
    sql = """
        SELECT router, count(*) AS decisions, min(decided_at) AS first_at,
               max(decided_at) AS last_at
        FROM routing_decisions WHERE $run IS NULL OR run_id = $run
        GROUP BY router ORDER BY last_at DESC, router
    """
    return lake.frame(sql, {"run": run_id})


def by_tier(lake: Lake, chosen: Chosen) -> pl.DataFrame:
    """What each tier was given and what that took, the most used first.

    Columns: tier (whose answer it is), model, decisions, locked, failed_over, rejected (answers
    that failed verification), priced and timed (decisions of which both the expected and the
    actual figure are known); expected_cost_usd and actual_cost_usd (sums over those priced),
    expected_latency_ms and actual_latency_ms (means over those timed).
    """
    priced = "expected_cost_usd IS NOT NULL AND actual_cost_usd IS NOT NULL"
    sql = f"""
        SELECT acted_tier AS tier, any_value(model) AS model, count(*) AS decisions,
               count(*) FILTER (locked) AS locked,
               count(*) FILTER (reason = 'failover') AS failed_over,
               sum(schema_failures)::BIGINT AS rejected,
               count(*) FILTER ({priced}) AS priced,
               count(expected_latency_ms) AS timed,
               sum(expected_cost_usd) FILTER ({priced}) AS expected_cost_usd,
               sum(actual_cost_usd) FILTER ({priced}) AS actual_cost_usd,
               avg(expected_latency_ms) AS expected_latency_ms,
               avg(actual_latency_ms) FILTER (expected_latency_ms IS NOT NULL)
                   AS actual_latency_ms
        {_CHOSEN} GROUP BY acted_tier ORDER BY decisions DESC, tier
    """
    return lake.frame(sql, chosen.given)


def latency(lake: Lake, chosen: Chosen) -> pl.DataFrame:
    """How long decisions took, as one row. Columns: decisions, p50_ms, p99_ms, shadow, misses.

    `shadow`: those that were not acted upon; `misses`: those whose episode has no score.
    """
    sql = f"""
        SELECT count(*) AS decisions, quantile_cont(decided_in_us, 0.5) / 1000 AS p50_ms,
               quantile_cont(decided_in_us, 0.99) / 1000 AS p99_ms,
               count(*) FILTER (shadow) AS shadow, count(*) FILTER (passed IS NULL) AS misses
        FROM ({_CHOSEN}) LEFT JOIN ({PASSED}) AS marks USING (run_id, episode_id)
    """  # noqa: S608
    return lake.frame(sql, {**chosen.given, **within(chosen.run_id)})


def outcomes(lake: Lake, chosen: Chosen) -> pl.DataFrame:
    """What came of the decisions, by the tier that answered; misses of one tier alone bend figures.

    Columns: tier, decisions, passed, failed and missing (by the episode's scores; missing: it has
    none), rejected (an answer failed verification), rated_good and rated_bad (by people, all of
    them content or not), escalated (a person had to decide in the episode); the most used first.
    """
    sql = f"""
        SELECT acted_tier AS tier, count(*) AS decisions, count(*) FILTER (passed) AS passed,
               count(*) FILTER (NOT passed) AS failed,
               count(*) FILTER (passed IS NULL) AS missing,
               count(*) FILTER (schema_failures > 0) AS rejected,
               count(*) FILTER (content) AS rated_good, count(*) FILTER (NOT content) AS rated_bad,
               count(*) FILTER (acted) AS escalated
        FROM ({_CHOSEN}) LEFT JOIN ({PASSED}) AS marks USING (run_id, episode_id)
        LEFT JOIN ({RATED}) AS rated USING (run_id, episode_id)
        LEFT JOIN ({ESCALATED}) AS acted USING (run_id, episode_id)
        GROUP BY acted_tier ORDER BY decisions DESC, tier
    """  # noqa: S608
    return lake.frame(sql, {**chosen.given, **within(chosen.run_id)})


def reasons(lake: Lake, chosen: Chosen) -> pl.DataFrame:
    """Why requests went where they did. Columns: reason, tier (decided upon), decisions."""
    sql = f"""
        SELECT reason, tier, count(*) AS decisions {_CHOSEN}
        GROUP BY ALL ORDER BY decisions DESC, reason, tier
    """
    return lake.frame(sql, chosen.given)


def over_time(lake: Lake, chosen: Chosen, bucket_s: int) -> pl.DataFrame:
    """Decisions by the tier that answered, in stretches of so many seconds.

    Columns: at (the beginning of the stretch), tier, decisions; the earliest first.
    """
    sql = f"""
        SELECT time_bucket(to_seconds($bucket), decided_at) AS "at", acted_tier AS tier,
               count(*) AS decisions
        {_CHOSEN} GROUP BY ALL ORDER BY "at", tier
    """
    return lake.frame(sql, {**chosen.given, "bucket": bucket_s})


def episodes(
    lake: Lake,
    *,
    router: str | None = None,
    run_id: str | None = None,
    since: datetime | None = None,
    limit: int | None = None,
) -> pl.DataFrame:
    """The ended episodes that a router led, of one run or of all, the newest first.

    Columns: run_id, episode_id, suite, agent, task_id, content_hash (null: not told), family,
    epoch, started_at, tier (whose answers all of its are; null: several tiers'), reason (of the
    first decision), probability (mean over its decisions of what was expected of the tier that
    answered; null: one is not known), quality_target, locked, decisions, calls, tokens, cost_usd
    (null: unknown), duration_s, routing (its first decision, JSON), passed (null: not scored).
    """
    sql = f"""
        WITH led AS (
            SELECT run_id, episode_id, count(*) AS decisions, bool_or(locked) AS locked,
                   CASE WHEN count(DISTINCT acted_tier) = 1 THEN any_value(acted_tier) END AS tier,
                   arg_min(reason, step_index) AS reason,
                   CASE WHEN count(probability) = count(*) THEN avg(probability) END AS probability,
                   arg_min(quality_target, step_index) AS quality_target,
                   arg_min(details, step_index) AS routing
            FROM routing_decisions
            WHERE ($router IS NULL OR router = $router) AND ($run IS NULL OR run_id = $run)
              AND ($since IS NULL OR decided_at >= $since)
            GROUP BY run_id, episode_id
        )
        SELECT run_id, episode_id, suite, episodes.agent, task_id, content_hash, family, epoch,
               episodes.started_at, tier, reason, probability, quality_target, locked, decisions,
               calls, input_tokens + output_tokens AS tokens, cost_usd,
               epoch(ended_at - episodes.started_at) AS duration_s, routing, passed
        FROM led JOIN episodes USING (run_id, episode_id)
        JOIN (SELECT DISTINCT run_id, suite FROM runs) USING (run_id)
        LEFT JOIN ({PASSED}) AS marks USING (run_id, episode_id)
        LEFT JOIN ({VERSIONS}) AS versions USING (run_id, task_id)
        ORDER BY episodes.started_at DESC, episode_id LIMIT $limit
    """  # noqa: S608 - constants of ours
    given = {"router": router, "run": run_id, "since": since, "limit": limit}
    return lake.frame(sql, {**given, **within(run_id)})


def features_seen(lake: Lake, router: str, classifier: str, limit: int) -> list[dict[str, float]]:
    """Features of the latest decisions by a classifier, but for early exits: they read no text."""
    sql = """
        SELECT json_extract(details, '$.decision.features')::VARCHAR AS features
        FROM routing_decisions
        WHERE router = $router AND classifier = $classifier AND NOT locked
        ORDER BY decided_at DESC LIMIT $limit
    """
    given = {"router": router, "classifier": classifier, "limit": limit}
    return [orjson.loads(text) for text in lake.frame(sql, given)["features"]]


def of_episode(lake: Lake, episode_id: str) -> tuple[RoutingDecision, ...]:
    """What routers decided for an episode, in order."""
    sql = "FROM routing_decisions WHERE episode_id = ? ORDER BY step_index, decided_at"
    rows = lake.frame(sql, [episode_id]).iter_rows(named=True)
    return cast(tuple[RoutingDecision, ...], decode_all(BY_FACT[RoutingDecision], rows))


def canary_changes(lake: Lake, router: str, limit: int) -> pl.DataFrame:
    """What became of the router's trials, the latest first; a pool's change once.

    Columns: those of the table `canary_changes`, with `tenants` (a list) for `tenant`.
    """
    sql = """
        SELECT canary_id, "before", "after", cause, share, author, note, evidence, changed_at,
               list(DISTINCT tenant ORDER BY tenant) AS tenants
        FROM canary_changes WHERE router = $router
        GROUP BY ALL ORDER BY changed_at DESC, canary_id LIMIT $limit
    """
    return lake.frame(sql, {"router": router, "limit": limit})
