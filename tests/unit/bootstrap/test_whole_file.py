"""A file that is there whole or not at all."""

import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import BadInput, StoreFull
from workbench.bootstrap.whole_file import whole_file


def test_it_appears_at_the_end(tmp_path: Path) -> None:
    """Until then the folder is as it was."""
    with whole_file(tmp_path / "a") as file:
        file.write(b"new")
        assert list(tmp_path.iterdir()) == []
    assert (tmp_path / "a").read_bytes() == b"new"


def interrupted(path: Path) -> None:
    with whole_file(path) as file:
        file.write(b"new")
        raise KeyboardInterrupt


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    """Nothing half is seen, and nothing is left over."""
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt):
        interrupted(tmp_path / "a")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("a", b"old")]


@pytest.mark.parametrize(("name", "said"), [("", "is a folder"), ("none/a", "cannot be written")])
def test_a_place_that_cannot_be_written_to(tmp_path: Path, name: str, said: str) -> None:
    """It is told before any work is done."""
    with pytest.raises(BadInput, match=said), whole_file(tmp_path / name):
        os.abort()


@pytest.fixture
def no_room() -> Iterator[None]:
    """No file of this process may grow beyond 100 bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("no_room")
def test_without_room_what_was_there_stays(tmp_path: Path) -> None:
    """And it is said where."""
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(StoreFull, match="a: no space left"), whole_file(tmp_path / "a") as file:
        file.write(bytes(1_000))
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("a", b"old")]
