"""What an MCP server's errors and answers come to."""

from typing import Any

import pytest
from mcp import MCPError
from mcp.types import (
    CONNECTION_CLOSED,
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
    CallToolResult,
)

from engine.errors import BadInput
from engine.tools.mcp import McpServer, McpTool
from engine.tools.mcp_connection import Address, Connection
from engine.tools.mcp_result import result_json

TEXT = {"type": "text", "text": "one"}
IMAGE = {"type": "image", "data": "aGVsbG8h", "mimeType": "image/png"}
LINK = {"type": "resource_link", "name": "log", "uri": "file:///log"}
FOUND = {"type": "resource", "resource": {"uri": "file:///a", "text": "inside"}}


@pytest.mark.parametrize(
    ("code", "kind", "no_effect"),
    [
        (CONNECTION_CLOSED, "tool_unreachable", False),
        (INVALID_REQUEST, "tool_unreachable", True),
        (INVALID_PARAMS, "tool_refused", True),
        (METHOD_NOT_FOUND, "tool_refused", True),
        (INTERNAL_ERROR, "tool_unavailable", False),
        (PARSE_ERROR, "tool_garbled", False),
    ],
)
def test_an_error_of_the_protocol_has_a_kind(code: int, kind: str, no_effect: bool) -> None:  # noqa: FBT001 - a column
    """And says whether the call is known to have done nothing."""
    server = McpServer.stdio("desk", "x", tools={"add": "read_only"})
    tool = McpTool(server.offered()[0].spec, "", Connection("desk", Address(("x",))))
    error = tool._failure(MCPError(code, "so"))
    assert (error.code, error.no_effect) == (kind, no_effect)


@pytest.mark.parametrize(
    ("content", "structured", "value"),
    [
        ([TEXT], None, "one"),
        ([TEXT, TEXT], None, "one\none"),
        ([TEXT], {"result": 3}, 3),
        ([TEXT], {"result": 3, "unit": "m"}, {"result": 3, "unit": "m"}),
        ([IMAGE], None, "[image/png, 6 bytes]"),
        ([FOUND, LINK], None, "inside\n[log: file:///log]"),
        ([], None, ""),
    ],
)
def test_an_answer_comes_to_json(content: list[Any], structured: Any, value: Any) -> None:
    """Structured where it is, else text; of what is no text, what it is."""
    result = {"content": content, "structuredContent": structured}
    assert result_json(CallToolResult.model_validate(result)) == value


@pytest.mark.parametrize("tools", [{}, {"add": "readonly"}])
def test_each_tool_is_named_with_its_effect(tools: Any) -> None:
    """One of the three."""
    with pytest.raises(BadInput, match="effect"):
        McpServer.stdio("desk", "x", tools=tools)


def test_secrets_are_not_told() -> None:
    """Neither in what names a tool, nor in what is printed."""
    headers = {"Authorization": "Bearer s3cret"}
    server = McpServer.http("erp", "https://h/mcp", tools={"a": "read_only"}, headers=headers)
    assert "s3cret" not in server.source("a") + repr(server)
