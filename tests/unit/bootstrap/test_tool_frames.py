"""Tools, sagas and the journal as tables."""

import asyncio
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

import workbench as wb
from engine.contracts import ToolStatus
from engine.errors import BadInput
from tests.browser.tool_world import fill_tools
from workbench.bootstrap.tool_frames import TOOLS
from workbench.bootstrap.tool_state import ToolState
from workbench.settings import Settings
from workbench.store.saga_table import ENTRIES, SAGAS


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where tools were called and sagas led on, an hour ago."""
    made = tmp_path_factory.mktemp("home")
    asyncio.run(fill_tools(Settings(home=made)))
    return made


def test_where_nothing_was_there_are_tables_without_rows(tmp_path: Path) -> None:
    """With their columns; and no file is made."""
    tables = (wb.tools(tmp_path), wb.sagas(tmp_path), wb.journal(tmp_path))
    assert [list(table.columns) for table in tables] == [list(TOOLS), list(SAGAS), list(ENTRIES)]
    assert all(table.is_empty() for table in tables)
    assert list(tmp_path.iterdir()) == []


def test_a_tool_stands_as_its_breaker_and_the_process_that_told_last(home: Path) -> None:
    """Slots and budget are of processes that live, of which there is none."""
    rows = {row["tool"]: row for row in wb.tools(home).to_dicts()}
    refund, stock = rows["shop/refund"], rows["shop/stock"]
    assert (refund["breaker"], refund["calls"], round(refund["failure_rate"], 3)) == (
        "closed",
        14,
        0.143,
    )
    assert (stock["breaker"], stock["tries_again_at"] - stock["since"]) == (
        "open",
        timedelta(seconds=30),
    )
    assert (refund["processes"], refund["limit"], refund["retry_budget_left"]) == (0, None, None)


def test_slots_add_up_over_the_processes_that_live(tmp_path: Path) -> None:
    """One that has not told for long is none of them."""
    with closing(ToolState.of(tmp_path)) as state:
        for process, age_s, running in (("a", 0, 2), ("b", 1, 3), ("c", 60, 9)):
            told = ToolStatus(
                tool="pay",
                process=process,
                effect="destructive",
                in_flight=running,
                limit=10,
                retry_budget_left=1.5,
                updated_at=time.time() - age_s,
            )
            state.board.publish([told])
    [row] = wb.tools(tmp_path).to_dicts()
    names = ("in_flight", "limit", "retry_budget_left", "processes", "breaker")
    assert [row[name] for name in names] == [5, 20, 3.0, 2, None]


def test_sagas_and_calls_are_filtered(home: Path) -> None:
    """By state, by tool, by what they are for."""
    assert wb.sagas(home, state="parked")["saga_id"].sort().to_list() == [
        f"trip-of-{guest}" for guest in ("cid", "eve", "fay")
    ]
    assert wb.journal(home, in_doubt=True)["tool"].to_list() == ["book_flight", "refund", "refund"]
    assert wb.journal(home, key="trip-of-bob", state="compensated").height == 2
    assert set(wb.journal(home, tool="shop/refund")["tool"]) == {"refund"}
    with pytest.raises(BadInput, match="state"):
        wb.journal(home, state="odd")  # type: ignore[arg-type]
