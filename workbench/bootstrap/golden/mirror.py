"""Golden tasks as their files have them, written into the lake as facts."""

from collections.abc import Iterator
from pathlib import Path

from engine.clock import SystemClock
from engine.contracts import GoldenTask
from engine.evals.golden import GoldenEntry, Reviewed, ReviewedTask, content_of, read_reviewed
from workbench.store import Store
from workbench.store.golden import append_changes
from workbench.store.queries.golden import latest

_STANDING = ("version", "state", "content_hash", "owner", "reviewer", "reason")
_LATER_S = 1e-3
"""A change comes after the one before it, also where its file says an earlier time."""


def mirror(store: Store, folder: Path) -> int:
    """Add to the lake what the suite's files say and it does not know; gives how many facts.

    Also what was edited by hand, or has come with a pull. Doing it again adds nothing. A suite
    without a review is left alone.
    """
    return mirror_all(store, read_reviewed(folder))


def mirror_all(store: Store, reviewed: Reviewed) -> int:
    """As `mirror`, of what has been read."""
    if not any(task.entry for task in reviewed.tasks):
        return 0
    changes = list(changes_of(store, reviewed))
    append_changes(store.lake, changes)
    return len(changes)


def changes_of(store: Store, reviewed: Reviewed) -> Iterator[GoldenTask]:
    """What the suite's files say and the lake does not know, a fact a task."""
    known = latest(store.lake, reviewed.suite)
    now = SystemClock().now()
    for task in reviewed.tasks:
        if task.entry is None:
            continue
        before = known.get(task.task.id)
        changed_at = task.entry.changed_at if task.entry is task.written else now
        if before is not None and changed_at <= before.changed_at:
            changed_at = max(now, before.changed_at + _LATER_S)
        fact = golden_fact(reviewed.suite, task, task.entry, changed_at)
        if before is None or _standing(before) != _standing(fact):
            yield fact


def golden_fact(
    suite: str, task: ReviewedTask, entry: GoldenEntry, changed_at: float
) -> GoldenTask:
    """A task with its entry as a fact of the lake."""
    origin = entry.origin
    return GoldenTask(
        tenant=origin.tenant if origin else "local",
        run_id=origin.run_id if origin else "",
        suite=suite,
        task_id=task.task.id,
        family=task.task.family,
        version=entry.version,
        state=entry.state,
        content_hash=entry.hash,
        content=content_of(task.task),
        episode_id=origin.episode_id if origin else "",
        step_index=origin.step_index if origin else None,
        owner=entry.owner,
        reviewer=entry.reviewer,
        reason=entry.reason,
        author=entry.by,
        changed_at=changed_at,
    )


def _standing(fact: GoldenTask) -> tuple[object, ...]:
    return tuple(getattr(fact, name) for name in _STANDING)
