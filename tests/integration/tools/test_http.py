"""An HTTP tool against a real server that fails in many ways."""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from engine.contracts import Json, RetryPolicy, ToolEffect, ToolPolicy
from engine.errors import WorkbenchError
from engine.tools import Site, Toolbox
from engine.tools.adapter import guarded
from engine.tools.guards import Guards
from engine.tools.http import HttpTool
from pipelines.bench.faulty import Server
from tests.integration.tools.conftest import soon

SCHEMA: dict[str, Any] = {"type": "object", "properties": {"order": {"type": "string"}}}
RETRY = RetryPolicy(attempts=3, base_s=0.01, cap_s=0.02)
# fault, effect, what the model is told, requests, effects at the other side
TABLE: tuple[tuple[str, ToolEffect, str, int, int], ...] = (
    ("well", "destructive", "ok", 1, 1),
    ("flaky", "read_only", "ok", 2, 2),
    ("flaky", "idempotent", "ok", 2, 1),
    ("flaky", "destructive", "effect_unknown", 1, 1),
    ("throttled", "destructive", "ok", 2, 1),
    ("slow", "idempotent", "ok", 1, 1),
    ("hanging", "read_only", "deadline_exceeded", 3, 3),
    ("hanging", "idempotent", "deadline_exceeded", 3, 1),
    ("hanging", "destructive", "effect_unknown", 1, 1),
    ("malformed", "read_only", "tool_garbled", 3, 3),
    ("malformed", "destructive", "effect_unknown", 1, 1),
    ("dying", "idempotent", "tool_unreachable", 3, 1),
    ("dying", "destructive", "effect_unknown", 1, 1),
    ("refusing", "read_only", "tool_refused", 1, 0),
    ("refusing", "destructive", "tool_refused", 1, 0),
)


async def told(tool: HttpTool, site: Site | None = None, **arguments: Json) -> str:
    """What the model is told of one call: `ok`, or the code of the error."""
    async with Toolbox.of(tool).connected(partial(guarded, guards=Guards())) as tools:
        try:
            await tools.call(tool.name, arguments, site=site or Site(episode="ep-1"))
        except WorkbenchError as error:
            return error.code
        return "ok"


def refund(server: Server, path: str, effect: ToolEffect = "destructive") -> HttpTool:
    """The tool at that path."""
    attempt_s = 0.45 if path == "hanging" else 5.0
    policy = ToolPolicy(effect=effect, attempt_s=attempt_s, retry=RETRY)
    return HttpTool("refund", f"{server.url}/{path}", SCHEMA, policy=policy)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: " ".join(row[:2]))
async def test_what_becomes_of_a_call(
    server: Server, row: tuple[str, ToolEffect, str, int, int]
) -> None:
    """As the table has it; a destructive call has one effect at most."""
    path, effect, code, requests, effects = row
    assert await told(refund(server, path, effect)) == code
    assert (server.requests[path], server.effects[path]) == (requests, effects)


async def test_nobody_there_is_tried_again_even_where_it_destroys(server: Server) -> None:
    """Nothing was sent."""
    site = Site()
    tool = replace(refund(server, ""), url="http://127.0.0.1:9/")
    assert await told(tool, site) == "tool_unreachable"
    assert site.told == {"attempts": 3}


async def test_a_cancelled_call_is_not_made_again_by_a_later_one(server: Server) -> None:
    """Its effect came about, and it is in doubt."""
    tool = refund(server, "hanging")
    async with Toolbox.of(tool).connected(partial(guarded, guards=Guards())) as tools:
        here = Site(episode="ep-1", place="1.1")
        call = asyncio.create_task(tools.call("refund", {"order": "7"}, site=here))
        await soon(lambda: server.requests["hanging"])
        call.cancel()
        await asyncio.wait([call])
        with pytest.raises(WorkbenchError, match="is being made"):
            await tools.call("refund", {"order": "7"}, site=here)
    assert server.effects["hanging"] == 1


async def test_an_unguarded_call_ends_at_its_limit(server: Server) -> None:
    """It is made once."""
    tool = replace(refund(server, "hanging"), policy=None)
    async with Toolbox.of(tool).connected(partial(guarded, guards=Guards())) as tools:
        with pytest.raises(WorkbenchError, match=r"no answer within 0\.1 s"):
            await tools.call("refund", {}, limit_s=0.1)
    assert server.requests["hanging"] == 1
