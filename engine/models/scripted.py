"""A model that says what it is told to say: the offline twin for tests, demos and benchmarks."""

import re
from collections.abc import AsyncIterator, Callable, Iterable
from itertools import count, cycle
from typing import Final

from engine.contracts import (
    JsonObject,
    ModelChunk,
    ModelRequest,
    ModelResponse,
    Spend,
    ToolCall,
    Usage,
    assistant,
)
from engine.errors import ModelError

Answer = ModelResponse | Exception
Script = Iterable[Answer | str] | Callable[[ModelRequest], Answer]

WORD: Final = re.compile(r"\S+\s*|\s+")
ONE_CALL: Final = Usage(calls=1)


def reply(content: str = "", *calls: ToolCall, usage: Usage = ONE_CALL) -> ModelResponse:
    """An answer that costs nothing, of that content and those tool calls."""
    return ModelResponse(
        message=assistant(content, *calls),
        finish_reason="tool_calls" if calls else "stop",
        usage=usage,
        model="scripted",
        cost_usd=0.0,
        price_source="local",
    )


def tool_call(name: str, arguments: JsonObject, call_id: str = "call-1") -> ToolCall:
    """A tool call for a script."""
    return ToolCall(id=call_id, name=name, arguments=arguments)


class Scripted:
    """Answers from a list in order, or from a function of the request.

    A text in the list is an answer of that content; an exception is raised. `calls` counts the
    calls made, `last` is the latest request. After the end of a list the script begins again
    where `repeat` is set and a `ModelError` is raised where it is not. `dearest_usd` is
    the most that one of its answers says it costs.
    """

    def __init__(
        self,
        script: Script,
        *,
        name: str = "scripted",
        repeat: bool = False,
        dearest_usd: float | None = 0.0,
    ) -> None:
        self.name = name
        self._dearest_usd = dearest_usd
        self.calls = 0
        self.last: ModelRequest | None = None
        self._next = script if callable(script) else _in_order(script, repeat=repeat)

    async def complete(self, request: ModelRequest) -> ModelResponse:
        """The script's next answer; raises what the script says to raise."""
        self.calls += 1
        self.last = request
        answer = self._next(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def stream(self, request: ModelRequest) -> AsyncIterator[ModelChunk]:
        """The next answer word by word."""
        response = await self.complete(request)
        for word in WORD.findall(response.message.content):
            yield ModelChunk(text=word)
        yield ModelChunk(response=response)

    def worst(self, reads: int, writes: int) -> Spend:
        """So many tokens at the price of the dearest answer."""
        return Spend(reads + writes, self._dearest_usd)

    async def aclose(self) -> None:
        """Do nothing: a script holds nothing."""

    def __repr__(self) -> str:
        return f"Scripted({self.name!r}, calls={self.calls})"


def _in_order(script: Iterable[Answer | str], *, repeat: bool) -> Callable[[ModelRequest], Answer]:
    answers = [reply(item) if isinstance(item, str) else item for item in script]
    if repeat and answers:
        ring = cycle(answers)
        return lambda _request: next(ring)
    index = count()

    def take(_request: ModelRequest) -> Answer:
        at = next(index)
        if at < len(answers):
            return answers[at]
        return ModelError(f"the script has {len(answers)} answers and was asked {at + 1} times")

    return take
