"""Tags and notes that stand on runs and episodes."""

import polars as pl

from workbench.store.lake import Lake

STANDING = """
    SELECT run_id, episode_id, kind, text,
           arg_max(author, labelled_at) AS author, max(labelled_at) AS labelled_at
    FROM labels
    GROUP BY run_id, episode_id, kind, text
    HAVING NOT arg_max(removed, labelled_at)
"""
"""SQL of the labels not taken away: of equal ones the latest word counts."""


def of_run(lake: Lake, run_id: str) -> pl.DataFrame:
    """Labels of a run and its episodes, oldest first.

    Columns: run_id, episode_id (null: the run's own), kind (tag, note), text, author, labelled_at.
    """
    sql = f"FROM ({STANDING}) WHERE run_id = $run ORDER BY labelled_at, text"
    return lake.frame(sql, {"run": run_id})


def tags(lake: Lake) -> pl.DataFrame:
    """Every tag in use. Columns: tag, runs, episodes (how many bear it)."""
    sql = f"""
        SELECT text AS tag, count(DISTINCT run_id) FILTER (episode_id IS NULL) AS runs,
               count(DISTINCT episode_id) AS episodes
        FROM ({STANDING}) WHERE kind = 'tag' GROUP BY text ORDER BY text
    """  # noqa: S608 - a constant of ours
    return lake.frame(sql)
