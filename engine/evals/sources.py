"""Finds a suite by what the user calls it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from engine.contracts import Json, digest
from engine.errors import BadInput, NotFound
from engine.evals.files import SUITE_FILE
from engine.evals.folder import load_folder
from engine.evals.script import called, load_object
from engine.evals.suite import Suite
from engine.evals.table import SUFFIXES, is_table, load_table


def load_suite(
    ref: str,
    search_path: Sequence[Path] = (),
    *,
    fields: Mapping[str, str] | None = None,
    scorers: Sequence[Json] = (),
    states: Collection[str] = (),
) -> Suite:
    """The suite of a name found in `search_path`, of a folder, a table or `FILE.py[:name]`.

    `fields` and `scorers` are for a table, as in `load_table`; without scorers it is scored by
    `exact`. `states` are for a folder, as in `load_folder`. Raises `NotFound` with the names there
    are, `BadInput` where it is malformed.
    """
    if states and is_written_otherwise(ref):
        raise BadInput("only a suite in a folder keeps its tasks' states", where=ref)
    path, name = find_suite(ref, search_path)
    if name:
        _no_table(ref, fields, scorers)
        return load_script(path, name)
    if path.is_file():
        return load_table(path, fields=fields, scorers=scorers or ("exact",))
    _no_table(ref, fields, scorers)
    return load_folder(path, states)


def find_suite(ref: str, search_path: Sequence[Path] = ()) -> tuple[Path, str]:
    """The folder or file that a reference means, and the name in it where it is a Python file.

    Raises `NotFound` with the names there are, `BadInput` for what is no suite.
    """
    path = Path(ref)
    if path.is_file() and is_table(path):
        return path, ""
    file, _, name = ref.partition(".py:")
    if ref.endswith(".py") or name:
        return Path(ref if ref.endswith(".py") else f"{file}.py"), name or "suite"
    return suite_folder(ref, search_path), ""


def is_written_otherwise(ref: str) -> bool:
    """Whether it names a table or a Python file, not a folder."""
    path = Path(ref)
    return (path.is_file() and is_table(path)) or ref.endswith(".py") or ".py:" in ref


def _no_table(ref: str, fields: Mapping[str, str] | None, scorers: Sequence[Json]) -> None:
    if fields or scorers:
        raise BadInput(f"fields and scorers are for tables ({', '.join(SUFFIXES)})", where=ref)


def load_script(path: Path, name: str = "suite") -> Suite:
    """The suite that a Python file holds under a name, or that its function of that name returns.

    The hash covers the file as well.
    """
    found = load_object(path, name)
    suite = called(path, found) if callable(found) else found
    if not isinstance(suite, Suite):
        raise BadInput(f"{name} is no Suite but {type(suite).__name__}", where=str(path))
    return replace(suite, hash=digest(path.read_bytes(), suite.hash))


def known_suites(search_path: Sequence[Path]) -> tuple[str, ...]:
    """Names of the suites that lie in these folders."""
    return tuple(sorted({f.parent.name for p in search_path for f in p.glob(f"*/{SUITE_FILE}")}))


def suite_folder(ref: str, search_path: Sequence[Path]) -> Path:
    """The folder of the suite of a name found in `search_path`, or at a path; raises `NotFound`."""
    for folder in (*(base / ref for base in search_path), Path(ref)):
        if (folder / SUITE_FILE).is_file():
            return folder
    if Path(ref).exists():
        raise BadInput(f"holds no {SUITE_FILE} and is no table or Python file", where=ref)
    known = ", ".join(known_suites(search_path)) or "none"
    raise NotFound(f"no suite {ref!r}", hint=f"known: {known}; or a folder, a table, FILE.py:name")
