"""What an episode that was recorded elsewhere is replayed with.

Such a recording holds messages and tool calls, but neither an agent nor what a model was asked.
Its own messages are the script: one agent under the recorded instructions says again what was
said, calls what was called, and people answer as they did. What is compared are the calls with
their results and the state after each step. Nothing limits the agent, nor watches it: whoever
did so is not known.
"""

from collections.abc import Iterator
from typing import Final

from pydantic import BaseModel, ValidationError

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

_UNLIMITED: Final = Limits(
    max_steps=10**6, deadline_s=10**6, max_tokens=10**12, max_cost_usd=0, tool_timeout_s=10**6
)
_UNWATCHED: Final = GuardPolicy.model_validate(
    {rule.value: Threshold() for rule in Rule if rule not in LIMITS}
)
_ANYTHING: Final[JsonObject] = {"type": "object"}


def imported_setup(recording: Recording) -> Setup:
    """The agent, inputs and replies that the messages of an imported recording come to.

    Raises `BadInput` where these are no conversation of one agent.
    """
    try:
        return _setup(recording)
    except ValidationError:
        raise _unlike(recording, "an agent or a tool in it has an impossible name") from None


def _setup(recording: Recording) -> Setup:
    first = recording.steps[0]
    roles = [message.role for message in first.messages]
    told = roles[:1] == ["system"]
    if first.kind != "input" or "system" in roles[int(told) :]:
        raise _unlike(recording, "it does not begin with instructions or an input")
    agents = {step.agent for step in recording.steps if step.kind == "model"}
    if len(agents) > 1 or recording.branched:
        raise _unlike(recording, "more than one agent speaks in it")
    names = dict.fromkeys(e.name for e in recording.exchanges if e.kind == "tool")
    called = dict.fromkeys(
        c.name for s in recording.steps for m in s.messages for c in m.tool_calls
    )
    agent = AgentSpec(
        name=next(iter(agents), first.agent),
        instructions=first.messages[0].content if told else "",
        tools=tuple(names | called),
        ladder=LadderSpec(rungs=()),
    )
    return Setup(
        team=TeamSpec(
            name="recorded", entry=agent.name, agents=(agent,), limits=_UNLIMITED, guard=_UNWATCHED
        ),
        inputs=first.messages[int(told) :],
        tools=Toolbox({name: _tool(name) for name in agent.tools}),
        replies=tuple(_replies(recording)),
        model=recording.episode.model,
    )


def _replies(recording: Recording) -> Iterator[str | None]:
    """What came after each answer; raises `BadInput` where it came at another time."""
    answered = False
    for step in recording.steps[1:]:
        if step.kind == "human" and answered and len(step.messages) == 1:
            yield step.messages[0].content
        elif step.kind != "model":
            raise _unlike(recording, f"step {step.index} comes in between, {step.kind}")
        elif answered:
            yield None
        answered = step.kind == "model" and not step.messages[0].tool_calls


def _tool(name: str) -> FunctionTool:
    """A tool of which the name alone is known; it is never called."""
    return FunctionTool(ToolSpec(name=name, parameters=_ANYTHING), dict, BaseModel)


def _unlike(recording: Recording, reason: str) -> BadInput:
    return BadInput(f"{recording.episode.episode_id} cannot be replayed: {reason}")
