"""A suite out of one's own data: a table in JSONL, CSV or Parquet."""

import gzip
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import orjson
import polars as pl
from pydantic_core import to_jsonable_python

from engine.contracts import AgentSpec, Json, Limits, TeamSpec, canonical, digest
from engine.errors import BadInput
from engine.evals.build import must_be_sound, raise_all
from engine.evals.entries import TaskEntry
from engine.evals.files import read_bytes
from engine.evals.folder import to_scorers, to_task
from engine.evals.suite import Family, Suite
from engine.evals.task import Task

SUFFIXES = (".jsonl", ".jsonl.gz", ".csv", ".parquet")
FIELDS = ("id", "family", "input", "target", "choices")
SOLVER = TeamSpec(
    name="solver",
    entry="solver",
    agents=(
        AgentSpec(
            name="solver",
            instructions="Answer the question. End with the answer alone on the last line.",
        ),
    ),
    limits=Limits(max_steps=2),
)

Row = dict[str, Any]


def is_table(path: Path) -> bool:
    """Whether a file's name ends as a table's does."""
    return path.name.endswith(SUFFIXES)


def load_table(
    path: Path,
    *,
    fields: Mapping[str, str] | None = None,
    scorers: Sequence[Json] = ("exact",),
    family: str = "default",
    team: TeamSpec = SOLVER,
) -> Suite:
    """A suite with a task for each row.

    `fields` says which column holds `id`, `family`, `input`, `target` and `choices` (a list, or a
    text parted by |); a column of that very name needs no entry. Rows without id are numbered,
    rows without family belong to `family`; each family has the same scorers. Raises `BadInput`
    with the row or line of each fault.
    """
    columns = _columns(fields or {}, str(path))
    places, tasks = _tasks(path, columns, family)
    parsed = to_scorers(scorers, path.parent, str(path))
    names = dict.fromkeys(task.family for task in tasks)
    recipe = canonical([columns, list(scorers), family, team.model_dump(mode="json")])
    suite = Suite(
        name=path.name.split(".")[0],
        version="1",
        families=tuple(Family(name, team.name, parsed) for name in names),
        teams=(team,),
        tasks=tasks,
        hash=digest(read_bytes(path), digest(recipe)),
    )
    must_be_sound(suite, places, whole=str(path))
    return suite


def _columns(fields: Mapping[str, str], where: str) -> dict[str, str]:
    if unknown := fields.keys() - set(FIELDS):
        hint = f"fields: {', '.join(FIELDS)}"
        raise BadInput(f"no field {', '.join(sorted(unknown))}", where=where, hint=hint)
    return {name: fields.get(name, name) for name in FIELDS}


def _tasks(path: Path, columns: dict[str, str], family: str) -> tuple[list[str], tuple[Task, ...]]:
    """Where each task stands, and the tasks."""
    places: list[str] = []
    tasks: list[Task] = []
    wrong: list[str] = []
    for number, (where, row) in enumerate(_rows(path), start=1):
        try:
            entry = TaskEntry.parse(_entry(row, columns, number, family, where), where=where)
            tasks.append(to_task(entry, path.parent, where))
            places.append(where)
        except BadInput as error:
            wrong.append(str(error))
    raise_all(wrong)
    return places, tuple(tasks)


def _entry(row: Row, columns: dict[str, str], number: int, family: str, where: str) -> Row:
    for name in ("input", "target"):
        if row.get(columns[name]) is None:
            hint = f"columns: {', '.join(row)}"
            raise BadInput(f"no {name} in column {columns[name]!r}", where=where, hint=hint)
    given = row.get(columns["input"])
    choices = row.get(columns["choices"]) or ()
    return {
        "id": _text(row.get(columns["id"]), f"{number:05d}"),
        "family": _text(row.get(columns["family"]), family),
        "input": given if isinstance(given, str | list) else str(given),
        "target": row[columns["target"]],
        "choices": choices.split("|") if isinstance(choices, str) else choices,
    }


def _text(value: Any, default: str) -> str:
    return default if value is None else str(value)


def _rows(path: Path) -> Iterator[tuple[str, Row]]:
    if path.name.endswith((".jsonl", ".jsonl.gz")):
        return _lines(path)
    return _cells(path)


def _lines(path: Path) -> Iterator[tuple[str, Row]]:
    data = read_bytes(path)
    try:
        text = gzip.decompress(data) if path.suffix == ".gz" else data
    except (OSError, EOFError) as error:
        raise BadInput(f"no gzip file: {error}", where=str(path)) from None
    for number, line in enumerate(text.split(b"\n"), start=1):
        if line.strip():
            yield f"{path}:{number}", _object(line, f"{path}:{number}")


def _object(line: bytes, where: str) -> Row:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise BadInput(f"no JSON: {error}", where=where) from None
    if not isinstance(row, dict):
        raise BadInput("no JSON object", where=where)
    return row


def _cells(path: Path) -> Iterator[tuple[str, Row]]:
    """Rows of CSV, in which every cell is text, or of Parquet."""
    data = read_bytes(path)
    try:
        csv = path.suffix == ".csv"
        frame = pl.read_csv(data, infer_schema=False) if csv else pl.read_parquet(data)
    except pl.exceptions.PolarsError as error:
        raise BadInput(f"no readable table: {error}", where=str(path)) from None
    for number, row in enumerate(frame.iter_rows(named=True), start=1):
        yield f"{path}: row {number}", cast("Row", to_jsonable_python(row))
