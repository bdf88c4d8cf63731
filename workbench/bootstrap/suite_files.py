"""The suite of a run: as it is now, as it was then, and the files that a bundle takes along."""

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
from workbench.store import Lake

_KEPT: Final = "suites"
_SUITE: Final = "suite"
"""Where a run's settings hold what its suite is loaded by."""


@dataclass(frozen=True, slots=True)
class SuiteFiles:
    """A suite as it came to be known, with its files where they are at hand."""

    about: BundleSuite
    files: tuple[tuple[str, Path], ...] = ()
    """Place below the suite's folder, and where the file is now."""


def files_of(run: Run, lake: Lake) -> SuiteFiles:
    """The files of the suite that a run was of, where they are at hand and unchanged since."""
    if _SUITE not in run.provenance.settings:
        return _missing(run, f"the run was imported from {run.source}, it names no suite of ours")
    try:
        reference, _ = _unchanged(run, lake)
        path, _ = find_suite(reference, suite_folders())
    except NotFound as error:
        return _missing(run, f"it is not at hand: {error}")
    except BadInput as error:
        return _missing(run, error.message)
    except OSError as error:
        return _missing(run, f"it cannot be read: {error}")
    kept = _reference(reference, path)
    about = BundleSuite(name=run.suite, hash=run.provenance.suite_hash, reference=kept)
    folder = f"{kept}/" if path.is_dir() else ""
    found = suite_files(path) if path.is_dir() else [path]
    names = [f.relative_to(path).as_posix() if folder else f.name for f in found]
    return SuiteFiles(about, tuple((folder + n, f) for n, f in zip(names, found, strict=True)))


def suite_of(run: Run, lake: Lake, states: Collection[str] | None = None) -> Suite:
    """The whole suite that a run names as it is now, or else the one that came with the run.

    With the tasks of `states`; null: every task in whatever state.

    Raises `BadInput` where the run names none, `NotFound` where it is neither here nor came along.
    """
    here, *came = _references(run, lake)
    try:
        return _load(run, here, _every(here) if states is None else states)
    except NotFound:
        if not came:
            raise
        return _load(run, came[0], _every(came[0]) if states is None else states)


def suite_then(run: Run, lake: Lake) -> Suite:
    """The whole suite as the run was asked for, here or as it came with the run.

    Raises as `suite_of` does, and `BadInput` where it has changed since.
    """
    return _unchanged(run, lake)[1]


def suite_to_judge(run: Run, lake: Lake) -> Suite | None:
    """The suite as the run was asked for; where that is gone, as it is now; null: it names none.

    So a judge can be put to a run whose scorers have changed since. Raises as `suite_of` does.
    """
    if _SUITE not in run.provenance.settings:
        return None
    try:
        return suite_then(run, lake)
    except BadInput:
        return suite_of(run, lake, _states(run))


def check_unchanged(run: Run, what: str, then: str, now: str) -> None:
    """Raise `BadInput` where a run was made of something that is another now."""
    if then != now:
        raise BadInput(
            f"the {what} has changed since {run.run_id} began",
            hint="its samples would not be comparable: start a new run",
        )


def kept_folder(home: Path, suite_hash: str) -> Path:
    """Where a suite that came with a bundle is kept."""
    return home / _KEPT / suite_hash


def _unchanged(run: Run, lake: Lake) -> tuple[str, Suite]:
    """What the suite as it was then is loaded by, and the suite."""
    here, *came = _references(run, lake)
    try:
        return here, _then(run, here)
    except BadInput:
        if not came:
            raise
        return came[0], _then(run, came[0])


def _then(run: Run, reference: str) -> Suite:
    suite = _load(run, reference, _states(run))
    check_unchanged(run, "suite", run.provenance.suite_hash, suite.hash)
    return suite


def _references(run: Run, lake: Lake) -> list[str]:
    """What the suite may be loaded by: as the run names it, then as it came along if it did."""
    if _SUITE not in run.provenance.settings:
        raise BadInput(f"{run.run_id} does not say of which suite it was")
    named = str(run.provenance.settings[_SUITE])
    kept = kept_folder(lake.location.home, run.provenance.suite_hash) if lake.location else None
    if kept is None or not kept.is_dir():
        return [named]
    return [named, str(kept / _reference(named, Path(named)))]


def _states(run: Run) -> tuple[str, ...]:
    return tuple(run.provenance.settings.get("states") or ())  # type: ignore[arg-type]


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
