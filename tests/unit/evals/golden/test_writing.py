"""One line changes, every other stays byte for byte."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import BadInput
from engine.evals.entries import TaskEntry
from engine.evals.golden import begun, content_hash, read_reviewed, write_draft, write_entry
from engine.evals.golden.writing import with_line
from tests.unit.evals.golden.conftest import WHY, Make, a_task

KEYS = st.text("abcé", min_size=1, max_size=3)
IDS = st.lists(KEYS, unique=True, max_size=8)


def lines_of(ids: list[str]) -> list[bytes]:
    return [json.dumps({"x": at, "id": name}).encode() for at, name in enumerate(ids)]


@given(ids=IDS, key=KEYS, ordered=st.booleans(), end=st.sampled_from([b"", b"\n"]))
def test_only_its_own_line_changes(ids: list[str], key: str, *, ordered: bool, end: bytes) -> None:
    """Whether it was there or is new, and whether or not the last line has an end."""
    old = lines_of(sorted(ids))
    data = b"\n".join(old) + (end if old else b"")
    new = json.dumps({"id": key}).encode()
    found = with_line(data, key, new, ordered=ordered).removesuffix(b"\n").split(b"\n")
    assert found.count(new) == 1
    kept = [line for line in old if json.loads(line)["id"] != key]
    assert [line for line in found if line != new] == kept


@given(IDS, KEYS)
def test_ids_stay_in_order(ids: list[str], key: str) -> None:
    """So that two branches that each add a task seldom touch the same place."""
    data = b"".join(line + b"\n" for line in lines_of(sorted(ids)))
    found = with_line(data, key, json.dumps({"id": key}).encode(), ordered=True)
    assert [json.loads(line)["id"] for line in found.splitlines()] == sorted({*ids, key})


def test_a_draft_comes_last(make: Make) -> None:
    """With its entry; what was there is there to the byte, an odd layout too."""
    folder = make(a_task("z"))
    odd = b'  {"id":   "z","family":"words", "input":"a","target":"\\u00e9"}\r\n\n'
    (folder / "tasks.jsonl").write_bytes(odd)
    task = TaskEntry.parse(a_task("a", input="é"))
    write_draft(folder, task, begun("a", content_hash(task), "ann", WHY))
    data = (folder / "tasks.jsonl").read_bytes()
    assert data == odd + json.dumps(a_task("a", input="é"), ensure_ascii=False).encode() + b"\n"
    assert [task.state for task in read_reviewed(folder).tasks] == ["unreviewed", "draft"]


def test_nothing_else_is_left_in_the_folder(folder: Path) -> None:
    """No copy, no lock."""
    assert sorted(path.name for path in folder.iterdir()) == [
        "golden.jsonl",
        "suite.yaml",
        "tasks.jsonl",
    ]


def test_the_mode_of_a_file_stays(folder: Path) -> None:
    """Whoever could read or write it still can."""
    path = folder / "golden.jsonl"
    path.chmod(0o660)
    write_entry(folder, begun("new", "0" * 32, "ann", WHY))
    assert path.stat().st_mode & 0o777 == 0o660


def test_a_folder_that_cannot_be_written(folder: Path) -> None:
    """The file is named, and what to do."""
    (folder / "golden.jsonl").unlink()
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    with pytest.raises(BadInput, match=r"golden.jsonl: cannot be written: .*copy its folder"):
        write_entry(folder, begun("new", "0" * 32, "ann", WHY))
