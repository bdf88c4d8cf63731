"""A suite out of a folder: `suite.yaml`, `tasks.jsonl`, and `tools.py` where it has tools."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from engine.contracts import Json, digest
from engine.errors import BadInput
from engine.evals.build import must_be_sound, raise_all
from engine.evals.entries import FamilyEntry, SuiteEntry, TaskEntry
from engine.evals.files import SUITE_FILE, TASKS_FILE, TOOLS_FILE, read_yaml
from engine.evals.golden.content import content_hash
from engine.evals.golden.entry import GOLDEN_FILE, GoldenEntry
from engine.evals.golden.lifecycle import current
from engine.evals.golden.reading import (
    RUNNING,
    STATES,
    UNREVIEWED,
    Line,
    read_entries,
    read_tasks,
    state_of,
)
from engine.evals.scorers import parse_scorer
from engine.evals.script import load_object
from engine.evals.suite import Constant, Family, Suite
from engine.evals.task import Scorer, Task, Version
from engine.tools import Toolbox


def load_folder(folder: Path, states: Collection[str] = ()) -> Suite:
    """Read and check a suite with its tasks in these states; none: all but drafts and retired ones.

    Its hash covers every file that is neither hidden nor compiled: of the tasks only those that
    it has, and not their review. Raises `BadInput` that names file and line, or field, of each
    fault.
    """
    chosen, left_out = _chosen(folder, states)
    counts = Counter(state or UNREVIEWED for state in left_out.values())
    suite = replace(_whole(folder), tasks=_tasks(chosen, folder), left_out=dict(counts))
    must_be_sound(suite, [line.where for line, _ in chosen], whole=str(folder / SUITE_FILE))
    return replace(suite, hash=folder_hash(folder, left_out))


def open_folder(folder: Path) -> Suite:
    """A suite to which a task is to be added: it may have none yet, and they are not checked.

    It has them all, in whatever state, and no hash. Raises as `load_folder` does.
    """
    chosen, _ = _chosen(folder, STATES) if (folder / TASKS_FILE).exists() else ((), {})
    return replace(_whole(folder), tasks=_tasks(chosen, folder))


def _whole(folder: Path) -> Suite:
    """The suite but for its tasks."""
    entry = SuiteEntry.parse(read_yaml(folder / SUITE_FILE), where=str(folder / SUITE_FILE))
    return Suite(
        name=entry.name,
        version=entry.version,
        description=entry.description,
        families=tuple(_family(family, folder) for family in entry.families),
        teams=entry.teams,
        tasks=(),
        tools=_tools(folder / TOOLS_FILE),
        hash="",
    )


def folder_hash(folder: Path, left_out: Collection[int] = ()) -> str:
    """Digest of the names and bytes of all files, in the order of their names.

    Without the file of the review, and of the tasks without the lines left out, from 1: a task
    makes the suite another one when it begins to run, not when it is drafted.
    """
    chained = ""
    for path in suite_files(folder):
        name = path.relative_to(folder).as_posix()
        if name == GOLDEN_FILE:
            continue
        data = path.read_bytes()
        if name == TASKS_FILE:
            data = _without(data, left_out)
        chained = digest(name.encode() + b"\0" + data, chained)
    return chained


def suite_files(folder: Path) -> list[Path]:
    """Every file of a suite, neither hidden nor compiled, in the order of their names."""
    return sorted(_files(folder), key=lambda path: path.relative_to(folder).as_posix())


def to_task(entry: TaskEntry, folder: Path, where: str, review: GoldenEntry | None = None) -> Task:
    """A task as it was written, its own scorers made ready."""
    number = review.version if review else 1
    return Task(
        id=entry.id,
        family=entry.family,
        input=entry.input,
        target=entry.target,
        choices=entry.choices,
        scorers=to_scorers(entry.scorers, folder, where),
        metadata=entry.metadata,
        version=Version(number, state_of(review), content_hash(entry)),
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


def _chosen(
    folder: Path, states: Collection[str]
) -> tuple[list[tuple[Line, GoldenEntry | None]], dict[int, str | None]]:
    """Lines in the states asked for with their review, and states by number of the others."""
    if unknown := set(states) - set(STATES):
        hint = f"states: {', '.join(STATES)}"
        raise BadInput(f"no state {', '.join(sorted(unknown))}", where="state", hint=hint)
    entries = read_entries(folder)
    chosen: list[tuple[Line, GoldenEntry | None]] = []
    left_out: dict[int, str | None] = {}
    for line in read_tasks(folder / TASKS_FILE):
        _, written = entries.get(line.entry.id, ("", None))
        review = current(written, content_hash(line.entry)) if written else None
        if (state_of(review) or UNREVIEWED) in (states or RUNNING):
            chosen.append((line, review))
        else:
            left_out[line.number] = state_of(review)
    return chosen, left_out


def _tasks(chosen: Sequence[tuple[Line, GoldenEntry | None]], folder: Path) -> tuple[Task, ...]:
    tasks: list[Task] = []
    wrong: list[str] = []
    for line, review in chosen:
        try:
            tasks.append(to_task(line.entry, folder, line.where, review))
        except BadInput as error:
            wrong.append(str(error))
    raise_all(wrong)
    return tuple(tasks)


def _without(data: bytes, left_out: Collection[int]) -> bytes:
    lines = enumerate(data.split(b"\n"), start=1)
    return b"\n".join(line for number, line in lines if number not in left_out)
