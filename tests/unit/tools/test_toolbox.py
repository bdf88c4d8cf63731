"""Tools by name."""

import pytest

from engine.errors import BadInput, ToolError
from engine.tools import Toolbox


def add(a: int, b: int) -> int:
    """Add."""
    return a + b


def negate(a: int) -> int:
    """Negate."""
    return -a


BOX = Toolbox.of(add, negate)


async def test_call() -> None:
    """A tool is called by its function's name."""
    assert await BOX.call("add", {"a": 1, "b": 2}) == 3


async def test_unknown_name() -> None:
    """An unknown name is answered with the names there are."""
    with pytest.raises(ToolError) as refused:
        await BOX.call("divide", {})
    assert str(refused.value) == "no tool named 'divide' (tools: add, negate)"


def test_specs() -> None:
    """Specs come in the order asked for."""
    assert [spec.name for spec in BOX.specs(["negate", "add"])] == ["negate", "add"]


def test_unknown_spec() -> None:
    """Asking for the spec of an unknown tool is an error."""
    with pytest.raises(ToolError, match="no tool named 'x'"):
        BOX.specs(["x"])


def test_doubled_name() -> None:
    """Two tools of one name are refused."""
    with pytest.raises(BadInput, match="two tools are named add"):
        Toolbox.of(add, add)


def test_mapping() -> None:
    """A toolbox is a mapping; an empty one has no names."""
    assert (list(BOX), len(Toolbox())) == (["add", "negate"], 0)
