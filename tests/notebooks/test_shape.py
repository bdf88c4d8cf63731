"""Notebooks are thin: questions, calls, figures, conclusions."""

import json
import statistics
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
pytestmark = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells(path: Path, kind: str) -> list[dict[str, Any]]:
    """Cells of a kind, their source as lines."""
    return [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == kind]


def test_it_is_kept_without_outputs(path: Path) -> None:
    """What a run gave is not in the repository."""
    assert [c for c in cells(path, "code") if c["outputs"] or c["execution_count"]] == []


def test_one_cell_holds_the_parameters(path: Path) -> None:
    """Papermill finds what may be given in one cell."""
    tags = [tag for cell in cells(path, "code") for tag in cell["metadata"].get("tags", [])]
    assert tags.count("parameters") == 1


def test_it_defines_nothing(path: Path) -> None:
    """What is worth a name is in the packages, and tested there."""
    words = "".join(line for cell in cells(path, "code") for line in cell["source"]).split()
    assert not {"def", "class", "lambda"} & set(words)


def test_half_its_cells_have_three_lines_at_most(path: Path) -> None:
    """Calls, not programs."""
    assert statistics.median(len(cell["source"]) for cell in cells(path, "code")) <= 3


def test_it_asks_before_it_shows(path: Path) -> None:
    """A title first, and more than one question after it."""
    said = ["".join(cell["source"]) for cell in cells(path, "markdown")]
    assert said[0].startswith("# ")
    assert sum(text.count("?") for text in said) > 1
