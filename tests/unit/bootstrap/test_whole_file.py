"""A file that is there whole or not at all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import BadInput
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


NO_ROOM = """
import resource, sys
from pathlib import Path
from workbench.bootstrap.whole_file import whole_file
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
with whole_file(Path(sys.argv[1])) as file:
    file.write(bytes(1_000))
"""
"""A process of which no file may grow beyond 100 bytes."""


def test_without_room_what_was_there_stays(tmp_path: Path) -> None:
    """And it is said where."""
    (tmp_path / "a").write_bytes(b"old")
    command = [sys.executable, "-c", NO_ROOM, str(tmp_path / "a")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert f"StoreFull: {tmp_path / 'a'}: no space left" in done.stderr
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("a", b"old")]
