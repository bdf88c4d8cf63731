"""Bundles as files: what is written is read, and what was tampered with is refused."""

import json
import stat
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from engine.contracts import BundleRun, BundleSuite, Manifest
from engine.errors import BadInput, NotFound
from engine.interchange import archive
from engine.interchange.archive import ArchiveReader, ArchiveWriter

RUN = BundleRun(run_id="run-1", tenant="local", name="a", episodes=1, suite=BundleSuite(name="s"))
Members = dict[str, bytes]


def bundle(**files: str) -> bytes:
    """A bundle of these files."""
    out = BytesIO()
    writer = ArchiveWriter(out)
    for name, text in files.items():
        writer.add(f"{name}.txt", text.encode())
    writer.finish(
        Manifest(store_schema=1, made_by={}, runs=(RUN,), tables=(), files=tuple(writer.files))
    )
    return out.getvalue()


def changed(change: Callable[[Members, dict[str, Any]], None]) -> bytes:
    """A bundle whose files and manifest somebody has changed."""
    with ZipFile(BytesIO(bundle(a="hello", b="x" * 50))) as source:
        members = {name: source.read(name) for name in source.namelist()}
    manifest = json.loads(members.pop(archive.MANIFEST))
    change(members, manifest)
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as target:
        for name, data in members.items():
            target.writestr(name, data)
        if manifest:
            target.writestr(archive.MANIFEST, json.dumps(manifest))
    return out.getvalue()


def opened(path: Path, data: bytes) -> list[bytes]:
    """What is in it, unpacked."""
    path.write_bytes(data)
    with ArchiveReader(path) as reader:
        for file in reader.manifest.files:
            reader.unpack(file, path.parent / "out" / file.path)
        return [(path.parent / "out" / f.path).read_bytes() for f in reader.manifest.files]


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """Equal content gives equal bytes, and comes back."""
    assert bundle(a="hello", b="b") == bundle(a="hello", b="b")
    assert opened(tmp_path / "a.wbz", bundle(a="hello", b="b")) == [b"hello", b"b"]


def named(name: str) -> Callable[[Members, dict[str, Any]], None]:
    """Change a file's name, in the manifest as well."""

    def change(members: Members, manifest: dict[str, Any]) -> None:
        members[name] = members.pop("a.txt")
        manifest["files"][0]["path"] = name

    return change


TAMPERED: dict[str, tuple[Callable[[Members, dict[str, Any]], Any], str]] = {
    "content": (lambda m, _: m.update({"a.txt": b"hallo"}), "a.txt is not what the manifest says"),
    "length": (lambda m, _: m.update({"a.txt": b"hello!"}), "a.txt is not as MANIFEST.json says"),
    "missing": (lambda m, _: m.pop("a.txt"), "a.txt is not as MANIFEST.json says"),
    "added": (lambda m, _: m.update({"c.txt": b""}), "c.txt is not as MANIFEST.json says"),
    "no manifest": (lambda _, f: f.clear(), "is no bundle: it has no MANIFEST.json"),
    "other format": (lambda _, f: f.update(format="zip"), "does not say agent-workbench.bundle"),
    "newer": (lambda _, f: f.update(version=2, more=1), "has version 2 of the format"),
    "odd field": (lambda _, f: f.update(more=1), "more: Extra inputs are not permitted"),
    "no digest": (lambda _, f: f["files"][0].update(sha256="0"), "files.0.sha256"),
    "twice": (lambda _, f: f["files"].append(f["files"][0]), "holds a file twice"),
    "way out": (named("../a.txt"), "leads out of the bundle"),
    "root": (named("/etc/a.txt"), "leads out of the bundle"),
    "inner way out": (named("tables/../../a.txt"), "leads out of the bundle"),
    "backslash": (named("..\\a.txt"), "is no portable name"),
    "drive": (named("c:a.txt"), "is no portable name"),
    "dot": (named("./a.txt"), "is no plain file name"),
}


@pytest.mark.parametrize("kind", TAMPERED)
def test_what_was_tampered_with_is_refused(tmp_path: Path, kind: str) -> None:
    """The reason is told, and nothing lies outside the folder."""
    change, said = TAMPERED[kind]
    (tmp_path / "x").mkdir()
    with pytest.raises(BadInput, match=said):
        opened(tmp_path / "x" / "a.wbz", changed(change))
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


def linked() -> bytes:
    """A bundle with a symbolic link."""
    out = BytesIO()
    with ZipFile(out, "w") as target:
        info = ZipInfo("a.txt")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        target.writestr(info, "/etc/passwd")
        manifest = bundle()
        with ZipFile(BytesIO(manifest)) as source:
            target.writestr(archive.MANIFEST, source.read(archive.MANIFEST))
    return out.getvalue()


UNSOUND = {
    "empty": (b"", "is no bundle"),
    "no zip": (b"PK\x03\x04 and then nothing", "is no bundle"),
    "cut off": (bundle(a="hello")[:-30], "is no bundle"),
    "damaged": (
        bundle(a="hello").replace(b"\xcbH\xcd\xc9\xc9", b"\xcbH\xcd\xc9\xc8", 1),
        "damaged",
    ),
    "link": (linked(), "is a link"),
    "bomb": (bundle(a="0" * 80_000_000), "unpacks to .* bytes, more than"),
}


@pytest.mark.parametrize("kind", UNSOUND)
def test_what_is_no_sound_zip_is_refused(tmp_path: Path, kind: str) -> None:
    """Cut off, damaged, with a link in it, or a bomb."""
    data, said = UNSOUND[kind]
    with pytest.raises(BadInput, match=said):
        opened(tmp_path / "a.wbz", data)


def test_a_missing_bundle_is_not_found(tmp_path: Path) -> None:
    """It is told from one that is damaged."""
    with pytest.raises(NotFound):
        ArchiveReader(tmp_path / "none.wbz")
