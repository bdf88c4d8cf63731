"""A run that is killed in the middle of a destructive call."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from pipelines.bench.faulty import Server
from tests.integration.tools.conftest import soon
from workbench.bootstrap.tool_state import ToolState

COMMAND = Path(sys.executable).parent / "workbench"
SUITE = """
name: shop
version: "1"
families:
  - {name: refunds, team: desk, scorers: [{kind: contains, mode: any}]}
teams:
  - {name: desk, entry: clerk, agents: [{name: clerk, instructions: Refund., tools: [refund]}]}
"""
TASK = {"id": "t1", "family": "refunds", "input": "Refund order 7.", "target": "done"}
TOOLS = """
from engine.tools import ToolPolicy
from engine.tools.http import HttpTool

SCHEMA = {"type": "object", "properties": {"order": {"type": "string"}}, "required": ["order"]}
TOOLS = [HttpTool("refund", "%s/hanging", SCHEMA, "Pay back.", policy=ToolPolicy())]
"""
SCRIPT = [{"tool_calls": [{"name": "refund", "arguments": {"order": "7"}}]}, {"content": "done"}]


@pytest.fixture
def shop(tmp_path: Path, server: Server) -> Path:
    """A suite whose only tool pays back, and never says so."""
    folder = tmp_path / "datasets" / "shop"
    folder.mkdir(parents=True)
    (folder / "suite.yaml").write_text(SUITE)
    (folder / "tasks.jsonl").write_text(json.dumps(TASK))
    (folder / "tools.py").write_text(TOOLS % server.url)
    (tmp_path / "script.jsonl").write_text("\n".join(map(json.dumps, SCRIPT)))
    return tmp_path


async def started(shop: Path, *arguments: str) -> asyncio.subprocess.Process:
    """The command, in the folder of the suite."""
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        str(COMMAND), "--home", "home", *arguments, cwd=shop, env=os.environ, stdout=pipe
    )


async def test_it_is_escalated_and_not_made_again(shop: Path, server: Server) -> None:
    """Resumed, the episode waits for a person; the journal holds the intent."""
    process = await started(shop, "eval", "shop", "--model", "scripted:script.jsonl")
    await soon(lambda: server.requests["hanging"])
    process.kill()
    await process.communicate()
    await (await started(shop, "eval", "--resume", "last")).communicate()
    out, _ = await (await started(shop, "escalations", "--json")).communicate()
    [wait] = json.loads(out)
    state = ToolState.of(shop / "home")
    [entry] = state.journal.listed()
    state.close()
    assert (wait["kind"], wait["state"], server.requests["hanging"]) == ("unknown", "waiting", 1)
    assert (entry.tool, entry.state, entry.arguments) == ("refund", "intent", {"order": "7"})
