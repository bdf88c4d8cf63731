"""Questions of a router: where it chose wrongly, what tasks were, which models did them well."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import polars as pl

from engine.statistics import Interval, wilson_interval
from workbench.store.lake import Lake
from workbench.store.queries.routed import episodes
from workbench.store.queries.runs import PASSED
from workbench.store.queries.tried import Tried, tried

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


def misroutes(lake: Lake, run_id: str) -> Misroutes:
    """The misroutes of a run; of one that no router led, none of 0."""
    led = episodes(lake, run_id=run_id)
    return misrouted(tried(lake, led), led.height)


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
