"""Bundles that are not what they say are refused, and nothing of them stays."""

import shutil
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import orjson
import polars as pl
import pytest

from engine.contracts import Manifest
from engine.errors import BadInput
from engine.interchange.archive import MANIFEST, ArchiveWriter
from tests.unit.store import facts
from workbench.bootstrap.bundling import write_bundle
from workbench.bootstrap.opening import import_bundle
from workbench.store import Store
from workbench.store.selection import Selection

Frames = dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of a run of one episode."""
    path = tmp_path_factory.mktemp("made") / "a.wbz"
    with Store.memory() as store:
        with store.recorder() as recorder:
            recorder.add(facts.run(), facts.step(), facts.episode(), facts.score(), facts.end())
        write_bundle(store, Selection((facts.RUN,)), path)
    return path


@pytest.fixture
def bundle(made: Path, tmp_path: Path) -> Path:
    """One of one's own, to be changed."""
    return Path(shutil.copy(made, tmp_path / "a.wbz"))


def rewritten(path: Path, change: Callable[[Frames, dict[str, Any]], Any]) -> Path:
    """The bundle with other tables, and a manifest whose digests are right again."""
    with ZipFile(path) as source:
        manifest = orjson.loads(source.read(MANIFEST))
        frames = {
            table["name"]: pl.read_parquet(source.read(table["path"]))
            for table in manifest["tables"]
        }
    change(frames, manifest)
    with path.open("wb") as out:
        writer = ArchiveWriter(out)
        for name, frame in frames.items():
            data = BytesIO()
            frame.write_parquet(data)
            writer.add(f"tables/{name}.parquet", data.getvalue())
        files = [file.model_dump() for file in writer.files]
        writer.finish(Manifest.parse({**manifest, "files": files}))
    return path


def cell(table: str, column: str, value: Any) -> Callable[[Frames, dict[str, Any]], None]:
    """Put a value into every row of a column."""

    def change(frames: Frames, _manifest: dict[str, Any]) -> None:
        frames[table] = frames[table].with_columns(pl.lit(value).alias(column))

    return change


CHANGES: dict[str, tuple[Callable[[Frames, dict[str, Any]], Any], str]] = {
    "no JSON": (cell("steps", "messages", "{"), "tables/steps.parquet: row 1: .*messages"),
    "no stop reason": (cell("episodes", "stop_reason", "tired"), "row 1: .*stop_reason"),
    "score beyond 1": (cell("scores", "value", 2.0), "tables/scores.parquet: row 1"),
    "other type": (cell("episodes", "epoch", "one"), "has a column epoch of type"),
    "odd column": (cell("episodes", "weather", "fine"), "has a column weather"),
    "other run": (cell("steps", "run_id", "run-1"), "a run that it does not name"),
    "no column": (
        lambda f, _: f.update(steps=f["steps"].drop("messages")),
        "has no column messages",
    ),
    "no such row": (lambda f, _: f.update(runs=f["runs"].clear()), "has 0 rows, not 1"),
    "no run": (lambda f, m: (f.pop("runs"), m["tables"].pop(0)), "has no row of run-"),
    "odd table": (lambda _, m: m["tables"][0].update(name="weather"), "table 'weather'"),
    "no such file": (lambda _, m: m["tables"][0].update(path="a"), "that cannot be"),
    "newer store": (lambda _, m: m.update(store_schema=9999), "of schema 9999, this one has"),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_bundle_that_is_not_what_it_says_is_refused(bundle: Path, kind: str) -> None:
    """Digests that are right do not make its rows facts: table and row are told."""
    change, said = CHANGES[kind]
    with Store.memory() as store:
        with pytest.raises(BadInput, match=said):
            import_bundle(store, rewritten(bundle, change))
        assert store.info()["rows"].sum() == 0


def test_a_bundle_from_before_a_column_is_read(bundle: Path) -> None:
    """What was added to a table since then is at its default."""
    older = rewritten(bundle, lambda f, _: f.update(scores=f["scores"].drop("advisory", "details")))
    with Store.memory() as store:
        import_bundle(store, older)
        assert store.scores().select("advisory", "details").rows() == [(False, "{}")]


def test_only_a_table_is_no_parquet(bundle: Path) -> None:
    """A file that is none is told as such."""
    with ZipFile(bundle) as source:
        manifest = orjson.loads(source.read(MANIFEST))
    with bundle.open("wb") as out:
        writer = ArchiveWriter(out)
        writer.add("tables/runs.parquet", b"PAR1 and no more")
        tables = [{"name": "runs", "path": "tables/runs.parquet", "rows": 1}]
        files = [file.model_dump() for file in writer.files]
        writer.finish(Manifest.parse({**manifest, "files": files, "tables": tables}))
    with Store.memory() as store, pytest.raises(BadInput, match="is no readable Parquet"):
        import_bundle(store, bundle)
