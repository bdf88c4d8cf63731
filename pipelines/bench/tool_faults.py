"""What an agent sees of an HTTP tool that fails, by fault and by what its calls do."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final, TypeVar, get_args

import polars as pl

from engine.contracts import BreakerPolicy, RetryPolicy, ToolEffect, ToolPolicy
from engine.errors import WorkbenchError
from engine.tools import Site, Tool, Toolbox
from engine.tools.adapter import guarded
from engine.tools.guards import Guards
from engine.tools.http import HttpTool
from pipelines.bench.faulty import FAULTS, Server, faulty

T = TypeVar("T")

ATTEMPT_S: Final = 0.5
"""Time that an attempt is given: more than a slow answer takes, less than for ever."""
_RETRY: Final = RetryPolicy(attempts=3, base_s=0.05, cap_s=0.2)
_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {"order": {"type": "string"}},
    "required": ["order"],
}


async def fault_table() -> pl.DataFrame:
    """One call of each tool under each fault: what the model is told, and what it cost.

    Columns: fault, effect, told, code (`ok` where there is an answer), requests, effects, seconds.
    """
    rows = [await _under(fault, effect) for fault in FAULTS for effect in get_args(ToolEffect)]
    return pl.DataFrame(rows)


async def plain_table() -> pl.DataFrame:
    """The same of a tool without a policy, given `ATTEMPT_S` for its call; without `effect`."""
    return pl.DataFrame([await _under(fault, None) for fault in FAULTS]).drop("effect")


async def outage(calls: int = 40) -> pl.DataFrame:
    """A tool that hangs, called again and again: milliseconds of each call, and its breaker.

    Columns: call, guard (`breaker` or `none`), ms, code.
    """
    breaker = BreakerPolicy(window_size=10, minimum_calls=5, open_s=60.0)
    policy = ToolPolicy(effect="read_only", attempt_s=0.1, retry=None, breaker=breaker)
    rows: list[dict[str, object]] = []
    for guard, under in (
        ("breaker", policy),
        ("none", policy.model_copy(update={"breaker": None})),
    ):
        async with faulty() as server:
            rows += await _with_tool(server, "hanging", under, _again(guard, calls))
    return pl.DataFrame(rows)


def conclusion(guarded_calls: pl.DataFrame, plain_calls: pl.DataFrame) -> str:
    """What the two tables of calls come to, in Markdown."""
    destroyed = guarded_calls.filter(pl.col("effect") == "destructive")
    well = guarded_calls.filter(pl.col("effect") == "idempotent", pl.col("code") == "ok").height
    plain_well = plain_calls.filter(pl.col("code") == "ok").height
    doubts = destroyed.filter(pl.col("code") == "effect_unknown").height
    twice = destroyed.filter(pl.col("effects") > 1).height
    return (
        f"Of {plain_calls.height} faults a plain call survives **{plain_well}**, that of an "
        f"idempotent tool under its policy **{well}**. A destructive call had more than one "
        f"effect in **{twice}** cases; in **{doubts}** nobody can tell what it did, and the agent "
        f"is told so instead of being let try again."
    )


def cost(calls: pl.DataFrame) -> pl.DataFrame:
    """What the calls of an outage cost, by guard: how many reached the tool, seconds in all."""
    reached = (pl.col("code") != "breaker_open").sum().alias("reached the tool")
    seconds = (pl.col("ms").sum() / 1000).round(2).alias("seconds in all")
    return calls.group_by("guard", maintain_order=True).agg(
        pl.len().alias("calls"), reached, seconds
    )


async def _under(fault: str, effect: ToolEffect | None) -> dict[str, object]:
    policy = effect and ToolPolicy(effect=effect, attempt_s=ATTEMPT_S, retry=_RETRY)
    async with faulty() as server:
        told, code, seconds = await _with_tool(server, fault, policy, _one)
        return {
            "fault": fault,
            "effect": effect,
            "code": code,
            "told": told,
            "requests": server.requests[fault],
            "effects": server.effects[fault],
            "seconds": round(seconds, 3),
        }


async def _with_tool(
    server: Server, fault: str, policy: ToolPolicy | None, use: Callable[[Tool], Awaitable[T]]
) -> T:
    tool = HttpTool("refund", f"{server.url}/{fault}", _SCHEMA, policy=policy)
    guard = partial(guarded, guards=Guards())
    async with Toolbox.of(tool).connected(guard) as tools:
        return await use(tools["refund"])


async def _one(tool: Tool) -> tuple[str, str, float]:
    began = time.perf_counter()
    limit_s = None if tool.spec.policy else ATTEMPT_S
    try:
        answer = await tool.call({"order": "TH-1"}, limit_s=limit_s, site=Site(episode="ep"))
    except WorkbenchError as error:
        return f"Error: {error}", error.code, time.perf_counter() - began
    return str(answer), "ok", time.perf_counter() - began


def _again(guard: str, calls: int) -> Callable[[Tool], Awaitable[list[dict[str, object]]]]:
    async def use(tool: Tool) -> list[dict[str, object]]:
        rows: list[dict[str, object]] = []
        for call in range(1, calls + 1):
            _, code, seconds = await _one(tool)
            rows.append({"call": call, "guard": guard, "ms": seconds * 1000, "code": code})
            await asyncio.sleep(0)
        return rows

    return use
