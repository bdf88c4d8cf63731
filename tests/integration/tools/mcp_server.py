"""An MCP server with a few tools; over standard streams, or streamable HTTP on the port given."""

import asyncio
import os
import sys

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError

server = MCPServer("desk")


@server.tool()
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


@server.tool()
def fail(reason: str) -> str:
    """Fail for that reason."""
    raise ToolError(reason)


@server.tool()
async def hang() -> str:
    """Never answer."""
    await asyncio.sleep(3600)
    return "never"


@server.tool()
def die() -> str:
    """End the server at once."""
    os._exit(1)


@server.tool()
def key(ctx: Context) -> str:
    """The idempotency key of this call."""
    meta = ctx.request_context.meta
    return str(dict(meta or {}).get("agent-workbench/idempotency-key", ""))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        server.run("streamable-http", host="127.0.0.1", port=int(sys.argv[1]))
    else:
        server.run()
