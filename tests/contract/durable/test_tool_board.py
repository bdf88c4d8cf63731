"""The port `ToolBoard` on every implementation."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine.contracts import BreakerMode, ToolBoard, ToolStatus
from engine.tools.board import MemoryToolBoard
from tests.contract.durable.conftest import made
from workbench.store.tool_board import SqlToolBoard


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def board(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ToolBoard]:
    """Nothing on it."""
    with closing(made(request, tmp_path, MemoryToolBoard, SqlToolBoard)) as found:
        yield found


def status(tool: str, process: str = "a", at: float = 100.0, calls: int = 0) -> ToolStatus:
    """How a tool stands."""
    return ToolStatus(
        tool=tool,
        process=process,
        effect="read_only",
        breaker_state=BreakerMode.CLOSED,
        calls=calls,
        updated_at=at,
    )


def test_what_was_told_is_read_back_in_order(board: ToolBoard) -> None:
    """By tool, then by process."""
    told = [status("b"), status("a", "z"), status("a", "b")]
    board.publish(told)
    assert board.listed() == [told[2], told[1], told[0]]


def test_the_latest_word_of_a_process_stands(board: ToolBoard) -> None:
    """What it told before of that tool is gone, what others told is not."""
    board.publish([status("a"), status("a", "b")])
    board.publish([status("a", at=101.0, calls=3)])
    assert board.listed() == [status("a", at=101.0, calls=3), status("a", "b")]


def test_what_is_old_is_left_out_on_demand(board: ToolBoard) -> None:
    """Since a moment, that moment included."""
    board.publish([status("a", at=100.0), status("b", at=200.0)])
    assert board.listed(since=200.0) == [status("b", at=200.0)]
