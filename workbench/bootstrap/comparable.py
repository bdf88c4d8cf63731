"""Whether two runs can be compared at all, and what to know before doing so."""

from typing import Any, Final

import polars as pl

from engine.contracts import Run
from engine.errors import BadInput
from workbench.store import Store
from workbench.store.queries import facts, runs
from workbench.store.queries.golden import used
from workbench.store.queries.run import asked

_SHOWN: Final = 3
"""Tasks that an error names."""


def must_be_comparable(store: Store, a: str, b: str) -> tuple[str, ...]:
    """What to know about the pair; raises `BadInput` that says what stands against it.

    Where the suite's files differ between the runs, each task that both have has to be the same
    version of itself, by the digest of its content. Where a run does not tell that, its tasks have
    to have been put in the same words. What else may differ is said.
    """
    if a == b:
        raise BadInput(f"{a} cannot be compared with itself", hint="name two runs")
    one, other = (facts.run(store.lake, run_id) for run_id in (a, b))
    if one.suite != other.suite:
        raise BadInput(
            f"{a} is of the suite {one.suite}, {b} of {other.suite}",
            hint="only runs of the same tasks can be compared",
        )
    for run_id in (a, b):
        _must_be_finished(store, run_id)
    return _same_tasks(store, one, other)


def _must_be_finished(store: Store, run_id: str) -> None:
    run: dict[str, Any] = runs.one(store.lake, run_id).to_dicts()[0]
    if run["status"] != "finished":
        raise BadInput(
            f"{run_id} is {run['status']}, {run['done']} of {run['planned']} episodes are done: "
            "what is missing may be what is hard",
            hint=f"workbench eval --resume {run_id}",
        )


def _same_tasks(store: Store, one: Run, other: Run) -> tuple[str, ...]:
    if one.provenance.suite_hash == other.provenance.suite_hash:
        return ()
    left, right = (used(store.lake, run.run_id) for run in (one, other))
    if not left.is_empty() and not right.is_empty():
        return _same_versions(one, other, left.join(right, "task_id", suffix="_b"))
    if {one.source, other.source} != {"eval"}:
        return ("A run was taken in from elsewhere: whether its tasks are the same is not known.",)
    changed = _changed(asked(store.lake, one.run_id), asked(store.lake, other.run_id))
    if changed:
        more = f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
        raise BadInput(
            f"tasks of other versions in {one.run_id} and {other.run_id}: they were asked in "
            f"other words: {', '.join(changed[:_SHOWN])}{more}",
            hint="run the one again with the suite as it is now",
        )
    return (
        "The suite's files differ between the runs. All tasks were asked in the same words; teams, "
        "targets and scorers may differ.",
    )


def _same_versions(one: Run, other: Run, both: pl.DataFrame) -> tuple[str, ...]:
    """What to know of two runs that tell which versions of their tasks they used."""
    changed = both.filter(pl.col("content_hash") != pl.col("content_hash_b"))
    if not changed.is_empty():
        names = [_named(row) for row in changed.head(_SHOWN).to_dicts()]
        more = f" and {changed.height - _SHOWN} more" if changed.height > _SHOWN else ""
        raise BadInput(
            f"tasks of other versions in {one.run_id} and {other.run_id}: {', '.join(names)}{more}",
            hint="run the one again with the suite as it is now",
        )
    return (
        "The suite's files differ between the runs, or the states of tasks asked for. All tasks "
        "that both have are the same versions; teams, tools and families' scorers may differ.",
    )


def _named(row: dict[str, Any]) -> str:
    """A task with what tells its two versions apart, for people."""
    one, other = row["version"], row["version_b"]
    if one == other:
        return f"{row['task_id']} (other content)"
    return f"{row['task_id']} (version {one} and {other})"


def _changed(one: pl.DataFrame, other: pl.DataFrame) -> list[str]:
    """Tasks that both runs have, never asked in the same words."""
    both = one.join(other.select("task_id"), "task_id", how="semi")
    alike = both.join(other, ["task_id", "asked"], how="semi")["task_id"]
    return sorted(set(both["task_id"]) - set(alike))
