"""The files of a run's suite: found for a bundle, and kept where one came with a bundle."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from engine.contracts import BundleSuite, Run
from engine.errors import BadInput, NotFound
from engine.evals import Suite
from engine.evals.folder import suite_files
from engine.evals.golden.reading import STATES
from engine.evals.sources import find_suite, is_written_otherwise, load_suite
from workbench.bootstrap.places import suite_folders

_KEPT: Final = "suites"


@dataclass(frozen=True, slots=True)
class SuiteFiles:
    """A suite as it came to be known, with its files where they are at hand."""

    about: BundleSuite
    files: tuple[tuple[str, Path], ...] = ()
    """Place below the suite's folder, and where the file is now."""


def files_of(run: Run) -> SuiteFiles:
    """The files of the suite that a run was of, where they are at hand and unchanged since."""
    asked, made_of = run.provenance.settings, run.provenance.suite_hash
    if "suite" not in asked:
        return _missing(run, f"the run was imported from {run.source}, it names no suite of ours")
    reference = str(asked["suite"])
    try:
        path, _ = find_suite(reference, suite_folders())
        now = _load(run, reference, asked.get("states") or ()).hash  # type: ignore[arg-type]
    except (BadInput, OSError) as error:
        return _missing(run, f"it is not at hand: {error}")
    if now != made_of:
        return _missing(run, f"{path} has changed since the run: its hash is {now}")
    kept = _reference(reference, path)
    about = BundleSuite(name=run.suite, hash=made_of, reference=kept)
    folder = f"{kept}/" if path.is_dir() else ""
    found = suite_files(path) if path.is_dir() else [path]
    names = [f.relative_to(path).as_posix() if folder else f.name for f in found]
    return SuiteFiles(about, tuple((folder + n, f) for n, f in zip(names, found, strict=True)))


def suite_of(run: Run, home: Path | None) -> Suite:
    """The suite that the run names as it is now, or else the one that came with the run.

    With every task in whatever state.

    Raises `BadInput` where the run names none, `NotFound` where it is neither here nor came along.
    """
    asked = run.provenance.settings
    if "suite" not in asked:
        raise BadInput(f"{run.run_id} does not say of which suite it was")
    reference = str(asked["suite"])
    try:
        return _load(run, reference, _every(reference))
    except NotFound:
        kept = kept_folder(home, run.provenance.suite_hash) if home else None
        if kept is None or not kept.is_dir():
            raise
        reference = str(kept / _reference(reference, Path(reference)))
        return _load(run, reference, _every(reference))


def kept_folder(home: Path, suite_hash: str) -> Path:
    """Where a suite that came with a bundle is kept."""
    return home / _KEPT / suite_hash


def _every(reference: str) -> tuple[str, ...]:
    return () if is_written_otherwise(reference) else STATES


def _load(run: Run, reference: str, states: Collection[str]) -> Suite:
    asked = run.provenance.settings
    return load_suite(
        reference,
        suite_folders(),
        fields=asked.get("fields"),  # type: ignore[arg-type]
        scorers=asked.get("scorers") or (),  # type: ignore[arg-type]
        states=states,
    )


def _reference(reference: str, path: Path) -> str:
    """What a suite is loaded by once its folder, or the file, lies in another place."""
    return Path(reference).name or path.resolve().name


def _missing(run: Run, reason: str) -> SuiteFiles:
    about = BundleSuite(name=run.suite, hash=run.provenance.suite_hash, missing=reason)
    return SuiteFiles(about)
