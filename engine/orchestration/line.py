"""One conversation: the episode's own, or a worker's inside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.contracts import AgentSpec, MessageSpec, Usage
from engine.orchestration.ladder import Ladder
from engine.orchestration.team import ASK
from engine.orchestration.transcript import Transcript

BYTES_PER_TOKEN: Final = 2
"""What is not counted yet is taken for this few bytes a token: prose has 3 to 5, code 3, base64
and the like about 2. The JSON around a message is more than what a chat template puts there."""


@dataclass(slots=True)
class Line:
    """An agent's conversation: what was said, what it may still do, how large the prompt is."""

    agent: AgentSpec
    transcript: Transcript
    parent_span: str | None
    place: str = ""
    """Where it stands in the episode: empty, or the place of the call that began it."""
    turns: int = 0
    begun: int = 0
    ladder: Ladder = field(init=False)
    tools_bytes: int = 0
    """What its tools take in the prompt."""
    pushed: bool = False
    """Whether the guard has asked for a rung of the ladder."""
    _counted: int = 0
    _bytes: int = 0

    def __post_init__(self) -> None:
        self.ladder = Ladder(self.agent.ladder)

    def add(self, messages: Sequence[MessageSpec]) -> None:
        """Append to the conversation."""
        self._bytes += self.transcript.add(*messages)

    def count(self, usage: Usage) -> None:
        """Take the size of the prompt so far, and of its answer, from what a call has used."""
        if usage.input_tokens:
            self._counted = -(-usage.total_tokens // max(1, usage.calls))
            self._bytes = 0

    def prompt_tokens(self) -> int:
        """The most tokens that the next prompt has."""
        size = self._bytes
        if not self._counted:
            size += self.tools_bytes
        return self._counted + -(-size // BYTES_PER_TOKEN)

    def offers(self, tool: str) -> bool:
        """Whether the agent may use that tool as far down the ladder as it is."""
        agent = self.agent
        named = tool in agent.tools or tool.removeprefix(ASK) in agent.workers
        return named and self.ladder.allows(tool)

    def next_key(self) -> str:
        """The name of the step that begins now, whatever its kind."""
        self.begun += 1
        return f"{self.place}#{self.begun}"

    def next_place(self) -> str:
        """The place of the turn that begins now."""
        self.turns += 1
        return f"{self.place}{self.turns}"
