"""Writes down what somebody else's code does, as it happens: steps, exchanges, tool results.

What is heard of a chat completion holds the whole conversation so far. What a conversation has
grown by since its last call becomes steps: results of the tools that the model asked for belong to
the step that asked, the rest is a person's or the program's turn. A prompt that continues no
conversation known begins one of its own.
"""

import random
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.contracts import (
    ErrorSpec,
    Json,
    JsonObject,
    MessageSpec,
    ModelResponse,
    StepKind,
    ToolCall,
    Usage,
    assistant,
    tool_result,
)
from engine.interchange.conversation import Called, Conversation
from engine.models.overheard import Spoken
from engine.orchestration import Emit, Key, Scribe, Turn

BY_ITSELF: Final[JsonObject] = {"called": "by the program, unasked"}
"""Attributes of a step in which a tool was called that no model had asked for."""


class _Then:
    """A clock that shows when what is being written down happened."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time

    monotonic = now

    async def sleep(self, seconds: float) -> None:
        self.time += seconds


@dataclass(slots=True)
class Totals:
    """What an episode has come to so far."""

    steps: int = 0
    """Model calls that were answered."""
    usage: Usage = field(default_factory=Usage)
    cost_usd: float | None = 0.0
    model: str = ""
    """The model that was asked first."""
    answer: str | None = None
    agents: dict[str, None] = field(default_factory=dict)


class Chronicle:
    """The steps of one episode; may be told of from several threads at once."""

    def __init__(self, key: Key, emit: Emit, agent: str, rng: random.Random) -> None:
        self.totals = Totals()
        self._agent = agent
        self._rng = rng
        self._then = _Then()
        self._scribe = Scribe(key, emit, self._then)
        self._index = 0
        self._talks: list[Conversation] = []
        self._lock = threading.RLock()

    @property
    def state_hash(self) -> str:
        """Digest of the conversation that was spoken in last."""
        return self._talks[-1].transcript.state_hash if self._talks else ""

    @property
    def messages(self) -> tuple[MessageSpec, ...]:
        """Every message so far, conversation by conversation."""
        return tuple(m for talk in self._talks for m in talk.said)

    def heard(self, spoken: Spoken, agent: str = "") -> None:
        """A model call with all that was said before it."""
        with self._lock:
            self.totals.model = self.totals.model or spoken.model
            talk, tail = self._place(spoken.request.messages)
            self._grow(talk, tail, spoken.started_at, agent)
            turn = self._begin("model", spoken.started_at, agent)
            turn.attributes = dict(spoken.about)
            self._then.time = spoken.ended_at
            self._scribe.model(
                turn, spoken.model, spoken.request, spoken.started_at, spoken.outcome
            )
            self._answered(talk, turn, spoken.outcome)

    def step(
        self,
        messages: Sequence[MessageSpec],
        *,
        kind: StepKind | None,
        agent: str,
        times: tuple[float, float],
        response: ModelResponse | None = None,
        attributes: JsonObject | None = None,
    ) -> None:
        """A step told by hand; `response` says what the model call of it used."""
        with self._lock:
            talk = self._current()
            self._close(talk, times[0])
            turn = self._begin(kind or _kind(messages, fresh=not talk.said), times[0], agent)
            turn.attributes = dict(attributes or {})
            turn.response = response
            self._then.time = times[1]
            self._count(response)
            talk.known(messages)
            self._add(talk, turn, messages)
            if messages and messages[0].tool_calls:
                talk.open(turn)
            else:
                self._write(talk, turn)

    def tool(
        self, call: ToolCall, outcome: Json | ErrorSpec, times: tuple[float, float], agent: str = ""
    ) -> None:
        """A tool call with what came of it, asked for by a model or by the program itself.

        It belongs to the latest call that asks for it and has no result; a call without an id is
        found by its name and arguments.
        """
        with self._lock:
            for talk in reversed(self._talks):
                if found := talk.waiting(call):
                    talk.results[found.id] = Called(outcome, times[0], times[1])
                    return
            talk = self._current()
            turn = self._begin("model", times[0], agent)
            turn.attributes = dict(BY_ITSELF)
            call = call.model_copy(update={"id": call.id or f"call-{turn.index}"})
            self._then.time = times[1]
            self._add(talk, turn, [assistant("", call)])
            talk.open(turn)
            talk.results[call.id] = Called(outcome, times[0], times[1])
            self._close(talk, times[1])

    def close(self, now: float) -> None:
        """Write down the steps that still wait for results of tools."""
        with self._lock:
            for talk in self._talks:
                self._close(talk, now)

    def _place(self, prompt: Sequence[MessageSpec]) -> tuple[Conversation, Sequence[MessageSpec]]:
        """The conversation that a prompt continues, and what it has grown by."""
        fitting = [talk for talk in self._talks if talk.begins(prompt)]
        if fitting:
            talk = max(fitting, key=lambda found: len(found.prompt))
            self._talks.remove(talk)
        else:
            talk = Conversation(len(self._talks))
        self._talks.append(talk)  # the one spoken in last stands last
        return talk, prompt[len(talk.prompt) :]

    def _current(self) -> Conversation:
        if not self._talks:
            self._talks.append(Conversation(0))
        return self._talks[-1]

    def _grow(
        self, talk: Conversation, tail: Sequence[MessageSpec], now: float, agent: str
    ) -> None:
        fresh = not talk.said
        talk.known(tail)
        rest = talk.told(tail)
        self._close(talk, now)
        if rest:
            turn = self._begin("input" if fresh else _kind(rest), now, agent)
            self._then.time = now
            self._add(talk, turn, rest)
            self._write(talk, turn)

    def _answered(self, talk: Conversation, turn: Turn, outcome: ModelResponse | ErrorSpec) -> None:
        if isinstance(outcome, ErrorSpec):
            turn.error = outcome
            self._write(talk, turn)
            return
        turn.response = outcome
        turn.attributes["finish_reason"] = outcome.finish_reason
        self._count(outcome)
        talk.known([outcome.message])
        self._add(talk, turn, [outcome.message])
        if outcome.message.tool_calls:
            talk.open(turn)
        else:
            self._write(talk, turn)

    def _close(self, talk: Conversation, now: float) -> None:
        """The step that waits for results, with those that there are."""
        turn = talk.turn
        if turn is None:
            return
        talk.turn = None
        results = []
        for position, call in enumerate(turn.messages[0].tool_calls, 1):
            if call.id not in talk.results:
                continue
            done = talk.results.pop(call.id)
            results.append(tool_result(call, done.text))
            began = turn.started_at if done.started_at is None else done.started_at
            self._then.time = now if done.ended_at is None else done.ended_at
            self._scribe.tool(turn, position, call, began, done.outcome)
        self._then.time = max(self._then.time, turn.started_at)
        self._add(talk, turn, results)
        self._write(talk, turn)

    def _begin(self, kind: StepKind, now: float, agent: str) -> Turn:
        index, self._index = self._index, self._index + 1
        who = agent or self._agent
        self.totals.agents[who] = None
        return Turn(index, f"{self._rng.getrandbits(64):016x}", kind, now, who)

    def _add(self, talk: Conversation, turn: Turn, messages: Iterable[MessageSpec]) -> None:
        for message in messages:
            talk.transcript.add(message)
            talk.said.append(message)
            turn.messages.append(message)
            if message.role == "assistant" and message.content:
                self.totals.answer = message.content

    def _write(self, talk: Conversation, turn: Turn) -> None:
        if talk.number:
            turn.attributes["conversation"] = talk.number
        self._scribe.step(turn, None, talk.transcript.state_hash)

    def _count(self, response: ModelResponse | None) -> None:
        if response is None:
            return
        totals = self.totals
        totals.steps += 1
        totals.usage = totals.usage + response.usage
        totals.model = totals.model or response.model
        unknown = totals.cost_usd is None or response.cost_usd is None
        totals.cost_usd = None if unknown else totals.cost_usd + response.cost_usd  # type: ignore[operator]


def _kind(messages: Sequence[MessageSpec], *, fresh: bool = False) -> StepKind:
    """The model's turn, a person's, or what a conversation is given."""
    roles = [message.role for message in messages]
    if roles[:1] == ["assistant"]:
        return "model"
    return "human" if roles == ["user"] and not fresh else "input"
