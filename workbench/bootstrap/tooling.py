"""The tools of a suite made ready for calls: connected, guarded, and how they stand told to others.

While a suite is equipped, its guarded tools tell the board each second how they stand, and obey
what a person orders on a breaker.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import Final

from engine.contracts import ToolStatus
from engine.errors import StoreError
from engine.evals import Suite
from engine.reliability.breaker import Transition
from engine.telemetry import Metrics, get_logger, status_gauges
from engine.tools import Toolbox
from engine.tools.adapter import GuardedTool, guarded
from engine.tools.fallback import with_fallbacks
from engine.tools.guards import Guards
from workbench.bootstrap.request import Bench
from workbench.bootstrap.tool_state import ToolState

_TOLD_EVERY_S: Final = 1.0


@asynccontextmanager
async def equipped(suite: Suite, bench: Bench) -> AsyncIterator[Suite]:
    """The suite with tools that can be called, within the block.

    One that has neither guarded tools nor any to connect is given as it is. Raises `BadInput` or
    `ToolError` where a server is not there, or has not the tools that are named.
    """
    tools = suite.tools
    if not tools.sources and all(tool.spec.policy is None for tool in tools.values()):
        yield suite
        return
    state = ToolState.open(bench.settings)
    guards = Guards(
        keys=state.keys,
        journal=state.journal,
        states=state.breakers,
        scope=suite.name,
        on_event=_log,
    )
    try:
        async with tools.connected(partial(guarded, guards=guards)) as ready:
            found = [tool for tool in ready.values() if isinstance(tool, GuardedTool)]
            teller = asyncio.create_task(_tell_on(found, state, bench.metrics))
            try:
                yield replace(suite, tools=Toolbox(with_fallbacks(ready, guards.clock)))
            finally:
                teller.cancel()
                await asyncio.wait([teller])
                _tell(found, state, bench.metrics)
    finally:
        state.tidy(guards.clock.now())
        state.close()


def _log(event: object) -> None:
    if isinstance(event, Transition):
        told = {"tool": event.name, "before": str(event.before), "after": str(event.after)}
        get_logger().warning("breaker changed", reason=event.reason, **told)


async def _tell_on(tools: list[GuardedTool], state: ToolState, metrics: Metrics) -> None:
    while True:
        await asyncio.to_thread(_tell, tools, state, metrics)
        await asyncio.sleep(_TOLD_EVERY_S)


def _tell(tools: list[GuardedTool], state: ToolState, metrics: Metrics) -> None:
    statuses: list[ToolStatus] = [tool.status() for tool in tools]
    for status in statuses:
        for name, value in status_gauges(status).items():
            metrics.set(name, value, tool=status.tool)
    with suppress(StoreError):  # nobody is told for a while; the calls go on
        state.board.publish(statuses)
