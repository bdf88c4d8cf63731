"""Many processes that come first to one home."""

import multiprocessing
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine.contracts import BreakerMode, BreakerState
from engine.errors import StoreError
from workbench.store.breakers import SqliteBreakerStates

PROCESSES, ROUNDS = 6, 60
FORK = multiprocessing.get_context("forkserver")
OPEN = BreakerState(mode=BreakerMode.OPEN)


def come_first(home: Path, together: Any, refused: Any) -> None:
    """Make one new file after another at the same moment as the others."""
    for number in range(ROUNDS):
        together.wait(60)
        with closing(SqliteBreakerStates(home / str(number) / "breakers.sqlite")) as states:
            try:
                states.change("a", lambda _before: (OPEN, None))
            except StoreError as error:
                refused.put(str(error))


@pytest.mark.full
def test_of_many_who_make_the_file_at_once_none_is_turned_away(tmp_path: Path) -> None:
    """SQLite alone turns about one in 360 away while another changes the file's mode."""
    together, refused = FORK.Barrier(PROCESSES), FORK.Queue()
    given = (tmp_path, together, refused)
    processes = [FORK.Process(target=come_first, args=given) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    assert refused.empty()
