"""What answers in a replay in place of models and tools."""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Self

from engine.contracts import (
    ErrorSpec,
    Exchange,
    Json,
    JsonObject,
    ModelChunk,
    ModelRequest,
    ModelResponse,
    Spend,
    Step,
    StopReason,
    canonical,
)
from engine.errors import ToolError
from engine.models.exchange import ERRORS, error_from, request_hash, response_from_json
from engine.replay.recording import Recording
from engine.replay.setup import Setup
from engine.tools import Site, Toolbox

INTERRUPTED = "CancelledError"
"""The code of what was cut short from outside."""


class Unrecorded(Exception):
    """Nothing was recorded that would answer."""


class RecordedEnd(Exception):
    """The recording says no more, and does not say why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model answered, with the digest of what it was asked; empty: not recorded."""

    asked: str
    response: ModelResponse | None
    error: ErrorSpec | None = None


class Answers:
    """A recording's model answers, each given once.

    They come in their order; where several conversations ran at once, by what is asked.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._left = list(_answers(recording))
        self._left.reverse()

    def give(self, request: ModelRequest) -> ModelResponse:
        """The next answer; raises the recorded error, `Unrecorded`, or `RecordedEnd`."""
        stop = self._recording.episode.stop_reason
        if not self._left:
            raise RecordedEnd if stop is StopReason.RECORDED else Unrecorded
        answer = self._left.pop(self._next(request))
        if answer.response is not None:
            return answer.response
        raise _raised(answer.error, stop)

    def __len__(self) -> int:
        return len(self._left)

    def _next(self, request: ModelRequest) -> int:
        if not self._recording.branched:
            return -1
        asked = request_hash(request)
        alike = (at for at in range(-1, -len(self._left) - 1, -1) if self._left[at].asked == asked)
        return next(alike, -1)


class StandIn:
    """A model by name that answers as was recorded; what it may use is as the model has it."""

    def __init__(self, name: str, answers: Answers, setup: Setup) -> None:
        self.name = name
        self._answers = answers
        self._worst = setup.worst

    async def complete(self, request: ModelRequest) -> ModelResponse:
        """The recorded answer; raises as `Answers.give` does."""
        return self._answers.give(request)

    async def stream(self, request: ModelRequest) -> AsyncIterator[ModelChunk]:
        """The recorded answer in one piece."""
        response = self._answers.give(request)
        yield ModelChunk(text=response.message.content, response=response)

    def worst(self, reads: int, writes: int) -> Spend:
        """The most that a call of the model itself would use."""
        return self._worst(self.name, reads, writes)

    async def aclose(self) -> None:
        """Do nothing: a recording holds nothing."""


@dataclass(frozen=True, slots=True)
class StandInTools(Toolbox):
    """Tools under today's schemas that give what was recorded; nothing is called."""

    left: dict[bytes, deque[Exchange]] = field(default_factory=dict)
    """By what was asked, the calls that have not been replayed, in order."""
    stop: BaseException | None = None
    """What ends a call without a result, where the episode was cut short during one."""

    @classmethod
    def playing(cls, tools: Toolbox, recording: Recording) -> Self:
        """The tools of a recording."""
        left: defaultdict[bytes, deque[Exchange]] = defaultdict(deque)
        for exchange in recording.exchanges:
            if exchange.kind == "tool":
                left[canonical(exchange.request)].append(exchange)
        return cls(tools.tools, left=left, stop=_interrupted(recording))

    async def call(
        self,
        name: str,
        arguments: JsonObject,
        *,
        limit_s: float | None = None,
        site: Site | None = None,
    ) -> Json:
        """What the same call gave; raises its error, or `Unrecorded` where none is left."""
        del limit_s, site
        # A recorded call stays until it is compared: the loop itself may give what others gave.
        waiting = self.left.get(canonical({"name": name, "arguments": arguments}))
        if not waiting:
            raise self.stop or Unrecorded(f"{name} was not called so in the recording")
        exchange = waiting[0]
        if exchange.error is None:
            return exchange.response
        raise _raised(exchange.error, StopReason.RECORDED)

    async def take(self, name: str, arguments: JsonObject) -> Json:
        """As `call`; that recorded call is then used up."""
        waiting = self.left.get(canonical({"name": name, "arguments": arguments}))
        first = waiting[0] if waiting else None
        try:
            return await self.call(name, arguments)
        finally:
            if first is not None:
                self.done(first)

    def done(self, exchange: Exchange) -> None:
        """That recorded call has been replayed, whoever gave its result."""
        waiting = self.left.get(canonical(exchange.request))
        if waiting and exchange in waiting:
            waiting.remove(exchange)


def _answers(recording: Recording) -> Iterator[Answer]:
    if recording.requests:
        for exchange in recording.exchanges:
            if exchange.kind == "model":
                yield _answer(exchange)
        return
    for step in recording.steps:
        if step.kind == "model":
            yield Answer("", _response(step))


def _answer(exchange: Exchange) -> Answer:
    if exchange.error is not None:
        return Answer(exchange.request_hash, None, exchange.error)
    where = f"{exchange.episode_id} step {exchange.step_index}"
    return Answer(exchange.request_hash, response_from_json(exchange.response, where))


def _response(step: Step) -> ModelResponse:
    """An answer of which the message alone was recorded."""
    message = step.messages[0]
    return ModelResponse(
        message=message,
        finish_reason="tool_calls" if message.tool_calls else "stop",
        usage=step.usage,
        model=step.model or "",
        cost_usd=step.cost_usd,
        price_source="unknown",
    )


def _raised(error: ErrorSpec | None, stop: StopReason) -> BaseException:
    """The recorded error again; what was cut short is cut short in the same way."""
    if error is None:
        return Unrecorded()
    if error.code == INTERRUPTED:
        return TimeoutError() if stop is StopReason.DEADLINE else asyncio.CancelledError()
    return error_from(error) if error.code in ERRORS else _tool_error(error)


def _tool_error(spec: ErrorSpec) -> ToolError:
    """An error of a tool under the code that was recorded."""
    error = ToolError(spec.message)
    error.code = spec.code
    error.retryable = spec.retryable
    return error


def _interrupted(recording: Recording) -> BaseException | None:
    """What ends a call that has no result, as the episode was cut short while it was made."""
    if not any(step.error and step.error.code == INTERRUPTED for step in recording.steps):
        return None
    stop = recording.episode.stop_reason
    return TimeoutError() if stop is StopReason.DEADLINE else asyncio.CancelledError()
