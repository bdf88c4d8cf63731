"""Episodes recorded here, by scripted models, to be replayed."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from engine.clock import ManualClock
from engine.contracts import (
    Episode,
    Fact,
    Model,
    ModelRequest,
    ModelResponse,
    TeamSpec,
    Usage,
    user,
)
from engine.models.scripted import Answer, Scripted, reply, tool_call
from engine.orchestration import Key, Loop, Parts
from engine.replay import Recording, Setup
from engine.tools import Toolbox

TEAM: dict[str, Any] = {
    "name": "desk",
    "entry": "front",
    "agents": [
        {
            "name": "front",
            "instructions": "Help.",
            "tools": ["add", "fail", "hang", "tick"],
            "handoffs": ["billing"],
            "workers": ["clerk", "scout"],
        },
        {"name": "billing", "instructions": "Bill.", "tools": ["add"]},
        {"name": "clerk", "instructions": "Look up.", "tools": ["add"]},
        {"name": "scout", "instructions": "Look out."},
    ],
}


def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


def fail(why: str) -> str:
    """Fail."""
    raise ValueError(why)


async def hang() -> str:
    """Never answer."""
    return await asyncio.Future[str]()


_ticks = count()


def tick() -> int:
    """Give another number each time."""
    return next(_ticks)


TOOLS = Toolbox.of(add, fail, hang, tick)
Script = Sequence[Answer | str] | Callable[[ModelRequest], Answer]


class Slow(Scripted):
    """A scripted model each answer of which takes two seconds of the episode's clock."""

    def __init__(self, script: Script, clock: ManualClock) -> None:
        super().__init__(script, name="slow")
        self.clock = clock

    async def complete(self, request: ModelRequest) -> ModelResponse:
        """The next answer, two seconds later."""
        self.clock.advance(2.0)
        return await super().complete(request)


def team(**changes: Any) -> TeamSpec:
    """The team, with the fields given changed."""
    return TeamSpec.parse({**TEAM, **changes})


def setup(of: TeamSpec | None = None, **changes: Any) -> Setup:
    """What is replayed with, as it was recorded."""
    plain = Setup(team=of or team(), inputs=(user("go"),), tools=TOOLS, model="slow")
    return replace(plain, **changes)


async def record(
    script: Script = (), of: TeamSpec | None = None, model: Model | None = None
) -> Recording:
    """The recording of an episode with that script, or that model."""
    clock, facts = ManualClock(), list[Fact]()
    model = model or Slow(script, clock)
    parts = Parts(lambda _name: model, TOOLS, facts.append, clock, random.Random(0))
    began = clock.now()
    result = await Loop(of or team(), parts, Key("run-1", "ep-1")).run([user("go")])
    facts.append(
        Episode(
            run_id="run-1",
            episode_id="ep-1",
            task_id="t",
            family="f",
            epoch=0,
            agent="default",
            model="slow",
            started_at=began,
            ended_at=clock.now(),
            stop_reason=result.stop_reason,
            steps=result.steps,
            usage=result.usage,
            cost_usd=result.cost_usd,
            answer=result.answer,
            state_hash=result.state_hash,
            error=result.error,
        )
    )
    return Recording.of(facts)


def adds(*numbers: int, call_id: str = "c") -> ModelResponse:
    """An answer that adds each number to itself."""
    calls = (tool_call("add", {"a": n, "b": n}, f"{call_id}{n}") for n in numbers)
    return reply("", *calls, usage=Usage(input_tokens=50, output_tokens=5, calls=1))


def asks(*questions: tuple[str, str]) -> ModelResponse:
    """An answer that asks workers."""
    calls = (tool_call(f"ask_{who}", {"question": q}, f"q-{who}-{q}") for who, q in questions)
    return reply("", *calls)


def edited(recording: Recording, step: int, position: int, **changes: Any) -> Recording:
    """The recording with one exchange changed."""
    exchanges = tuple(
        e.model_copy(update=changes) if (e.step_index, e.position) == (step, position) else e
        for e in recording.exchanges
    )
    return replace(recording, exchanges=exchanges)


def without(recording: Recording, step: int, position: int) -> Recording:
    """The recording without one exchange."""
    left = (e for e in recording.exchanges if (e.step_index, e.position) != (step, position))
    return replace(recording, exchanges=tuple(left))
