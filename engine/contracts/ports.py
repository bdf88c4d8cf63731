"""What the engine asks of the outside, each with at least two implementations."""

from collections.abc import AsyncIterator
from typing import Protocol

from engine.contracts.facts import Fact
from engine.contracts.model import ModelChunk, ModelRequest, ModelResponse


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

    async def aclose(self) -> None:
        """Let go of connections and processes."""
        ...


class Recorder(Protocol):
    """Takes facts and keeps them."""

    def add(self, *facts: Fact) -> None:
        """Take facts that become visible together; cheap, may buffer."""
        ...

    def flush(self) -> None:
        """Return when every fact taken so far is durable."""
        ...
