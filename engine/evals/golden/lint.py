"""Lint over the tasks of one suite or several: every way in which they measure badly."""

from collections.abc import Iterator, Sequence

from engine.evals.golden.finding import Finding
from engine.evals.golden.pairs import NEAR, Item, lint_pairs
from engine.evals.golden.reading import Reviewed
from engine.evals.golden.single import lint_task


def lint(suites: Sequence[Reviewed], near: float = NEAR) -> list[Finding]:
    """Findings on all tasks but retired ones, errors first, then by place.

    What stands in two of the suites is a leak. `near` is the resemblance, above 0 and at most 1,
    from which on two inputs count as nearly the same; see `alike.py`.
    """
    items = [
        Item(reviewed.suite, task)
        for reviewed in suites
        for task in reviewed.tasks
        if task.state != "retired"
    ]
    found = [finding for item in items for finding in lint_task(item.task)]
    found += lint_pairs(items, near)
    found += [orphan for reviewed in suites for orphan in _orphans(reviewed)]
    return sorted(found, key=lambda finding: finding.severity != "error")


def _orphans(reviewed: Reviewed) -> Iterator[Finding]:
    for task_id, where in reviewed.orphans.items():
        yield Finding("no_task", "error", where, task_id, "the entry speaks of no task")
