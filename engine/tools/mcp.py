"""Tools of an MCP server, by the official SDK: over standard streams or streamable HTTP."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Self, cast

from mcp import MCPError
from mcp.types import (
    CONNECTION_CLOSED,
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    REQUEST_TIMEOUT,
    CallToolResult,
    Tool,
)
from pydantic import ValidationError

from engine.contracts import Json, JsonObject, ToolEffect, ToolPolicy, ToolSpec, canonical
from engine.errors import (
    BadInput,
    ToolError,
    ToolGarbled,
    ToolRefused,
    ToolUnavailable,
    ToolUnreachable,
)
from engine.tools.mcp_connection import Address, Connection
from engine.tools.mcp_result import result_json, told
from engine.tools.schema import Offline, checked_by, must_be_schema
from engine.tools.tool import Site, call_key

_PASSING: Final = frozenset({INTERNAL_ERROR, REQUEST_TIMEOUT})
KEY_META: Final = "agent-workbench/idempotency-key"
"""Under this name in `_meta` a server finds the key of the call."""


@dataclass(frozen=True, slots=True)
class McpServer:
    """Some tools of an MCP server, each with what its calls do.

    Only the tools that are named can be called; what they take and what the model is told of them
    is asked of the server when it is connected. What a server says of a tool's effects is a hint,
    as the protocol has it: what is written here counts.
    """

    name: str
    tools: Mapping[str, ToolPolicy]
    address: Address

    @classmethod
    def stdio(
        cls,
        name: str,
        *command: str,
        tools: Mapping[str, ToolPolicy | ToolEffect],
        env: Mapping[str, str] | None = None,
        cwd: str | None = None,
    ) -> Self:
        """A server that is started as a program, and ended with the last call.

        It gets the environment that the SDK deems safe, and `env`.
        """
        if not command:
            raise BadInput("give the server's program and its arguments", where=name)
        return cls(name, _policies(name, tools), Address(command, env=env or {}, cwd=cwd))

    @classmethod
    def http(
        cls,
        name: str,
        url: str,
        *,
        tools: Mapping[str, ToolPolicy | ToolEffect],
        headers: Mapping[str, str] | None = None,
    ) -> Self:
        """A server that runs elsewhere, by the URL of its endpoint."""
        if not url.startswith(("http://", "https://")):
            raise BadInput(f"{url!r} is no URL of http or https", where=name)
        return cls(name, _policies(name, tools), Address(url=url, headers=headers or {}))

    def offered(self) -> list[Offline]:
        """Its tools by name alone."""
        schema: JsonObject = {"type": "object"}
        return [
            Offline(ToolSpec(name=name, parameters=schema, policy=policy), self.source(name))
            for name, policy in self.tools.items()
        ]

    def source(self, tool: str) -> str:
        """Whose tool it is, without secrets."""
        policy = self.tools[tool].model_dump(mode="json")
        about: dict[str, Any] = {"mcp": self.name, "tool": tool, "policy": policy}
        return canonical(about | self.address.shown()).decode()

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[list["McpTool"]]:
        """Its tools, as it describes them now; raises `ToolUnreachable`, `BadInput`."""
        async with Connection(self.name, self.address) as connection:
            offered = {tool.name: tool for tool in await connection.tools()}
            if missing := sorted(set(self.tools) - set(offered)):
                known = ", ".join(sorted(offered)) or "none"
                said = f"the server has no tool named {', '.join(missing)}"
                raise BadInput(said, hint=f"its tools: {known}", where=self.name)
            yield [self._tool(offered[name], connection) for name in self.tools]

    def _tool(self, offered: Tool, connection: Connection) -> "McpTool":
        must_be_schema(f"{self.name}: {offered.name}", offered.input_schema)
        described: dict[str, Any] = {
            "name": offered.name,
            "description": offered.description or "",
            "parameters": offered.input_schema,
        }
        spec = ToolSpec.parse(described, where=self.name)
        spec = spec.model_copy(update={"policy": self.tools[offered.name]})
        return McpTool(spec, self.source(offered.name), connection)


@dataclass(frozen=True, slots=True)
class McpTool:
    """One tool of a server that is connected."""

    spec: ToolSpec
    source: str
    connection: Connection = field(repr=False)

    def checked(self, arguments: JsonObject) -> dict[str, Any]:
        """The arguments, where they fit the schema; raises `ToolError`."""
        return checked_by(self.spec, arguments)

    async def call(
        self, arguments: JsonObject, *, limit_s: float | None = None, site: Site | None = None
    ) -> Json:
        """Call it, and give its structured result, or the text of it.

        Raises `ToolError` where the server says that it failed, `ToolRefused` where it takes no
        such call, `ToolUnreachable`, `ToolGarbled`, and `DeadlineExceeded` after `limit_s`.
        """
        del site
        name, key = self.spec.name, call_key()
        meta = {KEY_META: key} if key else None
        try:
            result = await self.connection.call(name, self.checked(arguments), limit_s, meta)
        except MCPError as error:
            raise self._failure(error) from None
        except ValidationError:
            raise ToolGarbled(f"{name} gave a result that is not what MCP says") from None
        if result.is_error:
            raise _failed(name, result)
        return result_json(result)

    def _failure(self, error: MCPError) -> ToolError:
        said = f"{self.spec.name}: {error.message}"
        if error.code == CONNECTION_CLOSED:
            return ToolUnreachable(f"{self.spec.name}: the server ended the connection")
        if error.code == INVALID_REQUEST:  # a session that the server has forgotten
            return ToolUnreachable(said, no_effect=True)
        if error.code in {INVALID_PARAMS, METHOD_NOT_FOUND}:
            return ToolRefused(said)
        return ToolUnavailable(said) if error.code in _PASSING else ToolGarbled(said)


def _failed(name: str, result: CallToolResult) -> ToolError:
    error = ToolError(f"{name} failed: {told(result)}")
    error.answered = True
    return error


def _policies(name: str, tools: Mapping[str, ToolPolicy | ToolEffect]) -> Mapping[str, ToolPolicy]:
    if not tools:
        raise BadInput("name the tools that may be called, each with its effect", where=name)
    made = {}
    for tool, about in tools.items():
        known = isinstance(about, ToolPolicy)
        made[tool] = cast("ToolPolicy", about) if known else ToolPolicy.parse({"effect": about})
    return made
