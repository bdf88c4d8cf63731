"""A portable bundle of runs: their facts, suites, environment and reports in one file."""

import platform
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import distributions, version
from pathlib import Path
from shutil import copyfileobj
from typing import IO, Final

import orjson
import pyarrow as pa

from engine.contracts import BundleRun, BundleSuite, BundleTable, JsonObject, Manifest, Run
from engine.interchange.archive import ArchiveWriter
from engine.interchange.masking import Masker
from workbench.bootstrap.exporting import Exported, Format, OnDone, export_episodes, selections
from workbench.bootstrap.suite_files import SuiteFiles, files_of
from workbench.bootstrap.whole_file import whole_file
from workbench.store import Lake, Store
from workbench.store.migrate import known
from workbench.store.parcel import writer
from workbench.store.queries import facts
from workbench.store.queries.run import asked
from workbench.store.rows import arrow, decode, encode
from workbench.store.selection import Selection
from workbench.store.tables import BY_NAME, Table

TABLES_FOLDER: Final = "tables"
SUITES_FOLDER: Final = "suites"
_MASKED: Final = "left out: personal data and secrets are masked in this bundle"


def rows_of(store: Store, chosen: Selection) -> int:
    """Rows that a bundle of it holds."""
    return sum(chosen.rows(store.lake).values())


def together(some: Sequence[Selection]) -> Selection:
    """One selection of several runs; raises nothing, a run that is whole stays whole."""
    episodes = [one.episodes for one in some]
    whole = all(found is None for found in episodes)
    ids = None if whole else tuple(e for found in episodes for e in found or ())
    return Selection(tuple(one.runs[0] for one in some), ids)


def write_bundle(
    store: Store,
    chosen: Selection,
    path: Path,
    *,
    reports: Mapping[str, Path] | None = None,
    masker: Masker | None = None,
    on_done: OnDone = lambda _rows: None,
) -> tuple[Exported, Manifest]:
    """Write the bundle, all of it as of one moment; `reports` are HTML pages by run.

    Tables are streamed, so that memory does not grow with the run. Equal facts give equal tables.
    The file is there whole or not at all. Raises `BadInput` where it cannot be written.
    """
    with store.at_one_moment() as then, whole_file(path) as file:
        manifest = _Bundle(then.lake, chosen, file, masker, on_done).write(reports or {})
    episodes = sum(run.episodes for run in manifest.runs)
    return Exported(path, chosen.runs, episodes, path.stat().st_size), manifest


def export(
    store: Store,
    names: str | Sequence[str],
    path: Path | str,
    *,
    kind: Format | str = Format.JSONL,
    redact: bool = False,
) -> Exported:
    """Write runs and episodes, by id or the beginning of one or `last`, to one file.

    `kind` is jsonl, otlp or bundle; a bundle written from here has no report in it. With `redact`
    personal data and secrets in all texts are masked. Raises `NotFound` and `BadInput` as
    `workbench export` does.
    """
    some = selections(store, [names] if isinstance(names, str) else names)
    masker, target = Masker() if redact else None, Path(path)
    if kind == Format.BUNDLE:
        return write_bundle(store, together(some), target, masker=masker)[0]
    return export_episodes(store, some, target, Format(kind), masker=masker)


class _Bundle:
    """One bundle as it is written."""

    def __init__(
        self,
        lake: Lake,
        chosen: Selection,
        file: IO[bytes],
        masker: Masker | None,
        on_done: OnDone,
    ) -> None:
        self._lake = lake
        self._chosen = chosen
        self._archive = ArchiveWriter(file)
        self._masker = masker
        self._on_done = on_done

    def write(self, reports: Mapping[str, Path]) -> Manifest:
        runs = [self._masked(facts.run(self._lake, run)) for run in self._chosen.runs]
        tables = [self._table(BY_NAME[name]) for name in self._chosen.rows(self._lake)]
        manifest_runs = [self._run(run, reports.get(run.run_id)) for run in runs]
        self._environment(runs)
        manifest = Manifest(
            store_schema=known()[-1].version,
            made_by=made_by(),
            redacted=self._masker is not None,
            runs=tuple(manifest_runs),
            tables=tuple(tables),
            files=tuple(self._archive.files),
        )
        self._archive.finish(manifest)
        return manifest

    def _table(self, table: Table) -> BundleTable:
        path, rows = f"{TABLES_FOLDER}/{table.name}.parquet", 0
        with self._archive.file(path, packed=False) as file, writer(table, file) as out:
            for batch in self._batches(table):
                out.write(batch)
                rows += batch.num_rows
                self._on_done(batch.num_rows)
        return BundleTable(name=table.name, path=path, rows=rows)

    def _batches(self, table: Table) -> Iterator[pa.RecordBatch | pa.Table]:
        for batch in self._chosen.batches(self._lake, table):
            if self._masker is None:
                yield batch
                continue
            found = (decode(table, row) for row in batch.to_pylist())
            yield arrow(table, [encode(fact) for fact in self._masker.facts(found)])

    def _run(self, run: Run, report: Path | None) -> BundleRun:
        page = None
        if report is not None:
            page = f"reports/{run.run_id}.html"
            self._copy(page, report)
        ended = Selection((run.run_id,), self._chosen.episodes).rows(self._lake)
        return BundleRun(
            run_id=run.run_id,
            tenant=run.tenant,
            name=run.name,
            episodes=ended.get("episodes", 0),
            suite=self._suite(run),
            report=page,
        )

    def _suite(self, run: Run) -> BundleSuite:
        if self._masker is not None:
            found = SuiteFiles(
                BundleSuite(name=run.suite, hash=run.provenance.suite_hash, missing=_MASKED)
            )
        else:
            found = files_of(run, self._lake)
        done = {file.path for file in self._archive.files}
        for name, file in found.files:
            path = f"{SUITES_FOLDER}/{found.about.hash}/{name}"
            if path not in done:
                self._copy(path, file)
        if found.about.missing:
            self._tasks(run)
        return found.about

    def _tasks(self, run: Run) -> None:
        """What the tasks were, as far as the episodes tell."""
        mask = self._masker.data if self._masker else lambda value: value
        rows = asked(self._lake, run.run_id).iter_rows()
        lines = [
            orjson.dumps({"id": task, "input": mask(orjson.loads(said))}) for task, said in rows
        ]
        if lines:
            self._archive.add(f"recorded_tasks/{run.run_id}.jsonl", b"\n".join([*lines, b""]))

    def _environment(self, runs: Sequence[Run]) -> None:
        provenance = {run.run_id: run.provenance.model_dump(mode="json") for run in runs}
        data = orjson.dumps(provenance, option=orjson.OPT_INDENT_2)
        self._archive.add("environment/provenance.json", data)
        installed = {dist.name.lower(): dist.version for dist in distributions() if dist.name}
        pins = [f"{name}=={installed[name]}\n" for name in sorted(installed)]
        self._archive.add("environment/requirements.txt", "".join(pins).encode())

    def _copy(self, path: str, source: Path) -> None:
        with source.open("rb") as file, self._archive.file(path) as out:
            copyfileobj(file, out)

    def _masked(self, run: Run) -> Run:
        return run if self._masker is None else self._masker.fact(run)


def made_by() -> JsonObject:
    """What writes a bundle here."""
    return {
        "workbench": version("agent-workbench"),
        "python": platform.python_version(),
        "platform": platform.platform(terse=True),
    }
