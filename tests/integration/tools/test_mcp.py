"""Tools of a real MCP server, over standard streams and over streamable HTTP."""

import sys
from functools import partial

import pytest

from engine.errors import BadInput, DeadlineExceeded, EffectUnknown, ToolError, ToolUnreachable
from engine.tools import Site, Toolbox
from engine.tools.adapter import guarded
from engine.tools.guards import Guards
from engine.tools.mcp import McpServer
from tests.integration.tools.conftest import SERVER

READY = partial(guarded, guards=Guards())
HERE = Site("acme", "ep-1", "1.1")


async def test_a_tool_is_described_as_its_server_says_and_answers(mcp: McpServer) -> None:
    """Its schema is asked for when it is connected; a plain value comes as it is."""
    async with Toolbox.of(mcp).connected(READY) as tools:
        spec = tools["add"].spec
        assert (spec.description, spec.parameters["required"]) == ("Add two numbers.", ["a", "b"])
        assert await tools.call("add", {"a": 1, "b": 2}) == 3


async def test_arguments_that_do_not_fit_are_not_sent(mcp: McpServer) -> None:
    """The model is told which field, and never the value."""
    async with Toolbox.of(mcp).connected(READY) as tools:
        with pytest.raises(ToolError, match="/a: has to satisfy type 'integer'") as caught:
            await tools.call("add", {"a": "s3cret", "b": 2})
    assert "s3cret" not in str(caught.value)


async def test_what_a_tool_says_of_its_failure_is_told(mcp: McpServer) -> None:
    """In its own words."""
    async with Toolbox.of(mcp).connected(READY) as tools:
        with pytest.raises(ToolError, match=r"fail failed: .*it is Sunday"):
            await tools.call("fail", {"reason": "it is Sunday"})


async def test_a_tool_that_hangs_is_given_up_and_the_others_go_on(mcp: McpServer) -> None:
    """The session outlives the call."""
    async with Toolbox.of(mcp).connected(READY) as tools:
        with pytest.raises(DeadlineExceeded, match="hang gave no answer"):
            await tools.call("hang", {}, limit_s=0.2, site=HERE)
        assert await tools.call("add", {"a": 1, "b": 2}) == 3


async def test_the_server_is_told_the_key_of_the_call(mcp: McpServer) -> None:
    """So that it can tell an attempt from another call."""
    async with Toolbox.of(mcp).connected(READY) as tools:
        assert await tools.call("key", {}, site=Site(key="order-7")) == "order-7"


async def test_a_tool_that_the_server_lacks_is_refused_at_the_start(mcp: McpServer) -> None:
    """With the names that it has."""
    wrong = McpServer(mcp.name, {**mcp.tools, "pay": mcp.tools["add"]}, mcp.address)
    with pytest.raises(BadInput, match=r"no tool named pay.*its tools: add, die"):
        async with Toolbox.of(wrong).connected(READY):
            pass


async def test_a_server_that_dies_leaves_a_destructive_call_in_doubt() -> None:
    """And is started anew for the next one."""
    tools = {"die": "destructive", "add": "read_only"}
    mcp = McpServer.stdio("desk", sys.executable, str(SERVER), tools=tools)  # type: ignore[arg-type]
    async with Toolbox.of(mcp).connected(READY) as box:
        with pytest.raises(EffectUnknown, match="the server ended the connection"):
            await box.call("die", {}, site=HERE)
        assert await box.call("add", {"a": 1, "b": 2}) == 3


async def test_a_read_is_tried_again_after_its_server_has_died() -> None:
    """Three times, each with a new server; then the model is told."""
    tools = {"die": "read_only"}
    mcp = McpServer.stdio("desk", sys.executable, str(SERVER), tools=tools)  # type: ignore[arg-type]
    async with Toolbox.of(mcp).connected(READY) as box:
        site = Site()
        with pytest.raises(ToolUnreachable):
            await box.call("die", {}, site=site)
    assert site.told == {"attempts": 3}


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ((sys.executable, "-c", "raise SystemExit('no licence')"), "no licence"),
        (("/no/such/program",), "No such file"),
    ],
)
async def test_a_server_that_does_not_start_is_told(command: tuple[str, ...], said: str) -> None:
    """With what it wrote on standard error."""
    mcp = McpServer.stdio("desk", *command, tools={"add": "read_only"})
    with pytest.raises(ToolUnreachable, match=said):
        async with Toolbox.of(mcp).connected(READY):
            pass


async def test_nobody_at_the_url_is_told() -> None:
    """Before any call."""
    mcp = McpServer.http("desk", "http://127.0.0.1:9/mcp", tools={"add": "read_only"})
    with pytest.raises(ToolUnreachable, match="desk: the server cannot be reached"):
        async with Toolbox.of(mcp).connected(READY):
            pass


async def test_before_it_is_connected_a_tool_is_known_by_name() -> None:
    """A call of it is refused, and has done nothing."""
    tools = Toolbox.of(McpServer.stdio("desk", "any", tools={"add": "read_only"}))
    with pytest.raises(ToolUnreachable, match="add is not connected") as caught:
        await tools.call("add", {})
    assert caught.value.no_effect
