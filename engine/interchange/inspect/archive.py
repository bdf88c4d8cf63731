"""The members of an Inspect log: a zip of JSON documents, or one JSON document.

Members are deflated (as older versions of Inspect write them) or packed with Zstandard (method 93
of the zip specification, 6.3.7), which `zipfile` of Python before 3.14 does not read.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import zstandard

from engine.errors import BadInput
from engine.interchange.files import MAX_DOCUMENT, document, parsed

_ZSTD: Final = 93
_LOCAL_HEADER: Final = struct.Struct("<4s5H3I2H")
_SAMPLES: Final = "samples/"
_STARTED: Final = "_journal/start.json"


class Archive:
    """A log in the `.eval` format; members are read one at a time.

    Raises `BadInput` naming the file where it is no such log, and the member where that is broken.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError) as error:
            raise BadInput(f"is no Inspect log: {error}", where=str(file)) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    @cached_property
    def _members(self) -> dict[str, zipfile.ZipInfo]:
        """By name: of a member that was written again the last one counts."""
        return {info.filename: info for info in self._zip.infolist()}

    def header(self) -> dict[str, Any]:
        """What the log says of itself; of one that did not end what it began with."""
        for name in ("header.json", _STARTED):
            if name in self._members:
                return _object(parsed(self._read(name), self._where(name)), self._where(name))
        raise BadInput("is no Inspect log: it has no header.json", where=str(self.file))

    def samples(self) -> Iterator[tuple[str, bytes]]:
        """Where each sample stands, for messages, and its JSON text."""
        for name in self._members:
            if name.startswith(_SAMPLES) and name.endswith(".json"):
                yield self._where(name), self._read(name)

    def _where(self, name: str) -> str:
        return f"{self.file}: {name}"

    def _read(self, name: str) -> bytes:
        info = self._members[name]
        if info.file_size > MAX_DOCUMENT:
            limit = f"{MAX_DOCUMENT // 2**20} MB"
            raise BadInput(f"is longer than {limit}, which is the most", where=self._where(name))
        try:
            return self._unpacked(info) if info.compress_type == _ZSTD else self._zip.read(info)
        except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, zlib.error) as error:
            raise BadInput(f"cannot be read: {error}", where=self._where(name)) from None
        except (zstandard.ZstdError, struct.error) as error:
            raise BadInput(f"cannot be unpacked: {error}", where=self._where(name)) from None

    def _unpacked(self, info: zipfile.ZipInfo) -> bytes:
        stream = self._zip.fp
        if stream is None:
            raise OSError("the file is closed")
        stream.seek(info.header_offset)
        header = _LOCAL_HEADER.unpack(stream.read(_LOCAL_HEADER.size))
        stream.seek(header[-2] + header[-1], 1)  # over name and extra fields
        packed = zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True)
        data = packed.read(info.file_size)
        if zlib.crc32(data) != info.CRC:
            raise zipfile.BadZipFile("its checksum is another")
        return data


def whole_log(file: Path) -> dict[str, Any]:
    """A log in the `.json` format; raises `BadInput` where it is none."""
    return _object(document(file), str(file))


def is_archive(file: Path) -> bool:
    """Whether the file is a zip; a log in the `.json` format is none."""
    return zipfile.is_zipfile(file)


def sample_texts(file: Path) -> Iterator[tuple[str, Any]]:
    """Where each sample stands, and the sample as JSON data; raises `BadInput`."""
    if is_archive(file):
        with Archive(file) as archive:
            for where, data in archive.samples():
                yield where, parsed(data, where)
        return
    for number, sample in enumerate(whole_log(file).get("samples") or ()):
        yield f"{file}: samples/{number}", sample


def header_of(file: Path) -> dict[str, Any]:
    """The log without its samples; raises `BadInput` where it is no log."""
    if is_archive(file):
        with Archive(file) as archive:
            return archive.header()
    if file.suffix == ".eval":
        raise BadInput("is no Inspect log: it is no zip", where=str(file))
    log = whole_log(file)
    if not isinstance(log.get("eval"), dict):
        raise BadInput("is no Inspect log: it has no eval", where=str(file))
    return {name: value for name, value in log.items() if name != "samples"}


def _object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadInput("is no JSON object", where=where)
    return value
