"""A tool that fails as it is told to, and what its calls come to."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.clock import ManualClock
from engine.contracts import CallKey, Json, JsonObject, KeyRecord, ToolPolicy, ToolSpec
from engine.errors import (
    ToolBroke,
    ToolGarbled,
    ToolRefused,
    ToolUnavailable,
    ToolUnreachable,
    WorkbenchError,
)
from engine.tools import Site, call_key
from engine.tools.adapter import GuardedTool
from engine.tools.evidence import Probed
from engine.tools.guards import Guards
from engine.tools.journal import MemoryJournal
from engine.tools.keyed import Held, Probe

HERE = Site("acme", "ep-1", "1.1")
FAULTS: dict[str, Any] = {
    "refused": lambda: ToolRefused("no such order"),
    "no connection": lambda: ToolUnreachable("nobody there", no_effect=True),
    "connection broke": lambda: ToolUnreachable("it broke"),
    "told to wait": lambda: ToolUnavailable("429", no_effect=True, retry_after_s=7.0),
    "server error": lambda: ToolUnavailable("500"),
    "garbled": lambda: ToolGarbled("no JSON"),
    "own fault": lambda: ToolBroke("KeyError: 'x'"),
}
"""Errors that a tool may end with; `hang` is none."""
SURE = frozenset({"refused", "no connection", "told to wait"})
"""After these the tool has done nothing."""


@dataclass
class Faulty:
    """Fails in turn as `faults` say, then answers; counts what it does."""

    faults: Sequence[str] = ()
    happens: Sequence[bool] = ()
    """Whether the effect comes about in spite of the fault; where it may."""
    probe: Probe | None = None
    policy: ToolPolicy | None = None
    calls: int = 0
    effects: int = 0
    keys: list[str] = field(default_factory=list)
    spec: ToolSpec = field(
        default_factory=lambda: ToolSpec(name="refund", parameters={"type": "object"})
    )
    source: str = "refund"

    def checked(self, arguments: JsonObject) -> dict[str, Any]:
        return dict(arguments)

    async def call(
        self, arguments: JsonObject, *, limit_s: float | None = None, site: Site | None = None
    ) -> Json:
        del arguments, limit_s, site
        at, self.calls = self.calls, self.calls + 1
        self.keys.append(call_key())
        fault = self.faults[at] if at < len(self.faults) else ""
        happens = not fault or (at < len(self.happens) and self.happens[at] and fault not in SURE)
        self.effects += happens
        if fault == "hang":
            await asyncio.Event().wait()
        if fault:
            error: Exception = FAULTS[fault]()
            raise error
        return "done"


@dataclass
class Desk:
    """A guarded tool with its stores, on a clock that moves only when it sleeps."""

    tool: Faulty
    policy: ToolPolicy
    clock: ManualClock = field(default_factory=ManualClock)

    def __post_init__(self) -> None:
        self.guards = Guards(clock=self.clock, journal=MemoryJournal())
        self.guarded = GuardedTool(self.tool, self.policy, self.guards)

    async def outcome(self, site: Site = HERE, **arguments: Json) -> str:
        """What the model is told: the answer, or the code of the error."""
        try:
            return str(await self.guarded.call(arguments, site=site))
        except WorkbenchError as error:
            return error.code

    def record(self) -> KeyRecord | None:
        """What is kept of the call."""
        keys = [key for key in self.tool.keys if key]
        if not keys:
            return None
        return self.guards.keys.get(CallKey(tenant="acme", tool="refund", key=keys[-1]), 0.0)


def saying(happened: bool | None) -> Probe:  # noqa: FBT001 - there is no other
    """A probe that says so."""

    async def probe(_held: Held) -> Probed:
        return Probed(happened, "found")

    return probe
