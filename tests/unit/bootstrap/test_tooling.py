"""Suites whose tools are guarded, with stores that other processes see."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engine.contracts import BreakerMode, ToolPolicy
from engine.errors import BreakerOpen, NotFound, ToolRefused
from engine.evals import Suite
from engine.telemetry import Metrics
from engine.tools import FunctionTool, Site, Toolbox, call_key, spared
from workbench.bootstrap import Bench
from workbench.bootstrap.tool_gauges import set_tool_gauges
from workbench.bootstrap.tool_state import ToolState
from workbench.bootstrap.tooling import equipped
from workbench.settings import Settings
from workbench.store import Store

HERE = Site("acme", "ep-1", "1.1")


def pay(cents: int) -> str:
    """Pay, under the key of the call."""
    return f"{cents} {len(call_key())}"


def add(a: int, b: int) -> int:
    """Add."""
    return a + b


SUITE = Suite("shop", "1", (), (), (), tools=Toolbox.of(FunctionTool.of(pay, policy=ToolPolicy())))
PLAIN = Suite("plain", "1", (), (), (), tools=Toolbox.of(add))


@pytest.fixture
def bench(tmp_path: Path, store: Store) -> Bench:
    return Bench(Settings(home=tmp_path), store)


async def test_a_guarded_function_is_called_once_under_its_key(bench: Bench) -> None:
    """Its answer outlives the process in which it was given."""
    async with equipped(SUITE, bench) as ready:
        first = await ready.tools.call("pay", {"cents": 7}, site=HERE)
    async with equipped(SUITE, bench) as ready:
        again = Site("acme", "ep-1", "1.1")
        second = await ready.tools.call("pay", {"cents": 7}, site=again)
    assert (first, second, again.told) == ("7 32", "7 32", {"replayed": True})


async def test_a_suite_of_plain_tools_leaves_no_files(bench: Bench, tmp_path: Path) -> None:
    """They are called as ever."""
    async with equipped(PLAIN, bench) as ready:
        assert ready is PLAIN
    set_tool_gauges(bench.metrics, tmp_path)
    assert not os.path.exists(tmp_path / "tools.sqlite")  # noqa: ASYNC240, PTH110 - a quick look


async def test_how_tools_stand_is_told_to_other_processes(bench: Bench, tmp_path: Path) -> None:
    """On the board, and as gauges."""
    async with equipped(SUITE, bench) as ready:
        await ready.tools.call("pay", {"cents": 7}, site=HERE)
    with closing(ToolState.of(tmp_path)) as state:
        [status] = state.board.listed()
    seen = Metrics()
    set_tool_gauges(seen, tmp_path)
    assert (status.tool, status.effect, status.calls) == ("shop/pay", "destructive", 1)
    assert seen.value("breaker_state", tool="shop/pay") == 0
    assert bench.metrics.value("retry_budget_left", tool="shop/pay") == 3


async def test_what_a_person_orders_is_obeyed_by_the_next_process(
    bench: Bench, tmp_path: Path
) -> None:
    """Held open until it is reset."""
    async with equipped(SUITE, bench):
        pass
    with closing(ToolState.of(tmp_path)) as state:
        assert state.order("shop/pay", BreakerMode.FORCED_OPEN).mode is BreakerMode.FORCED_OPEN
        async with equipped(SUITE, bench) as ready:
            with pytest.raises(BreakerOpen, match="by hand"):
                await ready.tools.call("pay", {"cents": 7}, site=HERE)
        assert state.board.listed()[0].forced
        state.order("shop/pay", BreakerMode.CLOSED)
    async with equipped(SUITE, bench) as ready:
        assert await ready.tools.call("pay", {"cents": 7}, site=HERE) == "7 32"


def test_an_order_on_an_unknown_tool_is_refused(tmp_path: Path) -> None:
    """With the names there are."""
    with closing(ToolState.of(tmp_path)) as state, pytest.raises(NotFound, match="none yet"):
        state.order("shop/pya", BreakerMode.CLOSED)


async def test_a_replay_does_not_call_what_destroys() -> None:
    """Reads and plain tools are called."""
    tools = spared(Toolbox({**SUITE.tools, **PLAIN.tools}))
    with pytest.raises(ToolRefused, match="not called in a replay"):
        await tools.call("pay", {"cents": 7})
    assert await tools.call("add", {"a": 1, "b": 2}) == 3


async def test_sensitive_arguments_stay_out_of_the_journal(bench: Bench, tmp_path: Path) -> None:
    """They are masked in what is kept of the intent."""
    spec = SUITE.tools["pay"].spec.model_copy(update={"sensitive": ("cents",)})
    tool = FunctionTool(spec, pay, FunctionTool.of(pay).arguments)
    suite = Suite("shop", "1", (), (), (), tools=Toolbox.of(tool))
    async with equipped(suite, bench) as ready:
        await ready.tools.call("pay", {"cents": 424242}, site=HERE)
    with closing(sqlite3.connect(tmp_path / "journal.sqlite")) as connection:
        [(kept,)] = connection.execute("SELECT arguments FROM journal")
    assert "424242" not in kept
