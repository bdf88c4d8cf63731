"""A connection to an MCP server that is made anew when it has ended."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Self, TextIO, cast

import httpx2
from mcp import Client, MCPError, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CONNECTION_CLOSED, INVALID_REQUEST, CallToolResult, Tool

from engine.errors import DeadlineExceeded, ToolUnreachable

CONNECT_S: Final = 30.0
"""Seconds in which a server has to be started and to say what it can do."""
_ENDED: Final = frozenset({CONNECTION_CLOSED, INVALID_REQUEST})
"""After these the session is of no more use: it is closed, or the server has forgotten it."""
_TOLD: Final = 500
"""Characters that are shown of what it wrote on standard error, the last ones."""
_PAGES: Final = 100
"""Pages of its list of tools that are asked for: one that never ends is cut."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is: the command that starts it, or its URL."""

    command: tuple[str, ...] = ()
    url: str = ""
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    cwd: str | None = None

    def shown(self) -> dict[str, Any]:
        """It without secrets."""
        return {
            "command": list(self.command),
            "url": self.url,
            "env": sorted(self.env),
            "headers": sorted(self.headers),
        }

    @asynccontextmanager
    async def transport(self, log: TextIO) -> AsyncIterator[Any]:
        """The streams to the server; a program writes its standard error to `log`."""
        if self.command:
            program, *rest = self.command
            about = StdioServerParameters(
                command=program, args=rest, env=dict(self.env), cwd=self.cwd
            )
            async with stdio_client(about, errlog=log) as streams:
                yield streams
            return
        timeout = httpx2.Timeout(CONNECT_S, read=None)  # the caller's deadline ends a call
        async with (
            httpx2.AsyncClient(headers=dict(self.headers), timeout=timeout) as client,
            streamable_http_client(self.url, http_client=client) as streams,
        ):
            yield streams


class Connection:
    """Calls over one session, kept by a task of its own; safe for any number of tasks.

    A call that finds the session ended makes a new one first; a call during which it ends fails.
    """

    def __init__(self, name: str, address: Address) -> None:
        self._name = name
        self._address = address
        self._asking = asyncio.Lock()
        self._client: Client | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._over = asyncio.Event()

    async def __aenter__(self) -> Self:
        await self._connected()
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self._end()

    async def tools(self) -> list[Tool]:
        """What the server offers now."""
        client, found, cursor = await self._connected(), [], None
        for _ in range(_PAGES):
            try:
                async with asyncio.timeout(CONNECT_S):
                    page = await client.list_tools(cursor=cursor)
            except (MCPError, TimeoutError) as error:
                said = f"{self._name}: the server does not list its tools: {error}"
                raise ToolUnreachable(said, no_effect=True) from None
            found += page.tools
            cursor = page.next_cursor
            if cursor is None:
                break
        return found

    async def call(
        self,
        tool: str,
        arguments: dict[str, Any],
        limit_s: float | None,
        meta: dict[str, Any] | None,
    ) -> CallToolResult:
        """Call a tool; raises `MCPError`, `ToolUnreachable`, `DeadlineExceeded`."""
        client = await self._connected()
        limit = asyncio.timeout(limit_s)
        try:
            async with limit:
                return await client.call_tool(tool, arguments, meta=meta)  # type: ignore[arg-type]
        except TimeoutError:
            said = f"{tool} gave no answer within {limit_s or 0:g} s"
            raise DeadlineExceeded(said) from None
        except MCPError as error:
            if error.code in _ENDED and client is self._client:
                self._over.set()
            raise

    async def _connected(self) -> Client:
        async with self._asking:
            if self._client is None or self._over.is_set():
                await self._end()
                self._client = await self._begin()
            return self._client

    async def _begin(self) -> Client:
        """Start the keeper, and wait for the session or its failure."""
        self._over = asyncio.Event()
        ready: asyncio.Future[Client] = asyncio.get_running_loop().create_future()
        self._keeper = asyncio.create_task(self._keep(ready, self._over))
        try:
            async with asyncio.timeout(CONNECT_S):
                return await asyncio.shield(ready)
        except TimeoutError:
            await self._end()
            said = f"{self._name}: the server did not come up within {CONNECT_S:g} s"
            raise ToolUnreachable(said, no_effect=True) from None
        except BaseException:
            await self._end()
            raise

    async def _keep(self, ready: "asyncio.Future[Client]", over: asyncio.Event) -> None:
        """Hold the session open until it is over: it has to be entered and left by one task."""
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as file:
            log = cast("TextIO", file)
            try:
                async with Client(self._transport(log)) as client:
                    ready.set_result(client)
                    await over.wait()
            except Exception as error:  # noqa: BLE001 - of whatever kind, it is over
                if not ready.done():
                    said = f"{self._name}: the server cannot be reached: {_reason(error)}"
                    ready.set_exception(ToolUnreachable(f"{said}{_tail(log)}", no_effect=True))
            finally:
                over.set()

    def _transport(self, log: TextIO) -> AbstractAsyncContextManager[Any]:
        return self._address.transport(log)

    async def _end(self) -> None:
        self._over.set()
        keeper, self._keeper, self._client = self._keeper, None, None
        if keeper is not None:
            await asyncio.wait((keeper,), timeout=CONNECT_S)
            keeper.cancel()

    def __repr__(self) -> str:
        state = "open" if self._client is not None and not self._over.is_set() else "closed"
        return f"Connection({self._name!r}, {state})"


def _reason(error: BaseException) -> str:
    """The first error of a group, in its own words."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return str(error) or type(error).__name__


def _tail(log: TextIO) -> str:
    log.seek(0)
    said = log.read().strip()[-_TOLD:]
    return f"; it said: {said}" if said else ""
