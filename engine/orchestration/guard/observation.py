"""What a guard is shown of a step."""

from collections.abc import Hashable
from typing import NamedTuple

from engine.contracts import JsonObject


class Act(NamedTuple):
    """A tool call and what came of it."""

    tool: str
    arguments: JsonObject
    result: str
    failed: bool = False


class Observation(NamedTuple):
    """One step: a model call with what the agent said, did and got back."""

    agent: str
    acts: tuple[Act, ...] = ()
    text: str = ""
    """What it said to the user, or beside its calls."""
    asks: tuple[str, ...] = ()
    """Instructions it gave to other agents; their answers stand among the acts."""
    handoff: str | None = None
    """The agent that takes over."""
    replied: bool = False
    """A person has answered: nothing was said into the void."""
    input_tokens: int = 0
    state: Hashable = None
    """The state of the environment, where the caller knows it."""
