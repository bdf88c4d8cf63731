"""Toolboxes with tools that have to be connected first."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from engine.contracts import ToolPolicy, ToolSpec
from engine.errors import BadInput, ToolUnreachable
from engine.tools import FunctionTool, Tool, Toolbox
from engine.tools.schema import Offline

POLICY = ToolPolicy(effect="read_only")
BARE = ToolSpec(name="add", parameters={"type": "object"}, policy=POLICY)
TOLD = ToolSpec(name="add", description="As recorded.", parameters={"type": "object"})


def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


@dataclass
class Source:
    """Offers `add`, and knows its arguments once it is connected."""

    open: list[bool] = field(default_factory=list)

    def offered(self) -> Sequence[Tool]:
        return [Offline(BARE, "source: add")]

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Sequence[Tool]]:
        self.open.append(True)
        yield [FunctionTool.of(add)]
        self.open.append(False)


async def test_a_source_is_connected_for_the_block() -> None:
    """Before it its tools are known by name, in it they answer, after it it is let go."""
    source = Source()
    box = Toolbox.of(source)
    with pytest.raises(ToolUnreachable):
        await box.call("add", {"a": 1, "b": 2})
    async with box.connected(lambda tool: tool) as ready:
        assert await ready.call("add", {"a": 1, "b": 2}) == 3
    assert source.open == [True, False]


def test_a_name_is_given_once() -> None:
    """Also where one is a source's."""
    with pytest.raises(BadInput, match="two tools are named add"):
        Toolbox.of(Source(), add)


def test_what_was_told_of_a_source_stands_in_for_it() -> None:
    """As in a replay; the policy stays today's, and tools of our own are as they are."""
    mixed = Toolbox({**Toolbox.of(Source()).tools, "sub": FunctionTool.of(add)}, (Source(),))
    described = mixed.described([TOLD, TOLD.model_copy(update={"name": "sub"})])
    assert described["add"].spec == TOLD.model_copy(update={"policy": POLICY})
    assert described["sub"] is mixed["sub"]
