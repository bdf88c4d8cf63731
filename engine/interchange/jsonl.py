"""Runs and episodes as JSON Lines, and back; see `engine.contracts.lines` for the format."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import orjson

from engine.contracts import EpisodeLine, RunLine
from engine.contracts.lines import JSONL_FORMAT, JSONL_VERSION
from engine.errors import BadInput, NotFound

Line = RunLine | EpisodeLine
LONGEST: Final = 256 * 2**20
"""Bytes that one line may have: it is read whole."""


def write_line(line: Line) -> bytes:
    """The line with its line feed; equal lines give equal bytes."""
    return line.model_dump_json().encode() + b"\n"


def read_lines(path: Path) -> Iterator[Line]:
    """The lines of a file, one in memory at a time.

    Raises `NotFound` where there is no such file, `BadInput` naming line and field at fault, and
    where the file was written by a newer version or names an episode whose run did not come.
    """
    try:
        with path.open("rb") as file:
            yield from _in_order(_numbered(file, path))
    except FileNotFoundError:
        raise NotFound("no such file", where=str(path)) from None
    except OSError as error:
        raise BadInput(error.strerror or str(error), where=str(path)) from None


def _numbered(file: Iterable[bytes], path: Path) -> Iterator[tuple[str, Line]]:
    for number, text in enumerate(file, 1):
        where = f"{path}:{number}"
        if len(text) > LONGEST:
            raise BadInput(f"is longer than {LONGEST} bytes", where=where)
        if text.strip():
            yield where, _line(text, where)


def _in_order(lines: Iterable[tuple[str, Line]]) -> Iterator[Line]:
    known: set[str] = set()
    for where, line in lines:
        if isinstance(line, RunLine):
            known.add(line.run_id)
        elif line.run_id not in known:
            raise BadInput(f"the line of run {line.run_id} has to stand before", where=where)
        _check_owner(line, where)
        yield line
    if not known:
        raise BadInput("holds no run", hint="workbench export RUN --format jsonl writes one")


_REFERRED: Final = frozenset({"GoldenTask", "Calibration", "CanaryChange"})
"""Facts that may stem from elsewhere."""


def _line(text: bytes, where: str) -> Line:
    try:
        head = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadInput(f"is no JSON: {error}", where=where) from None
    kind = head.get("kind") if isinstance(head, dict) else None
    if kind not in {"run", "episode"}:
        raise BadInput(f"is no line of {JSONL_FORMAT}: kind has to be run or episode", where=where)
    version = head.get("version", 1)
    if isinstance(version, int) and version > JSONL_VERSION:
        said = f"has version {version} of the format, this workbench reads {JSONL_VERSION} at most"
        raise BadInput(said, where=where, hint="open it with the version that wrote it")
    return RunLine.parse(text, where) if kind == "run" else EpisodeLine.parse(text, where)


def _check_owner(line: Line, where: str) -> None:
    """A line brings nothing of others, but for what its rows refer to."""
    for fact in line.facts():
        name = type(fact).__name__
        if fact.run_id != line.run_id and name not in _REFERRED:
            raise BadInput(f"{name} belongs to another run, {fact.run_id!r}", where=where)
        if isinstance(line, EpisodeLine) and getattr(fact, "episode_id", "") != line.episode_id:
            raise BadInput(f"{name} belongs to another episode", where=where)
