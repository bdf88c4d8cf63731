"""Questions about golden tasks: how they stand, how they came there, which a run used."""

import polars as pl

from engine.contracts import GoldenTask
from workbench.store.lake import Lake
from workbench.store.rows import decode_all
from workbench.store.tables import BY_FACT

LATEST = """
    FROM golden_tasks
    QUALIFY row_number() OVER (PARTITION BY tenant, suite, task_id ORDER BY changed_at DESC) = 1
"""
"""SQL of each task as it stands."""


def latest(lake: Lake, suite: str) -> dict[str, GoldenTask]:
    """Every golden task of a suite as the lake has it last, by id."""
    frame = lake.frame(f"FROM ({LATEST}) WHERE suite = ? ORDER BY changed_at", [suite])
    return {fact.task_id: fact for fact in _facts(frame)}


def standing(lake: Lake, limit: int = 500) -> pl.DataFrame:
    """Golden tasks of all suites as they stand, the latest change first.

    Columns: suite, task_id, family, state, version, owner, reviewer, reason, changed_at,
    episode_id, step_index.
    """
    sql = f"""
        SELECT suite, task_id, family, state, version, owner, reviewer, reason, changed_at,
               episode_id, step_index
        FROM ({LATEST}) ORDER BY changed_at DESC, suite, task_id LIMIT $limit
    """  # noqa: S608 - a constant of ours
    return lake.frame(sql, {"limit": limit})


def history(lake: Lake, suite: str, task_id: str) -> tuple[GoldenTask, ...]:
    """Every change of one task, the oldest first."""
    sql = "FROM golden_tasks WHERE suite = ? AND task_id = ? ORDER BY changed_at, version"
    return _facts(lake.frame(sql, [suite, task_id]))


def used(lake: Lake, run_id: str) -> pl.DataFrame:
    """Which versions of its tasks a run used, none of one that does not tell.

    Columns: task_id, family, version, state (null: not reviewed), content_hash; by task_id.
    """
    sql = """
        SELECT DISTINCT task_id, family, version, state, content_hash
        FROM task_versions WHERE run_id = ? ORDER BY task_id
    """
    return lake.frame(sql, [run_id])


def runs_with(lake: Lake, suite: str, task_id: str) -> pl.DataFrame:
    """The runs that used a task, the newest first. Columns: run_id, version, content_hash."""
    sql = """
        SELECT DISTINCT run_id, version, content_hash FROM task_versions
        WHERE suite = ? AND task_id = ? ORDER BY run_id DESC
    """
    return lake.frame(sql, [suite, task_id])


def _facts(frame: pl.DataFrame) -> tuple[GoldenTask, ...]:
    table = BY_FACT[GoldenTask]
    facts = decode_all(table, frame.iter_rows(named=True))
    return tuple(fact for fact in facts if isinstance(fact, GoldenTask))
