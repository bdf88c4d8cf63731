"""A suite's folder as its reviewers see it: every task as written, with its state."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from engine.contracts import Json, Record
from engine.contracts.golden import TaskState
from engine.errors import BadInput
from engine.evals.build import raise_all
from engine.evals.entries import SuiteEntry, TaskEntry
from engine.evals.files import SUITE_FILE, TASKS_FILE, read_bytes, read_yaml
from engine.evals.golden.content import content_hash
from engine.evals.golden.entry import GOLDEN_FILE, GoldenEntry
from engine.evals.golden.lifecycle import current

UNREVIEWED: Final = "unreviewed"
"""What the state of a task without an entry is called."""
STATES: Final = (UNREVIEWED, "draft", "reviewed", "golden", "retired")
RUNNING: Final = (UNREVIEWED, "reviewed", "golden")
"""The states whose tasks run where none are asked for."""

_R = TypeVar("_R", bound=Record)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of `tasks.jsonl`."""

    number: int
    where: str
    entry: TaskEntry


@dataclass(frozen=True, slots=True)
class ReviewedTask:
    """A task with its entry, as it is for the content that the task has now."""

    where: str
    task: TaskEntry
    hash: str
    entry: GoldenEntry | None
    written: GoldenEntry | None
    """The entry as it stands in the file: another one where the content has changed since."""
    scorers: tuple[Json, ...] = ()
    """As written: its own, else its family's."""

    @property
    def state(self) -> str:
        """One of `STATES`."""
        return self.entry.state if self.entry else UNREVIEWED


@dataclass(frozen=True, slots=True)
class Reviewed:
    """All tasks of a suite; `orphans` are places of entries that speak of no task."""

    suite: str
    folder: Path
    tasks: tuple[ReviewedTask, ...]
    orphans: dict[str, str]

    def task(self, task_id: str) -> ReviewedTask | None:
        """The task of that id, if there is one."""
        return next((task for task in self.tasks if task.task.id == task_id), None)


def read_reviewed(folder: Path) -> Reviewed:
    """Read a suite's tasks and their review; raises `BadInput` with file and line of each fault."""
    suite = SuiteEntry.parse(read_yaml(folder / SUITE_FILE), where=str(folder / SUITE_FILE))
    families = {family.name: family.scorers for family in suite.families}
    entries = read_entries(folder)
    tasks = []
    path = folder / TASKS_FILE
    for line in read_tasks(path) if path.exists() else ():  # a suite that is only begun
        found = content_hash(line.entry)
        _, written = entries.pop(line.entry.id, ("", None))
        entry = current(written, found) if written else None
        scorers = line.entry.scorers or families.get(line.entry.family, ())
        tasks.append(ReviewedTask(line.where, line.entry, found, entry, written, scorers))
    orphans = {task_id: where for task_id, (where, _) in entries.items()}
    return Reviewed(suite.name, folder, tuple(tasks), orphans)


def read_tasks(path: Path) -> list[Line]:
    """The tasks of a file, a line each; raises `BadInput` with the line of each fault."""
    return [Line(number, where, entry) for number, where, entry in _records(path, TaskEntry)]


def read_entries(folder: Path) -> dict[str, tuple[str, GoldenEntry]]:
    """Place and entry by task; empty where the suite keeps no review.

    Raises `BadInput` with the line of each fault, also of a second entry of one task.
    """
    path = folder / GOLDEN_FILE
    if not path.is_file():
        return {}
    found: dict[str, tuple[str, GoldenEntry]] = {}
    for _, where, entry in _records(path, GoldenEntry):
        if entry.id in found:
            raise BadInput(f"a second entry of the task {entry.id!r}", where=where)
        found[entry.id] = (where, entry)
    return found


def state_of(entry: GoldenEntry | None) -> TaskState | None:
    """The state as facts have it."""
    return entry.state if entry else None


def _records(path: Path, kind: type[_R]) -> Iterator[tuple[int, str, _R]]:
    wrong: list[str] = []
    found: list[tuple[int, str, _R]] = []
    for number, line in enumerate(read_bytes(path).split(b"\n"), start=1):
        where = f"{path}:{number}"
        if not line.strip():
            continue
        try:
            found.append((number, where, kind.parse(line, where=where)))
        except BadInput as error:
            wrong.append(str(error))
    raise_all(wrong)
    yield from found
