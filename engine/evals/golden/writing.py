"""Changes one line of a suite's files and leaves every other as it is, byte for byte.

A file is replaced whole: whoever reads it, also after a crash, finds it as it was before or as it
is after. Callers that may write at the same time take turns by a lock of their own.
"""

import json
import os
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp
from typing import Final

import orjson

from engine.contracts import Record
from engine.errors import BadInput
from engine.evals.entries import TaskEntry
from engine.evals.files import TASKS_FILE
from engine.evals.golden.entry import GOLDEN_FILE, GoldenEntry

_MODE: Final = 0o644
_HINT: Final = "a suite that came installed is not to be written: copy its folder and name that"


def write_draft(folder: Path, task: TaskEntry, entry: GoldenEntry) -> None:
    """Put a new task at the end of the suite's tasks, as the draft that its entry says.

    The entry is written first: a task that a crash leaves without one would run unreviewed, an
    entry without its task does nothing. Raises `BadInput` where the folder cannot be written.
    """
    write_entry(folder, entry)
    path = folder / TASKS_FILE
    line = _line(task)
    _replace(path, with_line(_read(path), task.id, line, ordered=False))


def write_entry(folder: Path, entry: GoldenEntry) -> None:
    """Put an entry in the place of the one of its task, else in the order of ids."""
    path = folder / GOLDEN_FILE
    line = _line(entry)
    _replace(path, with_line(_read(path), entry.id, line, ordered=True))


def with_line(data: bytes, key: str, line: bytes, *, ordered: bool) -> bytes:
    """The lines of JSON objects with `line` in the place of the one whose `id` is `key`.

    Where there is none it comes before the first greater id if they are `ordered`, else last.
    """
    *whole, rest = data.split(b"\n")
    lines = [old + b"\n" for old in whole] + ([rest] if rest else [])
    ids = [_id(old) for old in lines]
    if key in ids:
        at = ids.index(key)
        old = lines[at]
        lines[at] = line + old[len(old.rstrip(b"\r\n")) :]
        return b"".join(lines)
    greater = (at for at, other in enumerate(ids) if ordered and other is not None and other > key)
    at = next(greater, len(lines))
    if rest and at == len(lines):
        return data + b"\n" + line  # a last line without an end stays so: the suite's hash sees it
    return b"".join([*lines[:at], line + b"\n", *lines[at:]])


def _line(record: Record) -> bytes:
    """As people write it: a blank after each comma, letters as they are."""
    fields = record.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(fields, ensure_ascii=False).encode()


def _id(line: bytes) -> str | None:
    if not line.strip():
        return None
    found = orjson.loads(line).get("id")  # the file was read and checked before
    return found if isinstance(found, str) else None


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _replace(path: Path, data: bytes) -> None:
    path = path.resolve()  # a link stays one
    try:
        mode = path.stat().st_mode & 0o777 if path.exists() else _MODE
        handle, name = mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                os.fchmod(file.fileno(), mode)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
        _sync(path.parent)
    except OSError as error:
        raise BadInput(
            f"cannot be written: {error.strerror or error}", where=str(path), hint=_HINT
        ) from error


def _sync(folder: Path) -> None:
    """Make the new name of a file in the folder last."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
