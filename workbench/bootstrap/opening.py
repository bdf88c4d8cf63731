"""Runs that another workbench exported, taken in: whole or not at all, and each once."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Final

from engine.contracts import Fact, Manifest, Run
from engine.errors import BadInput
from engine.interchange.archive import ArchiveReader
from engine.interchange.jsonl import read_lines
from workbench.bootstrap.bundling import SUITES_FOLDER
from workbench.bootstrap.exporting import OnDone
from workbench.bootstrap.suite_files import kept_folder
from workbench.store import Store
from workbench.store.liveness import run_lock
from workbench.store.migrate import known
from workbench.store.parcel import Parcel, ParcelWriter, Taken, read_facts, take_in
from workbench.store.selection import REFERRED
from workbench.store.tables import BY_FACT, BY_NAME

_HASH: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Opened:
    """What came of opening a file."""

    taken: Taken
    manifest: Manifest | None = None
    suites: tuple[str, ...] = ()
    """Suites that were kept, for replay to load where it finds none of that name."""


def import_bundle(
    store: Store,
    path: Path | str,
    *,
    with_suites: bool = False,
    files: Path | None = None,
    on_done: OnDone = lambda _rows: None,
) -> Opened:
    """Take in a bundle's runs, after every file in it was checked; again, it changes nothing.

    `with_suites` keeps the suites that came along, whose tools are code that a replay runs; `files`
    is a folder to put reports, suites and environment into. Raises `BadInput` for a bundle that is
    damaged, changed, made by a newer version or not what it says, and where one of its runs is here
    with other content; then nothing is changed.
    """
    path = Path(path)
    with ArchiveReader(path) as archive, _workspace(store) as folder:
        manifest = archive.manifest
        _check_schema(manifest, path)
        for file in manifest.files:
            archive.unpack(file, folder / file.path)
        parcel = _parcel(manifest, folder, path)
        _check_facts(manifest, parcel, path, on_done)
        taken = _take(store, parcel, [run.run_id for run in manifest.runs])
        suites = _keep_suites(store, manifest, folder) if with_suites else ()
        if files is not None:
            _copy_files(manifest, folder, files)
    return Opened(taken, manifest, suites)


def import_jsonl(
    store: Store, path: Path | str, *, on_done: OnDone = lambda _facts: None
) -> Opened:
    """Take in the runs of a JSONL export, a line in memory at a time; again, it changes nothing.

    Raises `BadInput` naming line and field at fault, and where a run of it is here with other
    content; then nothing is changed.
    """
    runs: dict[str, None] = {}
    with _workspace(store) as folder:
        with ParcelWriter(folder) as out:
            for line in read_lines(Path(path)):
                runs[line.run_id] = None
                for fact in line.facts():
                    out.add(fact)
                on_done(1)
        return Opened(_take(store, out.parcel, list(runs)))


def _take(store: Store, parcel: Parcel, runs: list[str]) -> Taken:
    taken = take_in(store.lake, parcel, runs)
    if store.lake.location is not None:
        for run in taken.new:  # nobody here works on it, whatever its end says
            lock = run_lock(store.lake.location.home, run)
            lock.parent.mkdir(parents=True, exist_ok=True)
            lock.touch()
    return taken


@contextmanager
def _workspace(store: Store) -> Iterator[Path]:
    """A folder for what is unpacked, beside the store, gone at the end."""
    place = store.lake.location.spill if store.lake.location else None
    if place is not None:
        place.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="import-", dir=place) as folder:
        yield Path(folder)


def _check_schema(manifest: Manifest, path: Path) -> None:
    ours = known()[-1].version
    if manifest.store_schema > ours:
        said = f"was written from a store of schema {manifest.store_schema}, this one has {ours}"
        raise BadInput(said, where=str(path), hint="install the agent-workbench that made it")


def _parcel(manifest: Manifest, folder: Path, path: Path) -> Parcel:
    stated = {file.path for file in manifest.files}
    parcel: dict[str, Path] = {}
    for table in manifest.tables:
        if table.name not in BY_NAME or table.name in parcel or table.path not in stated:
            raise BadInput(f"names a table {table.name!r} that cannot be", where=str(path))
        parcel[table.name] = folder / table.path
    return parcel


def _check_facts(manifest: Manifest, parcel: Parcel, path: Path, on_done: OnDone) -> None:
    """Every row is a fact of one of the runs, and every run is there."""
    runs = {run.run_id for run in manifest.runs}
    begun: set[str] = set()
    for table in manifest.tables:
        where = f"{path}: {table.path}"
        rows = 0
        for fact in read_facts(BY_NAME[table.name], parcel[table.name], where):
            rows += 1
            _check_owner(fact, runs, where)
            if isinstance(fact, Run):
                begun.add(fact.run_id)
            on_done(1)
        if rows != table.rows:
            raise BadInput(f"has {rows} rows, not {table.rows}", where=where)
    if missing := sorted(runs - begun):
        raise BadInput(f"has no row of {missing[0]} among its runs", where=str(path))


def _check_owner(fact: Fact, runs: set[str], where: str) -> None:
    if fact.run_id not in runs and BY_FACT[type(fact)].name not in REFERRED:
        raise BadInput(f"has a row of {fact.run_id!r}, a run that it does not name", where=where)


def _keep_suites(store: Store, manifest: Manifest, folder: Path) -> tuple[str, ...]:
    home = store.lake.location.home if store.lake.location else None
    if home is None:
        raise BadInput("a store in memory keeps no suites")
    kept = []
    for run in manifest.runs:
        suite = run.suite
        source = folder / SUITES_FOLDER / suite.hash
        if suite.missing or not _HASH.fullmatch(suite.hash) or not source.is_dir():
            continue
        if suite.name not in kept:
            copytree(source, kept_folder(home, suite.hash), dirs_exist_ok=True)
            kept.append(suite.name)
    return tuple(kept)


def _copy_files(manifest: Manifest, folder: Path, target: Path) -> None:
    """All that is in the bundle for people to read: what is no table."""
    tables = {table.path for table in manifest.tables}
    try:
        for file in manifest.files:
            if file.path not in tables:
                place = target / file.path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes((folder / file.path).read_bytes())
    except OSError as error:
        raise BadInput(f"cannot be written to: {error.strerror}", where=str(target)) from None
