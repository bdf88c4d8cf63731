"""A model that answers what it answered before: the offline twin for replay."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from itertools import takewhile

from engine.contracts import (
    Exchange,
    Json,
    JsonObject,
    ModelChunk,
    ModelRequest,
    ModelResponse,
    Spend,
)
from engine.errors import ModelError
from engine.models.exchange import error_from, request_hash, request_json, response_from_json


class Recorded:
    """Answers each request as the recorded exchange of the same hash did.

    Where a request was recorded several times its answers come in their order, each once. A
    recorded error is raised again. A request that was not recorded raises a `ModelError` that
    names the exchange most like it and where they part.
    """

    def __init__(self, exchanges: Iterable[Exchange], name: str = "recorded") -> None:
        """Take the model exchanges among `exchanges`; those of tools are passed over."""
        self.name = name
        self._exchanges = [exchange for exchange in exchanges if exchange.kind == "model"]
        self._waiting: defaultdict[str, list[Exchange]] = defaultdict(list)
        for exchange in reversed(self._exchanges):
            self._waiting[exchange.request_hash].append(exchange)

    async def complete(self, request: ModelRequest) -> ModelResponse:
        """The recorded answer; raises the recorded error, or a `ModelError` where none is left."""
        waiting = self._waiting.get(request_hash(request))
        if not waiting:
            raise ModelError(f"{self.name}: {_missing(request_json(request), self._exchanges)}")
        exchange = waiting.pop()
        if exchange.error is not None:
            raise error_from(exchange.error)
        return response_from_json(exchange.response, where=_place(exchange))

    async def stream(self, request: ModelRequest) -> AsyncIterator[ModelChunk]:
        """The recorded answer in one piece."""
        response = await self.complete(request)
        yield ModelChunk(text=response.message.content, response=response)

    def worst(self, reads: int, writes: int) -> Spend:
        """So many tokens, which cost nothing a second time."""
        return Spend(reads + writes)

    async def aclose(self) -> None:
        """Do nothing: a recording holds nothing."""

    def __repr__(self) -> str:
        left = sum(map(len, self._waiting.values()))
        return f"Recorded({self.name!r}, left={left}/{len(self._exchanges)})"


def _place(exchange: Exchange) -> str:
    return f"{exchange.episode_id} step {exchange.step_index}"


def _missing(request: JsonObject, exchanges: Sequence[Exchange]) -> str:
    if not exchanges:
        return "nothing was recorded"
    closest = max(exchanges, key=lambda exchange: _likeness(exchange.request, request))
    if closest.request == request:
        return f"{_place(closest)} was asked for more often than it was recorded"
    parting = _parting(closest.request, request)
    return f"no such request was recorded; {_place(closest)} is closest: it differs in {parting}"


def _likeness(recorded: JsonObject, asked: JsonObject) -> tuple[int, int]:
    """Messages that are equal from the start, then other fields that are equal."""
    fields = recorded.keys() | asked.keys()
    return _shared(recorded, asked), sum(recorded.get(name) == asked.get(name) for name in fields)


def _shared(recorded: JsonObject, asked: JsonObject) -> int:
    pairs = zip(_messages(recorded), _messages(asked), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _parting(recorded: JsonObject, asked: JsonObject) -> str:
    fields = sorted((recorded.keys() | asked.keys()) - {"messages"})
    differing = [name for name in fields if recorded.get(name) != asked.get(name)]
    same, count = _shared(recorded, asked), len(_messages(asked))
    if same < max(count, len(_messages(recorded))):
        differing.insert(0, f"messages from index {same} (of {count})")
    return ", ".join(differing)


def _messages(request: JsonObject) -> list[Json]:
    messages = request["messages"]
    return messages if isinstance(messages, list) else []
