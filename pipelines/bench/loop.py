"""What the agent loop itself costs per step, also with a guarded tool, beside LangGraph's."""

import asyncio
import json
import subprocess
import time
from pathlib import Path
from typing import Final

from engine.contracts import TeamSpec, ToolPolicy, user
from engine.models.scripted import Scripted, reply, tool_call
from engine.orchestration import Key, Loop, Parts
from engine.tools import FunctionTool, Toolbox
from engine.tools.adapter import guarded
from engine.tools.guards import Guards
from pipelines.bench.result import Options, Result

STEPS: Final = 50
_RIVAL: Final = Path(".rivals/langgraph/bin/python")
_SCRIPT: Final = Path(__file__).parent / "rivals" / "langgraph_loop.py"
_TIMEOUT_S: Final = 120

_TEAM: Final = TeamSpec.parse(
    {
        "name": "bench",
        "entry": "agent",
        "agents": [{"name": "agent", "instructions": "Add.", "tools": ["add"]}],
        "limits": {"max_steps": 4 * STEPS},  # far enough for no rung of the ladder
    }
)


def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


def measure(options: Options) -> list[Result]:
    """CPU time of our loop per step, LangGraph's, and the ratio of the two."""
    episodes = 400 if options.full else 100
    ours = asyncio.run(_ours(episodes, Toolbox.of(add)))
    guarded_us = asyncio.run(_ours(episodes // 2, _guarded()))
    theirs, note = _langgraph(episodes // 10)
    ratio = theirs / ours if theirs else None
    shape = f"{episodes} episodes of {STEPS} steps, one tool call a step"
    return [
        Result("step_overhead_us", ours, "us", shape),
        Result("step_overhead_us@guarded", guarded_us, "us", f"{shape}, the tool guarded"),
        Result("step_overhead_us@langgraph", theirs, "us", note),
        Result("ratio_vs_langgraph", ratio, "x", note),
    ]


def _guarded() -> Toolbox:
    """The tool under a policy with breaker, bulkhead, retry and deadline."""
    tool = FunctionTool.of(add, policy=ToolPolicy(effect="read_only"))
    return Toolbox({"add": guarded(tool, Guards())})


async def _ours(episodes: int, tools: Toolbox) -> float:
    """CPU microseconds per step: the best of five rounds, as noise only adds."""
    script = [reply("", tool_call("add", {"a": n, "b": 1}, f"call-{n}")) for n in range(STEPS)]

    async def episode() -> None:
        model = Scripted([*script, "done"])
        loop = Loop(_TEAM, Parts(model=lambda _name: model, tools=tools), Key("run", "ep"))
        await loop.run([user("go")])

    rounds = []
    for _ in range(5):
        began = time.process_time()
        for _ in range(episodes // 5):
            await episode()
        rounds.append((time.process_time() - began) / (episodes // 5) / (STEPS + 1))
    return min(rounds) * 1e6


def _langgraph(episodes: int) -> tuple[float | None, str]:
    if not _RIVAL.exists():
        return None, "LangGraph is not installed: make rivals"
    command = [str(_RIVAL), str(_SCRIPT), str(STEPS), str(episodes)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
    if done.returncode:
        return None, f"LangGraph failed: {done.stderr.strip().splitlines()[-1]}"
    measured = json.loads(done.stdout)
    return measured["step_us"], f"LangGraph {measured['version']}, {episodes} episodes"
