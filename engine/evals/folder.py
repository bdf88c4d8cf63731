"""A suite out of a folder: `suite.yaml`, `tasks.jsonl`, and `tools.py` where it has tools."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from engine.contracts import Json, digest
from engine.errors import BadInput
from engine.evals.build import must_be_sound, raise_all
from engine.evals.entries import FamilyEntry, SuiteEntry, TaskEntry
from engine.evals.files import read_bytes, read_yaml
from engine.evals.scorers import parse_scorer
from engine.evals.script import load_object
from engine.evals.suite import Constant, Family, Suite
from engine.evals.task import Scorer, Task
from engine.tools import Toolbox

SUITE_FILE = "suite.yaml"
TASKS_FILE = "tasks.jsonl"
TOOLS_FILE = "tools.py"


def load_folder(folder: Path) -> Suite:
    """Read and check a suite; its hash covers every file that is neither hidden nor compiled.

    Raises `BadInput` that names file and line, or field, of each fault.
    """
    entry = SuiteEntry.parse(read_yaml(folder / SUITE_FILE), where=str(folder / SUITE_FILE))
    lines, tasks = _tasks(folder / TASKS_FILE)
    suite = Suite(
        name=entry.name,
        version=entry.version,
        description=entry.description,
        families=tuple(_family(family, folder) for family in entry.families),
        teams=entry.teams,
        tasks=tasks,
        tools=_tools(folder / TOOLS_FILE),
        hash="",
    )
    must_be_sound(suite, lines, whole=str(folder / SUITE_FILE))
    return replace(suite, hash=folder_hash(folder))


def folder_hash(folder: Path) -> str:
    """Digest of the names and bytes of all files, in the order of their names."""
    chained = ""
    for path in suite_files(folder):
        name = path.relative_to(folder).as_posix().encode()
        chained = digest(name + b"\0" + path.read_bytes(), chained)
    return chained


def suite_files(folder: Path) -> list[Path]:
    """Every file of a suite, neither hidden nor compiled, in the order of their names."""
    return sorted(_files(folder), key=lambda path: path.relative_to(folder).as_posix())


def to_task(entry: TaskEntry, folder: Path, where: str) -> Task:
    """A task as it was written, its own scorers made ready."""
    return Task(
        id=entry.id,
        family=entry.family,
        input=entry.input,
        target=entry.target,
        choices=entry.choices,
        scorers=to_scorers(entry.scorers, folder, where),
        metadata=entry.metadata,
    )


def to_scorers(entries: Sequence[Json], folder: Path, where: str) -> tuple[Scorer, ...]:
    """Scorers from what is written of them; functions lie relative to `folder`."""
    return tuple(parse_scorer(entry, folder, where=where) for entry in entries)


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") or part == "__pycache__" for part in parts)
        if path.is_file() and not hidden:
            yield path


def _family(entry: FamilyEntry, folder: Path) -> Family:
    where = f"{folder / SUITE_FILE}: family {entry.name}"
    return Family(
        name=entry.name,
        team=entry.team,
        scorers=to_scorers(entry.scorers, folder, where),
        description=entry.description,
        constant=Constant(**entry.constant.model_dump()),
    )


def _tools(path: Path) -> Toolbox:
    if not path.is_file():
        return Toolbox()
    try:
        return Toolbox.of(*load_object(path, "TOOLS"))
    except TypeError:
        raise BadInput("TOOLS has to be a list of functions", where=str(path)) from None


def _tasks(path: Path) -> tuple[list[str], tuple[Task, ...]]:
    """Where each task stands, and the tasks."""
    places: list[str] = []
    tasks: list[Task] = []
    wrong: list[str] = []
    for number, line in enumerate(read_bytes(path).split(b"\n"), start=1):
        where = f"{path}:{number}"
        if not line.strip():
            continue
        try:
            tasks.append(to_task(TaskEntry.parse(line, where=where), path.parent, where))
            places.append(where)
        except BadInput as error:
            wrong.append(str(error))
    raise_all(wrong)
    return places, tuple(tasks)
