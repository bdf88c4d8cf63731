"""Recording files: found, read in pieces, and told by their content.

Gzip is read as what it holds, so that packing a file does not make it another.
"""

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import orjson

from engine.errors import BadInput, NotFound

MAX_DOCUMENT: Final = 256 * 1024 * 1024
"""Bytes of a JSON document, or of a line, that is read whole: it takes about ten times that."""
_PIECE: Final = 1024 * 1024


def files_of(paths: Sequence[Path], suffixes: Sequence[str]) -> list[Path]:
    """The files themselves, and those in folders and below that end so, in the order of their name.

    Raises `NotFound` for a path that is not there, and for a folder without such a file.
    """
    found: dict[Path, None] = {}
    for path in paths:
        found |= dict.fromkeys([path] if path.is_file() else _inside(path, suffixes))
    return list(found)


def _inside(folder: Path, suffixes: Sequence[str]) -> list[Path]:
    if not folder.is_dir():
        raise NotFound("no such file or folder", where=str(folder))
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    if found := [file for file in files if file.name.endswith(tuple(suffixes))]:
        return found
    listed = sorted(path.name for path in folder.iterdir())[:5]
    names = ", ".join(listed) or "none"
    raise NotFound(f"no {' or '.join(suffixes)} in it; found: {names}", where=str(folder))


def content_digest(file: Path) -> str:
    """32 hex digits of BLAKE2b over what the file holds; raises as `pieces`."""
    state = blake2b(digest_size=16)
    for piece in pieces(file):
        state.update(piece)
    return state.hexdigest()


def pieces(file: Path) -> Iterator[bytes]:
    """The content, a megabyte at a time; raises `BadInput` where it cannot be read."""
    with opened(file) as stream, readable(file):
        while piece := stream.read(_PIECE):
            yield piece


def lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, numbered from 1; raises `BadInput`, as for one too long."""
    with opened(file) as stream, readable(file):
        number = 0
        while line := stream.readline(MAX_DOCUMENT + 1):
            number += 1
            _small_enough(len(line), f"{file}: line {number}")
            if line.strip():
                yield number, line


def document(file: Path) -> Any:
    """The JSON document that the file holds; raises `BadInput` where it is none, or too large."""
    return parsed(whole(file), str(file))


def whole(file: Path) -> bytes:
    """All of the content; raises `BadInput` where it is too large, or cannot be read."""
    with opened(file) as stream, readable(file):
        data = stream.read(MAX_DOCUMENT + 1)
    _small_enough(len(data), str(file))
    return data


def parsed(data: bytes, where: str) -> Any:
    """The value that JSON text says; raises `BadInput` naming `where` it stands."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        fault = error
    try:  # NaN and Infinity, which Python programs write, become null
        return orjson.loads(orjson.dumps(json.loads(data)))
    except (ValueError, TypeError, RecursionError):
        raise BadInput(f"is no JSON: {fault}", where=where) from None


def opened(file: Path) -> BinaryIO:
    """The content as a stream of bytes."""
    return cast(BinaryIO, gzip.open(file)) if file.suffix == ".gz" else file.open("rb")


class readable:  # noqa: N801 - reads as a statement
    """Makes a fault in packed data within the block a `BadInput` that names the file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __enter__(self) -> None:
        """Nothing is to be done before."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError | EOFError | zlib.error):
            raise BadInput(f"cannot be read: {error}", where=str(self._file)) from None


def unlike(files: Iterable[Path]) -> dict[str, Path]:
    """Files by the digest of their content, the first of those that are alike."""
    found: dict[str, Path] = {}
    for file in files:
        found.setdefault(content_digest(file), file)
    return found


def _small_enough(size: int, where: str) -> None:
    if size > MAX_DOCUMENT:
        limit = f"{MAX_DOCUMENT // 2**20} MB"
        raise BadInput(f"is longer than {limit}, which is as much as is read at once", where=where)
