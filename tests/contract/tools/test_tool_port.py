"""The port `Tool` on every implementation: a quick tool, and one that hangs."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from engine.contracts import ToolPolicy
from engine.errors import DeadlineExceeded, ToolError
from engine.tools import FunctionTool, Tool, Toolbox
from engine.tools.adapter import guarded
from engine.tools.guards import Guards
from engine.tools.http import HttpTool
from engine.tools.mcp import McpServer
from engine.tools.process import ProcessTool
from pipelines.bench.faulty import faulty

SERVER = Path(__file__).parents[2] / "integration" / "tools" / "mcp_server.py"
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
    "required": ["a", "b"],
    "additionalProperties": False,
}
ANY: dict[str, Any] = {"type": "object"}
READS = ToolPolicy(effect="read_only", retry=None)
KINDS = ("function", "guarded", "http", "mcp", "process")
ADDS = "import sys, json; print(sum(json.load(sys.stdin).values()))"


@dataclass(frozen=True)
class Pair:
    """Two tools of one kind."""

    quick: Tool
    hangs: Tool


def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


async def hang() -> None:
    """Never answer."""
    await asyncio.Event().wait()


@pytest.fixture(params=KINDS)
async def pair(request: pytest.FixtureRequest) -> AsyncIterator[Pair]:
    """Of each kind."""
    async with AsyncExitStack() as stack:
        policy = READS if request.param == "guarded" else None
        items: list[Any] = [
            FunctionTool.of(add, policy=policy),
            FunctionTool.of(hang, policy=policy),
        ]
        if request.param == "http":
            url = (await stack.enter_async_context(faulty())).url
            items = [
                HttpTool("add", f"{url}/well", SCHEMA),
                HttpTool("hang", f"{url}/hanging", ANY),
            ]
        if request.param == "process":
            sleep = "import time; time.sleep(600)"
            items = [
                ProcessTool("add", (sys.executable, "-c", ADDS), SCHEMA, answer="json"),
                ProcessTool("hang", (sys.executable, "-c", sleep), ANY),
            ]
        if request.param == "mcp":
            tools = {"add": READS, "hang": READS}
            items = [McpServer.stdio("desk", sys.executable, str(SERVER), tools=tools)]
        guard = partial(guarded, guards=Guards())
        box = await stack.enter_async_context(Toolbox.of(*items).connected(guard))
        yield Pair(box["add"], box["hang"])


async def test_it_answers(pair: Pair) -> None:
    """With a JSON value."""
    assert await pair.quick.call({"a": 1, "b": 2}) in (3, {"refunded": True})


@pytest.mark.parametrize("arguments", [{"a": 1}, {"a": 1, "b": "s3cret"}])
async def test_arguments_that_do_not_fit_are_refused(pair: Pair, arguments: Any) -> None:
    """With the boundary at which they broke its contract, and without their values."""
    with pytest.raises(ToolError) as caught:
        await pair.quick.call(arguments)
    assert caught.value.violation
    assert caught.value.violation.boundary == "tool.arguments"
    assert "s3cret" not in str(caught.value)


async def test_it_ends_at_its_limit(pair: Pair) -> None:
    """With an error that names the tool."""
    with pytest.raises(DeadlineExceeded, match="hang gave no answer within"):
        await pair.hangs.call({}, limit_s=0.3)


async def test_it_is_cancelled(pair: Pair) -> None:
    """And does not go on behind the caller's back."""
    call = asyncio.create_task(pair.hangs.call({}))
    await asyncio.wait([call], timeout=0.3)
    call.cancel()
    await asyncio.wait([call], timeout=20)
    assert call.cancelled()


async def test_what_it_does_can_be_compared(pair: Pair) -> None:
    """Two tools that do something else are told apart."""
    assert pair.quick.source != pair.hangs.source
