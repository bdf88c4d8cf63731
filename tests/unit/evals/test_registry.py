"""The registry of public data sets."""

from pathlib import Path

import pytest

from engine.errors import BadInput
from engine.evals.registry import PublicSet, load_registry

DATASETS = Path(__file__).parents[3] / "datasets"
ENTRY = """
sets:
  - {name: NAME, home: "https://example.org", licence: MIT, about: Texts., folder: texts}
"""


def test_first_of_a_name(tmp_path: Path) -> None:
    """Of two sets of one name the first folder's counts; folders without a registry are passed."""
    for folder, licence in (("a", "MIT"), ("b", "GPL")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "registry.yaml").write_text(ENTRY.replace("MIT", licence))
    found = load_registry([tmp_path, tmp_path / "a", tmp_path / "b"])
    assert [entry.licence for entry in found] == ["MIT"]


def test_malformed(tmp_path: Path) -> None:
    """A registry with an unknown field is refused by file and field."""
    (tmp_path / "registry.yaml").write_text(ENTRY.replace("about", "aboot"))
    with pytest.raises(BadInput, match=r"registry.yaml: sets\.0\.about: Field required"):
        load_registry([tmp_path])


def test_damaged(tmp_path: Path) -> None:
    """A file that is missing or changed is named."""
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "same").write_text("")
    (tmp_path / "texts" / "changed").write_text("x")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    entry = PublicSet(
        name="n",
        home="https://example.org",
        licence="MIT",
        about="",
        folder="texts",
        files={"same": empty, "changed": empty, "missing": empty},
    )
    assert list(entry.damaged(tmp_path)) == ["changed", "missing"]


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(e, marks=pytest.mark.data(e.folder), id=e.name)
        for e in load_registry([DATASETS])
    ],
)
def test_checksums(entry: PublicSet, data_home: Path) -> None:
    """The checksums are those of the public files."""
    assert list(entry.damaged(data_home)) == []
