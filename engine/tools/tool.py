"""What a tool is to those who call it, whatever stands behind it."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from engine.contracts import Json, JsonObject, ToolSpec

KEY: Final[ContextVar[str]] = ContextVar("idempotency_key", default="")


def call_key() -> str:
    """The idempotency key of the call that the code is under; empty: it has none.

    A tool's own function hands it on to what it calls, the same one in every attempt.
    """
    return KEY.get()


@dataclass(slots=True)
class Site:
    """Where a call comes from: it tells two calls that are both meant from one that comes again."""

    tenant: str = "local"
    episode: str = ""
    place: str = ""
    """Of the call in its episode; the same when the episode is led through its log again."""
    key: str = ""
    """The idempotency key, where the caller has one; else it is derived."""
    again: bool = False
    """Whether a person says that an earlier try had no effect, or is to be made again."""
    told: JsonObject = field(default_factory=dict)
    """What is worth knowing of how the call went, for whoever writes it down."""


class Tool(Protocol):
    """Something that can be called by name with JSON arguments."""

    @property
    def spec(self) -> ToolSpec:
        """What a model is told of it, and how its calls are made."""
        ...

    @property
    def source(self) -> str:
        """All that it does, as text: another text, another tool."""
        ...

    def checked(self, arguments: JsonObject) -> dict[str, Any]:
        """The arguments as it takes them; raises `ToolError` where they do not fit."""
        ...

    async def call(
        self, arguments: JsonObject, *, limit_s: float | None = None, site: Site | None = None
    ) -> Json:
        """Call it; raises `ToolError`, `Rejected`, or `DeadlineExceeded` after `limit_s`."""
        ...


class Wrapped:
    """A tool that another one stands before: to models and callers it looks as that one does."""

    def __init__(self, tool: Tool) -> None:
        self._tool = tool

    @property
    def spec(self) -> ToolSpec:
        """The tool's own."""
        return self._tool.spec

    @property
    def source(self) -> str:
        """The tool's own."""
        return self._tool.source

    def checked(self, arguments: JsonObject) -> dict[str, Any]:
        """The arguments as the tool takes them; raises `ToolError` where they do not fit."""
        return self._tool.checked(arguments)


class ToolSource(Protocol):
    """Something that has to be connected before its tools can be called."""

    def offered(self) -> Sequence[Tool]:
        """Its tools as far as they are known before: a call of one raises `ToolUnreachable`."""
        ...

    def connected(self) -> AbstractAsyncContextManager[Sequence[Tool]]:
        """Its tools, ready for calls within the block; raises `BadInput` or `ToolError`."""
        ...


def is_destructive(tool: Tool | None) -> bool:
    """Whether it has a policy that says so."""
    policy = tool.spec.policy if tool else None
    return policy is not None and policy.effect == "destructive"
