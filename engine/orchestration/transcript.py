"""The messages of one conversation and the hash of the state they make."""

from engine.contracts import MessageSpec, canonical, digest


class Transcript:
    """Messages in order; `state_hash` chains one digest a message, so adding is O(1)."""

    __slots__ = ("messages", "state_hash", "system")

    def __init__(self) -> None:
        self.messages: list[MessageSpec] = []
        self.system: MessageSpec | None = None
        self.state_hash = ""

    def add(self, *messages: MessageSpec) -> int:
        """Append messages; a system message replaces the instructions in force.

        Gives the bytes that they take as canonical JSON.
        """
        size = 0
        for message in messages:
            if message.role == "system":
                self.system = message
            else:
                self.messages.append(message)
            data = canonical(message)
            size += len(data)
            self.state_hash = digest(data, self.state_hash)
        return size

    def prompt(self) -> tuple[MessageSpec, ...]:
        """What the model is sent: the instructions in force, then the conversation."""
        head = () if self.system is None else (self.system,)
        return (*head, *self.messages)

    @property
    def last_text(self) -> str | None:
        """What the model said last: the answer so far."""
        said = (m.content for m in reversed(self.messages) if m.role == "assistant")
        return next(filter(None, said), None)

    def __repr__(self) -> str:
        return f"Transcript({len(self.messages)} messages, state {self.state_hash[:8]})"
