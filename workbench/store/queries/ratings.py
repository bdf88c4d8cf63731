"""What people say of answers, and the answers there are to judge."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from workbench.store.lake import Lake

WITHDRAW: Final = "withdraw rating"
"""The action of an audit row by which a rater takes a rating back."""

_SAID: Final = f"""
    SELECT said.* FROM (
        FROM ratings WHERE ($rubric_hash IS NULL OR rubric_hash = $rubric_hash)
                       AND ($runs IS NULL OR run_id IN (SELECT unnest($runs)))
    ) AS said ANTI JOIN (
        SELECT episode_id, author AS rater, max(acted_at) AS taken_back_at,
               json_extract_string(details, '$.rubric_hash') AS rubric_hash,
               json_extract_string(details, '$.criterion') AS criterion
        FROM audits WHERE action = '{WITHDRAW}' GROUP BY ALL
    ) AS gone
    ON said.rater = gone.rater AND said.episode_id = gone.episode_id
       AND said.rubric_hash = gone.rubric_hash AND said.criterion = gone.criterion
       AND taken_back_at >= rated_at
"""  # noqa: S608 - a constant of ours
"""SQL of the ratings that were not taken back."""


def standing(
    lake: Lake,
    *,
    rubric_hash: str | None = None,
    run_ids: Sequence[str] | None = None,
    first: bool = False,
) -> pl.DataFrame:
    """Each rater's latest word on each answer and criterion, the oldest first.

    Columns: those of the table `ratings`. Null: of every rubric; of every run. What was taken back
    does not count. `first` gives each rater's first word instead: what they said before anything
    was talked over.
    """
    sql = f"""
        FROM ({_SAID}) QUALIFY row_number() OVER (
            PARTITION BY rater, episode_id, rubric_hash, criterion
            ORDER BY rated_at {"ASC" if first else "DESC"}) = 1
        ORDER BY rated_at, episode_id, criterion, rater
    """
    runs = None if run_ids is None else list(run_ids)
    return lake.frame(sql, {"rubric_hash": rubric_hash, "runs": runs})


def every(lake: Lake) -> pl.DataFrame:
    """Every rating there ever was; columns as the table."""
    return lake.frame("FROM ratings ORDER BY rated_at, episode_id, criterion, rater")


def subjects(lake: Lake, episode_ids: Sequence[str]) -> pl.DataFrame:
    """Whose these episodes are. Columns: tenant, run_id, episode_id, task_id."""
    sql = """
        SELECT DISTINCT tenant, run_id, episode_id, task_id FROM episodes
        WHERE episode_id IN (SELECT unnest($ids))
    """
    return lake.frame(sql, {"ids": list(episode_ids)})


def answers(lake: Lake, run_ids: Sequence[str]) -> pl.DataFrame:
    """The answers of these runs: of several episodes of a sample the last one that did not fail.

    Columns: tenant, run_id, episode_id, task_id, family, epoch, answer (null: none was given);
    sorted by episode.
    """
    sql = """
        SELECT tenant, run_id, episode_id, task_id, family, epoch, answer FROM episodes
        WHERE run_id IN (SELECT unnest($runs)) AND stop_reason NOT IN ('cancelled', 'error')
        QUALIFY row_number() OVER (
            PARTITION BY run_id, task_id, epoch ORDER BY started_at DESC, episode_id DESC) = 1
        ORDER BY episode_id
    """
    return lake.frame(sql, {"runs": list(run_ids)})


def runs_by_suite(lake: Lake) -> dict[str, list[str]]:
    """Every run under its suite, the newest first; the suite used last first."""
    sql = """
        SELECT suite, run_id FROM runs
        GROUP BY suite, run_id ORDER BY max(started_at) DESC, run_id DESC
    """
    found: dict[str, list[str]] = {}
    for suite, run_id in lake.frame(sql).iter_rows():
        found.setdefault(suite, []).append(run_id)
    return found


def newest_of_a_suite(lake: Lake, run_ids: Sequence[str]) -> str | None:
    """The newest of these runs that says of which suite of ours it was; null: none does."""
    sql = """
        SELECT run_id FROM runs
        WHERE run_id IN (SELECT unnest($runs))
              AND json_extract_string(provenance, '$.settings.suite') IS NOT NULL
        ORDER BY started_at DESC, run_id DESC LIMIT 1
    """
    found = lake.frame(sql, {"runs": list(run_ids)})["run_id"].to_list()
    return found[0] if found else None
