"""A progress bar for imports: checked first, of a number unknown, then written."""

from types import TracebackType
from typing import Final, Self

from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from workbench.bootstrap.recordings import Progress as Done
from workbench.cli.output import progress_console

_EVERY: Final = 10
"""Episodes between two changes of the bar: telling of each would cost more than it shows."""


class ReadingBar:
    """Shows how many episodes have been checked, and how many of them written."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._task: TaskID | None = None
        self._total: int | None = None
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.completed:.0f}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=progress_console,
            disable=quiet,
            transient=True,
        )

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def show(self, done: Done) -> None:
        """Take how far an import is; a new run or a new phase has a bar of its own."""
        if self._task is None or done.done == 1:
            if self._task is not None:
                self._progress.remove_task(self._task)
            doing = "checking" if done.total is None else "writing"
            self._task = self._progress.add_task(f"{doing} {done.source}", total=done.total)
        if done.done % _EVERY == 0 or done.done == done.total:
            self._progress.update(self._task, completed=done.done)
