"""`workbench contracts` from start to finish."""

import json
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Run


@pytest.fixture
def exported(workbench: Run, tmp_path: Path) -> Path:
    """This version's schemas."""
    assert workbench("contracts", "export", "schemas").returncode == 0
    return tmp_path / "schemas"


def test_nothing_has_changed_since_the_export(workbench: Run, exported: Path) -> None:
    """The folder written by this version is compatible with it."""
    done = workbench("contracts", "diff", str(exported), "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, [])


def test_a_breaking_change_exits_with_1(workbench: Run, exported: Path) -> None:
    """A field that was once there is named with file, pointer and reason."""
    file = exported / "Usage.json"
    schema = json.loads(file.read_text())
    schema["properties"]["gone"] = {"type": "string"}
    file.write_text(json.dumps(schema))
    done = workbench("contracts", "diff", str(exported), "--json")
    [change] = json.loads(done.stdout)
    assert (done.returncode, change["file"]) == (1, "Usage.json")
    assert (change["pointer"], change["breaking"]) == ("/properties/gone", True)
    assert change["why"].startswith("old data refused")


def test_two_folders_are_compared(workbench: Run, exported: Path, tmp_path: Path) -> None:
    """A record that comes new is compatible, and old readers do not know it."""
    old = tmp_path / "old"
    old.mkdir()
    (old / "Usage.json").write_text((exported / "Usage.json").read_text())
    done = workbench("contracts", "diff", str(old), "--new", str(exported), "--json")
    assert done.returncode == 0
    assert {change["what"] for change in json.loads(done.stdout)} == {"the record is new"}


def test_an_unusable_folder_exits_with_2(workbench: Run) -> None:
    """It is named, without a traceback."""
    done = workbench("contracts", "diff", "none")
    assert (done.returncode, done.stderr) == (2, "error: none: no such folder\n")


@pytest.mark.parametrize("what", ["unknown", "violations"])
def test_an_empty_store_has_none(workbench: Run, what: str) -> None:
    """Both lists answer before the first run."""
    done = workbench("contracts", what, "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, [])
