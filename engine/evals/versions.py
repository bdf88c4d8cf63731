"""Which versions of its tasks a run uses, as facts."""

from collections.abc import Iterator

from engine.contracts import Run, TaskVersion, canonical, digest
from engine.evals.build import task_content
from engine.evals.suite import Suite
from engine.evals.task import Task


def task_versions(run: Run, suite: Suite) -> Iterator[TaskVersion]:
    """One for each task of the suite, in its order."""
    for task in suite.tasks:
        yield TaskVersion(
            tenant=run.tenant,
            run_id=run.run_id,
            suite=suite.name,
            task_id=task.id,
            family=task.family,
            version=task.version.number,
            state=task.version.state,
            content_hash=task.version.hash or task_hash(task),
        )


def task_hash(task: Task) -> str:
    """The content of a task that was not written in a file, as 32 hex digits."""
    return digest(canonical(task_content(task)))
