"""Changes of state: checked by the state machine, written to the file, mirrored in the lake."""

from collections.abc import Callable

from engine.clock import SystemClock
from engine.errors import BadInput
from engine.evals.golden import (
    Finding,
    GoldenEntry,
    Reviewed,
    ReviewedTask,
    Said,
    begun,
    lint,
    promoted,
    retired,
    write_entry,
)
from engine.evals.golden.reading import STATES
from engine.evals.sources import load_suite
from workbench.bootstrap.golden.mirror import mirror
from workbench.bootstrap.golden.place import golden_folder, the_task, turn
from workbench.settings import Settings
from workbench.store import Store


def promote_task(
    store: Store,
    settings: Settings,
    suite: str,
    task_id: str,
    *,
    reason: str,
    reviewer: str = "",
    owner: str = "",
) -> GoldenEntry:
    """Bring a task to its next state; gives its entry.

    The reviewer is whoever the settings name unless another is given; a task that has not been
    reviewed needs an owner too. Raises `NotFound`, or `BadInput` where the state machine refuses,
    the task cannot be scored, or lint finds an error in it.
    """
    said = _said(settings, reason)

    def change(reviewed: Reviewed, task: ReviewedTask) -> GoldenEntry:
        entry = task.entry or begun(task_id, task.hash, owner, said)
        after = promoted(entry, reviewer or settings.author, said)
        _must_measure(reviewed, task)
        return after

    return _change(store, settings, suite, task_id, change)


def retire_task(
    store: Store, settings: Settings, suite: str, task_id: str, *, reason: str
) -> GoldenEntry:
    """Take a task out of use, its lines kept; raises as `promote_task` does.

    A task that has not been reviewed is owned by whoever retires it.
    """
    said = _said(settings, reason)

    def change(_: Reviewed, task: ReviewedTask) -> GoldenEntry:
        entry = task.entry or begun(task_id, task.hash, settings.author, said)
        return retired(entry, said)

    return _change(store, settings, suite, task_id, change)


def _change(
    store: Store,
    settings: Settings,
    suite: str,
    task_id: str,
    change: Callable[[Reviewed, ReviewedTask], GoldenEntry],
) -> GoldenEntry:
    folder = golden_folder(suite)
    with turn(settings.home, folder) as reviewed:
        after = change(reviewed, the_task(reviewed, task_id))
        mirror(store, folder)  # what was changed by hand before comes first
        write_entry(folder, after)
        mirror(store, folder)
    return after


def _said(settings: Settings, reason: str) -> Said:
    return Said(settings.author, reason, SystemClock().now())


def _must_measure(reviewed: Reviewed, task: ReviewedTask) -> None:
    """A task that cannot be scored, or measures nothing, does not go on."""
    load_suite(str(reviewed.folder), states=STATES)
    wrong = [finding for finding in lint([reviewed]) if _about(finding, task)]
    if wrong:
        said = "; ".join(f"{finding.rule}: {finding.message}" for finding in wrong)
        raise BadInput(said, where=task.where, hint=f"workbench golden lint {reviewed.folder}")


def _about(finding: Finding, task: ReviewedTask) -> bool:
    return finding.severity == "error" and task.where in {finding.where, finding.other}
