"""One conversation of a program with a model, as far as it has been heard."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from engine.contracts import ErrorSpec, Json, MessageSpec, ToolCall, json_text
from engine.orchestration import Transcript, Turn


@dataclass(slots=True)
class Called:
    """What a tool call came to.

    Times are null where the program did not say: then it lay between the answer that asked and the
    next request. `told` is how the program put it to the model.
    """

    given: Json | ErrorSpec
    started_at: float | None = None
    ended_at: float | None = None
    told: str | None = None

    @property
    def text(self) -> str:
        """As the model was told, or would be."""
        return told_text(self.given) if self.told is None else self.told

    @property
    def outcome(self) -> Json | ErrorSpec:
        """As it was given where that is what the model was told, else what it was told."""
        return self.given if self.told in {None, told_text(self.given)} else self.told


@dataclass(slots=True)
class Conversation:
    """Its messages as the program sends them, and as they were written down."""

    number: int
    prompt: list[MessageSpec] = field(default_factory=list)
    """All that the next prompt begins with if it continues this one."""
    said: list[MessageSpec] = field(default_factory=list)
    transcript: Transcript = field(default_factory=Transcript)
    turn: Turn | None = None
    """The step that waits for the results of its tools."""
    results: dict[str, Called] = field(default_factory=dict)
    """By call id, of that step."""

    def begins(self, prompt: Sequence[MessageSpec]) -> bool:
        """Whether a prompt continues it."""
        if len(prompt) < len(self.prompt):
            return False
        return all(map(_same, self.prompt, prompt))

    def known(self, messages: Iterable[MessageSpec]) -> None:
        """The next prompt begins with these as well."""
        self.prompt.extend(messages)

    def open(self, turn: Turn) -> None:
        """A step now waits for results."""
        self.turn = turn
        self.results = {}

    def waiting(self, wanted: ToolCall) -> ToolCall | None:
        """The call that is meant, if it is asked for here and has no result."""
        calls = self.turn.messages[0].tool_calls if self.turn else ()
        left = (call for call in calls if call.id not in self.results)
        return next((call for call in left if _meant(wanted, call)), None)

    def told(self, tail: Sequence[MessageSpec]) -> list[MessageSpec]:
        """Take the results out of what the conversation has grown by; gives the rest."""
        asked = {call.id for call in self.turn.messages[0].tool_calls} if self.turn else set()
        rest = []
        for message in tail:
            if message.role != "tool" or message.tool_call_id not in asked:
                rest.append(message)
                continue
            known = self.results.setdefault(message.tool_call_id, Called(message.content))
            known.told = message.content
        return rest


def told_text(outcome: Json | ErrorSpec) -> str:
    """A result as a model is told it, where the program did not say how."""
    if isinstance(outcome, ErrorSpec):
        return f"Error: {outcome.message}"
    return outcome if isinstance(outcome, str) else json_text(outcome)


def _meant(wanted: ToolCall, call: ToolCall) -> bool:
    if wanted.id:
        return wanted.id == call.id
    return (wanted.name, wanted.arguments) == (call.name, call.arguments)


def _same(one: MessageSpec, other: MessageSpec) -> bool:
    """Whether a message came back as it was; programs trim texts, and leave out names."""
    return (
        one.role == other.role
        and one.content.strip() == other.content.strip()
        and [call.id for call in one.tool_calls] == [call.id for call in other.tool_calls]
        and one.tool_call_id == other.tool_call_id
    )
