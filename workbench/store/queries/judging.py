"""What judges and people have said of answers, and which judges are calibrated."""

from collections.abc import Sequence
from typing import TypeVar, cast

import polars as pl

from engine.contracts import Calibration, Episode, Fact, Judgement, Rating, Score, Step
from workbench.store.lake import Lake
from workbench.store.queries.ratings import standing
from workbench.store.rows import decode_all
from workbench.store.tables import BY_FACT

F = TypeVar("F", bound=Fact)

_ALONE = "json_extract(details, '$.pair') IS NULL"
_FAILED = "json_extract(details, '$.error') IS NOT NULL"


def judgements(lake: Lake, run_id: str) -> tuple[Judgement, ...]:
    """The latest word on each episode by each judge, those without judgement left out."""
    sql = f"""
        FROM judgements WHERE run_id = $run AND NOT ({_FAILED}) AND {_ALONE}
        QUALIFY row_number() OVER (PARTITION BY episode_id, judge, rubric_hash,
            json_extract_string(details, '$.method') ORDER BY judged_at DESC) = 1
    """
    return _all(Judgement, lake.frame(sql, {"run": run_id}))


def ratings(lake: Lake, run_id: str, rubric_hash: str | None = None) -> tuple[Rating, ...]:
    """What people say of a run's answers, by one rubric or by all, each rater's latest word."""
    return _all(Rating, standing(lake, rubric_hash=rubric_hash, run_ids=[run_id]))


def calibrations(lake: Lake) -> tuple[Calibration, ...]:
    """Every calibration, the latest first."""
    return _all(Calibration, lake.frame("FROM calibrations ORDER BY calibrated_at DESC"))


def scores(lake: Lake, run_id: str) -> tuple[Score, ...]:
    """Each scorer's latest word on each episode."""
    sql = """
        FROM scores WHERE run_id = $run
        QUALIFY row_number() OVER (PARTITION BY episode_id, scorer ORDER BY scored_at DESC) = 1
    """
    return _all(Score, lake.frame(sql, {"run": run_id}))


def ended(lake: Lake, run_id: str) -> tuple[Episode, ...]:
    """The episodes that can be judged, neither cancelled nor failed, by task and epoch."""
    sql = """
        FROM episodes WHERE run_id = $run AND stop_reason NOT IN ('cancelled', 'error')
        ORDER BY task_id, epoch, episode_id
    """
    return _all(Episode, lake.frame(sql, {"run": run_id}))


def own_steps(lake: Lake, episode_ids: Sequence[str]) -> tuple[Step, ...]:
    """The episodes' own steps in order, those of workers that they asked left out."""
    sql = """
        FROM steps WHERE episode_id IN (SELECT unnest($ids)) AND parent_span_id IS NULL
        ORDER BY episode_id, "index"
    """
    return _all(Step, lake.frame(sql, {"ids": list(episode_ids)}))


def effort(lake: Lake, run_id: str) -> pl.DataFrame:
    """What judging a run took, by scorer and judge.

    Columns: scorer, judge, rubric, rubric_hash, answers (judged), failed (askings without a
    judgement), agreement (mean self-consistency), confidence (mean), passed (share), calls,
    tokens, cost_usd (null: unknown).
    """
    sql = f"""
        SELECT scorer, judge, rubric, rubric_hash,
               count(DISTINCT episode_id) FILTER (NOT {_FAILED}) AS answers,
               count(*) FILTER ({_FAILED}) AS failed,
               avg(agreement) FILTER (NOT {_FAILED}) AS agreement,
               avg(confidence) FILTER (NOT {_FAILED}) AS confidence,
               avg(passed::INTEGER) FILTER (NOT {_FAILED}) AS passed,
               sum(calls)::BIGINT AS calls, sum(input_tokens + output_tokens)::BIGINT AS tokens,
               CASE WHEN count(*) = count(cost_usd) THEN sum(cost_usd) END AS cost_usd
        FROM judgements WHERE run_id = $run GROUP BY ALL ORDER BY scorer, judge
    """  # noqa: S608 - a constant of ours
    return lake.frame(sql, {"run": run_id})


def _all(kind: type[F], frame: pl.DataFrame) -> tuple[F, ...]:
    return cast(tuple[F, ...], decode_all(BY_FACT[kind], frame.iter_rows(named=True)))
