"""Lint over suites by name: what makes their tasks bad measures, and what cannot be scored."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.errors import BadInput
from engine.evals.golden import Finding, lint, read_reviewed
from engine.evals.golden.reading import STATES
from engine.evals.sources import load_suite
from workbench.bootstrap.golden.place import golden_folder


def lint_suites(suites: Sequence[str], near: float) -> list[Finding]:
    """Findings on the tasks of these suites, errors first; `near` as in `engine.evals.golden.lint`.

    Raises `NotFound`, or `BadInput` where a file cannot be read at all.
    """
    if not 0 < near <= 1:
        raise BadInput(f"{near} is no share above 0", where="near", hint="0.8 is usual")
    folders = [golden_folder(suite) for suite in dict.fromkeys(suites)]
    found = lint([read_reviewed(folder) for folder in folders], near)
    return [*(fault for folder in folders for fault in _unsound(folder)), *found]


def _unsound(folder: Path) -> Iterator[Finding]:
    """What would keep the suite from being run, drafts included."""
    try:
        load_suite(str(folder), states=STATES)
    except BadInput as error:
        yield Finding("unsound", "error", str(folder), "", error.message)
