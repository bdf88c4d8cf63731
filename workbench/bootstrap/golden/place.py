"""Where the review of a suite lies, and whose turn it is to write there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from engine.contracts import digest
from engine.errors import BadInput, NotFound, StoreError
from engine.evals.golden import Reviewed, ReviewedTask, read_reviewed
from engine.evals.sources import is_written_otherwise, suite_folder
from workbench.bootstrap.places import suite_folders

_TURN_S: Final = 30.0
"""How long a change waits for another to be written, which takes milliseconds."""


def golden_folder(suite: str) -> Path:
    """The folder of a suite by name or path; raises `NotFound`, or `BadInput` where it has none."""
    if is_written_otherwise(suite):
        raise BadInput(
            "a table or a Python file keeps no golden tasks", where=suite, hint="name a folder"
        )
    return suite_folder(suite, suite_folders())


def the_task(reviewed: Reviewed, task_id: str) -> ReviewedTask:
    """The task of that id; raises `NotFound`."""
    found = reviewed.task(task_id)
    if found is None:
        hint = f"workbench golden list {reviewed.folder}"
        raise NotFound(f"no task {task_id!r} in {reviewed.suite}", hint=hint)
    return found


@contextmanager
def turn(home: Path, folder: Path) -> Iterator[Reviewed]:
    """The suite's review, which nobody else who shares this home changes during the block."""
    path = home / "locks" / f"suite-{digest(str(folder.resolve()).encode())}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(path, timeout=_TURN_S):
            yield read_reviewed(folder)
    except Timeout:
        raise StoreError(f"another process has been writing {folder} for {_TURN_S:.0f} s") from None
