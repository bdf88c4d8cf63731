"""Gives tool calls to a model that can only follow a response schema."""

from collections.abc import AsyncIterator

from engine.contracts import Model, ModelChunk, ModelRequest, ModelResponse, Spend
from engine.models import answer_or_call


class ToolGrammar:
    """The model `inner` with tools: each reply is the answer or one call, enforced by grammar.

    A request that has neither tools nor a trace of them passes through unchanged.
    """

    def __init__(self, inner: Model) -> None:
        self._inner = inner

    @property
    def name(self) -> str:
        """The inner model's."""
        return self._inner.name

    async def complete(self, request: ModelRequest) -> ModelResponse:
        """The whole answer; raises a `ModelError`."""
        response = await self._inner.complete(answer_or_call.translated(request))
        return _translated(response, request)

    async def stream(self, request: ModelRequest) -> AsyncIterator[ModelChunk]:
        """The answer in pieces; a tool call and an answer with a schema come whole at the end."""
        applies = answer_or_call.applies(request)
        text = sent = ""
        async for chunk in self._inner.stream(answer_or_call.translated(request)):
            if not applies:
                yield chunk
                continue
            text += chunk.text
            response = _translated(chunk.response, request) if chunk.response else None
            known = response.message.content if response else answer_or_call.answer_so_far(text)
            if len(known) > len(sent) or response:
                yield ModelChunk(text=known.removeprefix(sent), response=response)
                sent = known

    def worst(self, reads: int, writes: int) -> Spend:
        """The inner model's."""
        return self._inner.worst(reads, writes)

    async def aclose(self) -> None:
        """Close the inner model."""
        await self._inner.aclose()

    def __repr__(self) -> str:
        return f"ToolGrammar({self._inner!r})"


def _translated(response: ModelResponse, request: ModelRequest) -> ModelResponse:
    if not answer_or_call.applies(request):
        return response
    message, finish = answer_or_call.read(response.message.content, response.finish_reason, request)
    return response.model_copy(update={"message": message, "finish_reason": finish})
