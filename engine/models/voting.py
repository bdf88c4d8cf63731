"""Self-consistency: ask several times, take the answer that most of them give.

Wang et al., "Self-Consistency Improves Chain of Thought Reasoning in Language Models", 2022.
"""

import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import Final

from engine.contracts import (
    MessageSpec,
    Model,
    ModelChunk,
    ModelRequest,
    ModelResponse,
    Spend,
    canonical,
)

VOTES: Final = 5
STOPS: Final = ".,;:!?"
TEMPERATURE: Final = 0.3  # of the later votes of a greedy request; small models stray at more


class Voting:
    """The model `inner` asked `votes` times for each call, one after the other.

    The first vote is the request as it is, the others are samples with the seeds that follow the
    request's (0 where it has none). Of answers with equally many votes the earliest wins. Usage
    and cost are those of all votes; a failed vote fails the call.
    """

    def __init__(self, inner: Model, name: str, *, votes: int = VOTES) -> None:
        self.name = name
        self._inner = inner
        self._votes = votes

    async def complete(self, request: ModelRequest) -> ModelResponse:
        """The answer of the majority; raises a `ModelError`."""
        ballots = [
            await self._inner.complete(_vote(request, index)) for index in range(self._votes)
        ]
        return tally(ballots)

    async def stream(self, request: ModelRequest) -> AsyncIterator[ModelChunk]:
        """The answer in one piece: there is none before the last vote."""
        response = await self.complete(request)
        yield ModelChunk(text=response.message.content, response=response)

    def worst(self, reads: int, writes: int) -> Spend:
        """The inner model's, once for each vote."""
        one = self._inner.worst(reads, writes)
        cost = None if one.cost_usd is None else one.cost_usd * self._votes
        return Spend(one.tokens * self._votes, cost)

    async def aclose(self) -> None:
        """Close the inner model."""
        await self._inner.aclose()

    def __repr__(self) -> str:
        return f"Voting({self._inner!r}, votes={self._votes})"


def tally(ballots: Sequence[ModelResponse]) -> ModelResponse:
    """The first of the answers that won, with the usage and cost of all."""
    keys = [meaning(ballot.message) for ballot in ballots]
    winner = Counter(keys).most_common(1)[0][0]  # counts in order: the earliest of equals
    return ballots[keys.index(winner)].paying_for(ballots)


def meaning(message: MessageSpec) -> bytes:
    """What two messages have in common that say the same: calls, JSON, or the words alone."""
    if message.tool_calls:
        calls = [[call.name, call.arguments, call.malformed] for call in message.tool_calls]
        return canonical(calls)
    try:
        return canonical(json.loads(message.content))
    except (ValueError, TypeError):  # prose, or numbers that canonical JSON cannot hold
        words = message.content.casefold().split()
        return " ".join(word.rstrip(STOPS) for word in words).encode()


def _vote(request: ModelRequest, index: int) -> ModelRequest:
    if index == 0:
        return request
    return request.model_copy(
        update={
            "seed": (request.seed or 0) + index,
            "temperature": request.temperature or TEMPERATURE,
        }
    )
