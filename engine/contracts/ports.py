"""What the engine asks of the outside, each with at least two implementations."""

from collections.abc import AsyncIterator
from typing import Protocol

from engine.contracts.facts import Fact
from engine.contracts.guard import Rule
from engine.contracts.model import ModelChunk, ModelRequest, ModelResponse, Spend


class Model(Protocol):
    """A language model behind one call."""

    @property
    def name(self) -> str:
        """What a run calls it."""
        ...

    async def complete(self, request: ModelRequest) -> ModelResponse:
        """The whole answer; raises a `ModelError`."""
        ...

    def stream(self, request: ModelRequest) -> AsyncIterator[ModelChunk]:
        """The answer in pieces, the last of which carries the whole; raises a `ModelError`."""
        ...

    def worst(self, reads: int, writes: int) -> Spend:
        """What one call uses in all, and costs, that reads and writes so many tokens at most."""
        ...

    async def aclose(self) -> None:
        """Let go of connections and processes."""
        ...


class Budget(Protocol):
    """What may be used, asked before each model call."""

    def reserve(self, worst: Spend) -> Rule | None:
        """Set the worst case aside, or name the limit that it would pass, setting nothing aside."""
        ...

    def settle(self, worst: Spend, actual: Spend) -> None:
        """Give back what was set aside for a call, and count what it used."""
        ...

    def left(self) -> Spend:
        """What is neither spent nor set aside; a null cost is no limit."""
        ...

    def used(self) -> tuple[float, Rule]:
        """The share of the most used limit that is spent, 0 to 1, and which it is."""
        ...

    def grant(self, rule: Rule) -> None:
        """Allow once more what that limit allows."""
        ...


class Recorder(Protocol):
    """Takes facts and keeps them."""

    def add(self, *facts: Fact) -> None:
        """Take facts that become visible together; cheap, may buffer."""
        ...

    def flush(self) -> None:
        """Return when every fact taken so far is durable."""
        ...
