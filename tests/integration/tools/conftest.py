"""A real HTTP tool that fails in many ways, and a real MCP server on both transports."""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from engine.tools.mcp import McpServer
from pipelines.bench.faulty import Server, faulty

SERVER = Path(__file__).with_name("mcp_server.py")
TOOLS = {
    "add": "read_only",
    "fail": "read_only",
    "hang": "idempotent",
    "die": "destructive",
    "key": "idempotent",
}


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """The HTTP server."""
    async with faulty() as server:
        yield server


@pytest.fixture(scope="session")
def mcp_port() -> Iterator[int]:
    """Of the MCP server over streamable HTTP."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [sys.executable, str(SERVER), str(port)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet) as process:
        until = time.monotonic() + 60
        while time.monotonic() < until and process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
        yield port
        process.kill()


@pytest.fixture(params=["stdio", "http"])
def mcp(request: pytest.FixtureRequest) -> McpServer:
    """The MCP server, started for the test or running."""
    if request.param == "stdio":
        return McpServer.stdio("desk", sys.executable, str(SERVER), tools=TOOLS)  # type: ignore[arg-type]
    url = f"http://127.0.0.1:{request.getfixturevalue('mcp_port')}/mcp"
    return McpServer.http("desk", url, tools=TOOLS)  # type: ignore[arg-type]


async def soon(condition: object) -> None:
    """Let other tasks run until it holds."""
    assert callable(condition)
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)
