"""What an episode that was recorded elsewhere is replayed with.

Such a recording holds messages and tool calls, but neither an agent nor what a model was asked.
Its own messages are the script: one agent under the recorded instructions says again what was
said, calls what was called, and people answer as they did. What is compared are the calls with
their results and the state after each step. Nothing limits the agent, nor watches it: whoever
did so is not known.
"""

from collections.abc import Iterator
from typing import Final

from pydantic import BaseModel

from engine.contracts import (
    AgentSpec,
    GuardPolicy,
    JsonObject,
    LadderSpec,
    Limits,
    Rule,
    TeamSpec,
    Threshold,
    ToolSpec,
)
from engine.contracts.guard import LIMITS
from engine.errors import BadInput
from engine.replay.recording import Recording
from engine.replay.setup import Setup
from engine.tools import FunctionTool, Toolbox

AGENT: Final = "agent"
_UNLIMITED: Final = Limits(
    max_steps=10**6, deadline_s=10**6, max_tokens=10**12, max_cost_usd=0, tool_timeout_s=10**6
)
_UNWATCHED: Final = GuardPolicy.model_validate(
    {rule.value: Threshold() for rule in Rule if rule not in LIMITS}
)
_ANYTHING: Final[JsonObject] = {"type": "object"}


def imported_setup(recording: Recording) -> Setup:
    """The agent, inputs and replies that the messages of an imported recording come to.

    Raises `BadInput` where these are no conversation of one agent that instructions begin.
    """
    first = recording.steps[0]
    roles = [message.role for message in first.messages]
    if first.kind != "input" or roles.count("system") != 1 or roles[0] != "system":
        raise _unlike(recording, "it does not begin with instructions and an input")
    agents = {step.agent for step in recording.steps if step.kind == "model"}
    if len(agents) > 1 or recording.branched:
        raise _unlike(recording, "more than one agent speaks in it")
    names = dict.fromkeys(e.name for e in recording.exchanges if e.kind == "tool")
    called = dict.fromkeys(
        c.name for s in recording.steps for m in s.messages for c in m.tool_calls
    )
    agent = AgentSpec(
        name=next(iter(agents), AGENT),
        instructions=first.messages[0].content,
        tools=tuple(names | called),
        ladder=LadderSpec(rungs=()),
    )
    return Setup(
        team=TeamSpec(
            name="recorded", entry=agent.name, agents=(agent,), limits=_UNLIMITED, guard=_UNWATCHED
        ),
        inputs=first.messages[1:],
        tools=Toolbox({name: _tool(name) for name in agent.tools}),
        replies=tuple(_replies(recording)),
        model=recording.episode.model,
    )


def _replies(recording: Recording) -> Iterator[str]:
    for step in recording.steps:
        if step.kind == "human":
            yield step.messages[0].content


def _tool(name: str) -> FunctionTool:
    """A tool of which the name alone is known; it is never called."""
    return FunctionTool(ToolSpec(name=name, parameters=_ANYTHING), dict, BaseModel)


def _unlike(recording: Recording, reason: str) -> BadInput:
    return BadInput(f"{recording.episode.episode_id} cannot be replayed: {reason}")
