"""Schemas as files."""

import json
from pathlib import Path

import pytest

from engine.contracts.compare import compare
from engine.contracts.export import DIALECT, read_schemas, schemas, write_schemas
from engine.errors import BadInput


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    """The files say what the records say, each in the 2020-12 dialect."""
    write_schemas(tmp_path / "new")
    assert compare(read_schemas(tmp_path / "new"), schemas()) == []
    assert {schema["$schema"] for schema in schemas().values()} == {DIALECT}


def test_files_are_stable(tmp_path: Path) -> None:
    """Written twice they have the same bytes, names sorted, a line feed at the end."""
    first = [path.read_bytes() for path in write_schemas(tmp_path)]
    assert first == [path.read_bytes() for path in write_schemas(tmp_path)]
    text = (tmp_path / "AgentSpec.json").read_text()
    assert text == json.dumps(json.loads(text), indent=2, sort_keys=True) + "\n"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("x.txt", "{}", "holds no JSON Schema files"),
        ("x.json", "{", "x.json: is no JSON"),
        ("x.json", "[]", "x.json: is no JSON object"),
        ("x.json", '{"type": "thing"}', "x.json: is no JSON Schema"),
        ("x.json", '{"$ref": "#/$defs/Gone"}', "x.json: .*Gone"),
        ("x.json", '{"$ref": "other.json"}', "x.json: .*other.json"),
    ],
)
def test_an_unusable_folder_is_named(tmp_path: Path, name: str, text: str, said: str) -> None:
    """File and reason are told."""
    (tmp_path / name).write_text(text)
    with pytest.raises(BadInput, match=said):
        read_schemas(tmp_path)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """It is not taken for an empty one."""
    with pytest.raises(BadInput, match="no such folder"):
        read_schemas(tmp_path / "none")


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """A file stands in the way, and the error says where."""
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="file"):
        write_schemas(tmp_path / "file")
