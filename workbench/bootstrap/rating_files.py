"""Ratings from elsewhere, such as a spreadsheet or another labelling tool."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
import polars as pl
from pydantic import Field, ValidationError

from engine.clock import Clock, SystemClock
from engine.contracts import Rating, Record, canonical, digest, explain
from engine.errors import BadInput, NotFound
from engine.evals.judge.rubric import Rubric
from workbench.store import Store
from workbench.store.append import append_rows
from workbench.store.queries import ratings
from workbench.store.queries.resolve import resolve_episode
from workbench.store.rows import encode

_ENOUGH: Final = 0.5
"""A value above it passes where the file does not say whether it does: as a mark of `partly`."""


class RatingLine(Record):
    """A line of a file of ratings."""

    episode_id: str = Field(min_length=1, description="The episode, or the beginning of its id.")
    rater: str = Field(min_length=1, max_length=200, description="Who says it.")
    criterion: str | None = Field(
        default=None, description="By name; null or empty: the rubric's only one."
    )
    passed: bool | None = Field(default=None, description="Null: whether the value is over 0.5.")
    value: float | None = Field(
        default=None, ge=0, le=1, description="1 being best; null: 1 where passed, else 0."
    )
    note: str = Field(default="", max_length=4000, description="Why, in the rater's words.")
    rated_at: float | None = Field(
        default=None, ge=0, description="In seconds since the Unix epoch (UTC); null: now."
    )


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file."""

    ratings: int
    """In the file."""
    new: int
    """Of these, not in the store before."""


def import_ratings(store: Store, path: Path, rubric: Rubric, clock: Clock | None = None) -> Taken:
    """Take in the ratings of a `.jsonl` or `.csv` file, all of them or none.

    A line whose rater has said the very same before (of a line with a time: at that time) adds
    nothing, so that importing a file again changes nothing. Raises `NotFound` where there is no
    file, `BadInput` with the line at fault, also where an episode is not in the store.
    """
    now = (clock or SystemClock()).now()
    lines = list(_lines(path))
    subject = _Subjects(store, [line.episode_id for _, line in lines])
    said = [_rating(subject, rubric, line, f"{path}:{at}", now) for at, line in lines]
    known = _known(ratings.every(store.lake))
    keyed = zip(lines, said, strict=True)
    fresh = {_key(rating, timed=line.rated_at is not None): rating for (_, line), rating in keyed}
    new = [rating for key, rating in fresh.items() if key not in known]
    if new:
        rows = [encode(rating) for rating in new]
        append_rows(store.lake, {"ratings": rows}, f"ratings-{digest(canonical(rows))}")
    return Taken(len(lines), len(new))


def _key(rating: Rating, *, timed: bool) -> tuple[Any, ...]:
    said = (rating.rater, rating.episode_id, rating.rubric_hash, rating.criterion)
    words = (rating.value, rating.passed, rating.note)
    return (*said, *words, round(rating.rated_at, 6) if timed else None)


def _known(frame: pl.DataFrame) -> set[tuple[Any, ...]]:
    """Every rating there is, with its time and without."""
    names = ("rater", "episode_id", "rubric_hash", "criterion", "value", "passed", "note")
    at = (pl.col("rated_at").dt.epoch("us") / 1e6).round(6)
    rows = frame.select(*names, at.alias("at")).iter_rows()
    return {key for row in rows for key in (row, (*row[:-1], None))}


class _Subjects:
    """The episodes that a file names: most by their whole ids, which are looked up together."""

    def __init__(self, store: Store, ids: Sequence[str]) -> None:
        self._store = store
        found = ratings.subjects(store.lake, ids).to_dicts()
        self._found = {row["episode_id"]: row for row in found}

    def __call__(self, text: str) -> dict[str, str]:
        """Tenant, run, episode and task; raises `NotFound` or `BadInput`."""
        if text not in self._found:
            whole = resolve_episode(self._store.lake, text)
            self._found[text] = ratings.subjects(self._store.lake, [whole]).to_dicts()[0]
        return self._found[text]


def _rating(subject: _Subjects, rubric: Rubric, line: RatingLine, where: str, now: float) -> Rating:
    try:
        about = subject(line.episode_id)
        criterion = rubric.criterion(line.criterion or _only(rubric)).name
    except (NotFound, BadInput) as error:
        raise BadInput(error.message, hint=error.hint, where=where) from None
    value, passed = _verdict(line, where)
    return Rating(
        **about,
        rubric=rubric.name,
        rubric_hash=rubric.hash,
        criterion=criterion,
        rater=line.rater,
        value=value,
        passed=passed,
        note=line.note,
        rated_at=now if line.rated_at is None else line.rated_at,
    )


def _only(rubric: Rubric) -> str:
    if len(rubric.criteria) > 1:
        names = ", ".join(criterion.name for criterion in rubric.criteria)
        raise BadInput(f"the rubric {rubric.name} has several criteria", hint=f"name one: {names}")
    return rubric.criteria[0].name


def _verdict(line: RatingLine, where: str) -> tuple[float, bool]:
    if line.value is None and line.passed is None:
        raise BadInput("says neither passed nor value", where=where)
    value = float(bool(line.passed)) if line.value is None else line.value
    return value, value > _ENOUGH if line.passed is None else line.passed


def _lines(path: Path) -> Iterator[tuple[int, RatingLine]]:
    """Each line of the file as a record, with its number."""
    readers = {".jsonl": _json_lines, ".csv": _csv_lines}
    if path.suffix not in readers:
        raise BadInput("is neither .jsonl nor .csv", where=str(path))
    if not path.is_file():
        raise NotFound("no such file", where=str(path))
    try:
        for number, values, strict in readers[path.suffix](path):
            yield number, _line(values, f"{path}:{number}", strict=strict)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(str(error), where=str(path)) from None


def _line(values: Any, where: str, *, strict: bool) -> RatingLine:
    try:
        return RatingLine.model_validate(values, strict=strict)
    except ValidationError as error:
        names = ", ".join(RatingLine.model_fields)
        raise BadInput(explain(error), hint=f"fields: {names}", where=where) from None


def _json_lines(path: Path) -> Iterator[tuple[int, Any, bool]]:
    with path.open("rb") as file:
        for number, text in enumerate(file, 1):
            if not text.strip():
                continue
            try:
                yield number, orjson.loads(text), True
            except orjson.JSONDecodeError as error:
                raise BadInput(f"no JSON: {error}", where=f"{path}:{number}") from None


def _csv_lines(path: Path) -> Iterator[tuple[int, Any, bool]]:
    """Cells that are empty count as not given."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        for row in reader:
            given = {name or "(beyond the header)": cell for name, cell in row.items() if cell}
            yield reader.line_num, given, False
