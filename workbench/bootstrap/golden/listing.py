"""Golden tasks as tables: all of a suite, and one with its history."""

from typing import Any, Final

import polars as pl

from engine.evals.golden import Reviewed, ReviewedTask, content_of, read_reviewed
from workbench.bootstrap.golden.mirror import mirror_all
from workbench.bootstrap.golden.place import golden_folder, the_task
from workbench.store import Store
from workbench.store.queries.golden import history, runs_with

COLUMNS: Final[dict[str, Any]] = {
    "suite": pl.String,
    "task_id": pl.String,
    "family": pl.String,
    "state": pl.String,
    "version": pl.Int64,
    "owner": pl.String,
    "reviewer": pl.String,
    "reason": pl.String,
    "changed": pl.String,
    "content_hash": pl.String,
    "episode_id": pl.String,
    "step_index": pl.Int64,
    "where": pl.String,
}


def golden_tasks(store: Store, suite: str) -> pl.DataFrame:
    """Every task of a suite with the state of its review, after the lake has been told.

    Columns are `COLUMNS`, `state` being `unreviewed` where there is no entry; in the file's order.
    """
    reviewed = read_reviewed(golden_folder(suite))
    mirror_all(store, reviewed)
    return pl.DataFrame([_row(reviewed, task) for task in reviewed.tasks], schema=COLUMNS)


def task_details(store: Store, suite: str, task_id: str) -> dict[str, Any]:
    """One task: its row of `golden_tasks`, content, history in the lake, runs that used it."""
    reviewed = read_reviewed(golden_folder(suite))
    mirror_all(store, reviewed)
    task = the_task(reviewed, task_id)
    changes = history(store.lake, reviewed.suite, task_id)
    return {
        "task": _row(reviewed, task),
        "content": content_of(task.task),
        "history": [change.model_dump(mode="json") for change in changes],
        "runs": runs_with(store.lake, reviewed.suite, task_id).to_dicts(),
    }


def _row(reviewed: Reviewed, task: ReviewedTask) -> dict[str, Any]:
    entry = task.entry
    origin = entry.origin if entry else None
    return {
        "suite": reviewed.suite,
        "task_id": task.task.id,
        "family": task.task.family,
        "state": task.state,
        "version": entry.version if entry else 1,
        "owner": entry.owner if entry else "",
        "reviewer": entry.reviewer if entry else "",
        "reason": entry.reason if entry else "",
        "changed": entry.at if entry and entry is task.written else "",
        "content_hash": task.hash,
        "episode_id": origin.episode_id if origin else "",
        "step_index": origin.step_index if origin else None,
        "where": task.where,
    }
