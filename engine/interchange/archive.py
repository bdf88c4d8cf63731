"""A run bundle as a file: a zip with a manifest that names every other file in it.

Written with fixed dates and orders, so that equal content gives equal bytes. Read with distrust: a
bundle comes from elsewhere. Nothing of it is unpacked before its manifest is checked against what
is in the zip: names that would lead out of a folder, links, files too many or too few, sizes that
are not as stated, and what would unpack to far more than it takes are refused.
"""

import stat
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO, Final, Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError  # noqa: N812 - it is a class

import orjson

from engine.contracts import BundleFile, Manifest
from engine.contracts.bundle import BUNDLE_FORMAT, BUNDLE_VERSION
from engine.errors import BadInput, NotFound
from engine.interchange.hashing import HashedFile

MANIFEST: Final = "MANIFEST.json"
MAX_FILES: Final = 10_000
MAX_MANIFEST_BYTES: Final = 16 * 2**20
MAX_BYTES: Final = 64 * 2**30
"""All files unpacked: more than a disk is likely to have to spare is no run."""
MAX_RATIO: Final = 100
"""Unpacked to packed size, beyond `FREE_BYTES`; HTML comes to 10, repetitive JSON to 40."""
FREE_BYTES: Final = 64 * 2**20
_CHUNK: Final = 2**20
_ENCRYPTED: Final = 1
_MODE: Final = 0o644 << 16
_NO_DATE: Final = (1980, 1, 1, 0, 0, 0)


class ArchiveWriter:
    """Writes a bundle into a file that can be sought in; each file in it is streamed."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = ZipFile(file, "w")
        self.files: list[BundleFile] = []

    @contextmanager
    def file(self, path: str, *, packed: bool = True) -> Iterator[HashedFile]:
        """A file to write to; one that is packed already, such as Parquet, is stored as it is."""
        kind = ZIP_DEFLATED if packed else ZIP_STORED
        with self._zip.open(_info(path, kind), "w", force_zip64=True) as raw:
            hashed = HashedFile(raw)
            yield hashed
        self.files.append(BundleFile(path=path, sha256=hashed.sha256, bytes=hashed.size))

    def add(self, path: str, data: bytes) -> None:
        """A small file, whole."""
        with self.file(path) as file:
            file.write(data)

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest, which ends the bundle."""
        data = orjson.dumps(manifest.model_dump(mode="json"), option=orjson.OPT_INDENT_2)
        self._zip.writestr(_info(MANIFEST, ZIP_DEFLATED), data)
        self._zip.close()


class ArchiveReader:
    """A bundle whose manifest agrees with what is in it; close it, or use it in a `with`.

    Raises `NotFound` where there is no such file, `BadInput` for what is no bundle, was changed or
    damaged, or was written by a newer version.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._zip = ZipFile(path)
        except FileNotFoundError:
            raise NotFound("no such file", where=str(path)) from None
        except (OSError, BadZipFile, ValueError) as error:
            raise self._bad(f"is no bundle: {error}") from None
        try:
            self.manifest = self._manifest()
            self._check_entries()
        except BaseException:
            self._zip.close()
            raise

    def unpack(self, file: BundleFile, target: Path) -> None:
        """Write one file of the bundle to `target`; raises `BadInput` where it is not as stated."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as out, self._reading(file.path) as entry:
            hashed = HashedFile(out)
            while hashed.size <= file.bytes and (chunk := entry.read(_CHUNK)):
                hashed.write(chunk)
        if (hashed.sha256, hashed.size) != (file.sha256, file.bytes):
            raise self._bad(f"{file.path} is not what the manifest says: damaged, or changed")

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _manifest(self) -> Manifest:
        try:
            size = self._zip.getinfo(MANIFEST).file_size
        except KeyError:
            raise self._bad(f"is no bundle: it has no {MANIFEST}") from None
        if size > MAX_MANIFEST_BYTES:
            raise self._bad(f"{MANIFEST} takes {size} bytes, {MAX_MANIFEST_BYTES} at most")
        with self._reading(MANIFEST) as entry:
            data = entry.read(MAX_MANIFEST_BYTES)
        self._check_version(data)
        return Manifest.parse(data, where=f"{self._path}: {MANIFEST}")

    def _check_version(self, data: bytes) -> None:
        """Before the rest is looked at: a newer manifest may have fields that nobody knows here."""
        try:
            head = orjson.loads(data)
        except orjson.JSONDecodeError as error:
            raise self._bad(f"{MANIFEST} is no JSON: {error}") from None
        if not isinstance(head, dict) or head.get("format") != BUNDLE_FORMAT:
            raise self._bad(f"is no bundle: {MANIFEST} does not say {BUNDLE_FORMAT}")
        version = head.get("version")
        if isinstance(version, int) and version > BUNDLE_VERSION:
            said = f"has version {version} of the format, this workbench reads {BUNDLE_VERSION}"
            raise self._bad(said, hint="open it with the version that wrote it")

    def _check_entries(self) -> None:
        entries = self._zip.infolist()
        if len(entries) > MAX_FILES:
            raise self._bad(f"holds {len(entries)} files, {MAX_FILES} at most")
        for entry in entries:
            if fault := _fault(entry):
                raise self._bad(f"{entry.filename!r} {fault}")
        stated = {file.path: file.bytes for file in self.manifest.files}
        found = {e.filename: e.file_size for e in entries if e.filename != MANIFEST}
        twice = [name for name, n in Counter(e.filename for e in entries).items() if n > 1]
        if twice or len(stated) < len(self.manifest.files):
            raise self._bad(f"holds a file twice: {', '.join(twice) or MANIFEST}")
        if odd := sorted(stated.items() ^ found.items()):
            raise self._bad(f"{odd[0][0]} is not as {MANIFEST} says: missing, added or changed")
        self._check_size(sum(found.values()))

    def _check_size(self, unpacked: int) -> None:
        allowed = min(MAX_BYTES, FREE_BYTES + MAX_RATIO * self._path.stat().st_size)
        if unpacked > allowed:
            raise self._bad(f"unpacks to {unpacked} bytes, more than a file of its size may")

    @contextmanager
    def _reading(self, path: str) -> Iterator[IO[bytes]]:
        try:
            with self._zip.open(path) as entry:
                yield entry
        except (BadZipFile, ZlibError, EOFError, NotImplementedError) as error:
            raise self._bad(f"{path} is damaged: {error}") from None

    def _bad(self, said: str, hint: str = "") -> BadInput:
        return BadInput(said, where=str(self._path), hint=hint)


def _info(path: str, kind: int) -> ZipInfo:
    info = ZipInfo(path, _NO_DATE)
    info.compress_type, info.external_attr = kind, _MODE
    return info


def _fault(entry: ZipInfo) -> str:
    """Why an entry may not be unpacked; empty where it may."""
    path = PurePosixPath(entry.filename)
    faults = {
        "leads out of the bundle": path.is_absolute() or ".." in path.parts,
        "is no portable name": any(mark in entry.orig_filename for mark in "\\:\0"),
        "is no plain file name": str(path) != entry.filename,
        "is a link": stat.S_ISLNK(entry.external_attr >> 16),
        "is encrypted": bool(entry.flag_bits & _ENCRYPTED),
    }
    return next((said for said, holds in faults.items() if holds), "")
