"""Event lists of OpenHands (V0, `.json`): one conversation a file.

An action of the agent that a model asked for is a tool call, the observation it caused is its
result, and calls that one answer of a model asked for are one step. Events that are no part of the
conversation (changes of the agent's state, empty observations) are counted in the metadata. A file
is one JSON document, which is read whole; no more than one is held. Times without a zone are UTC.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final

from pydantic import Field

from engine.contracts import ErrorSpec, JsonObject, MessageSpec, ToolCall, Usage, Wire
from engine.contracts.wire import Report
from engine.errors import BadInput
from engine.interchange.chat_messages import ChatCall, Content, checked, text_of, tool_call
from engine.interchange.files import content_digest, document
from engine.interchange.reading import Format, Head, Tries
from engine.interchange.times import seconds_of, span_of
from engine.interchange.writing import Sample, Turn

SOURCE = "openhands"
_SPOKEN: Final = frozenset({"message", "system"})
_NO_DEED: Final = frozenset({"change_agent_state", "null", "recall", "message", "system"})
"""Actions that are no call of a tool."""
_FAILED: Final = "error"


class _Cached(Wire):
    known: ClassVar[frozenset[str]] = frozenset({"audio_tokens", "text_tokens", "image_tokens"})
    cached_tokens: int | None = None


class _Tokens(Wire):
    known: ClassVar[frozenset[str]] = frozenset(
        {
            "total_tokens",
            "completion_tokens_details",
            "cache_creation_input_tokens",
            "cache_read_input_tokens",
        }
    )
    prompt_tokens: int = Field(default=0, ge=0)
    completion_tokens: int = Field(default=0, ge=0)
    prompt_tokens_details: _Cached | None = None


class _Said(Wire):
    known: ClassVar[frozenset[str]] = frozenset({"role", "function_call"})
    content: Content = None
    tool_calls: tuple[ChatCall, ...] | None = None


class _Choice(Wire):
    known: ClassVar[frozenset[str]] = frozenset({"finish_reason", "index"})
    message: _Said


class _Response(Wire):
    known: ClassVar[frozenset[str]] = frozenset(
        {"created", "object", "system_fingerprint", "service_tier"}
    )
    id: str
    model: str | None = None
    choices: tuple[_Choice, ...] = Field(min_length=1)
    usage: _Tokens | None = None


class _Asked(Wire):
    known: ClassVar[frozenset[str]] = frozenset({"total_calls_in_response"})
    function_name: str
    tool_call_id: str
    model_response: _Response


class _Metrics(Wire):
    known: ClassVar[frozenset[str]] = frozenset(
        {"accumulated_token_usage", "max_budget_per_task", "costs", "response_latencies"}
    )
    accumulated_cost: float | None = Field(default=None, ge=0)


class _Event(Wire):
    known: ClassVar[frozenset[str]] = frozenset(
        {"timeout", "success", "hidden", "recall_type", "tool_call_id"}
    )
    id: int | None = None
    timestamp: str | None = None
    source: str | None = None
    message: Content = None
    cause: int | None = None
    action: str | None = None
    observation: str | None = None
    content: Content = None
    args: dict[str, Any] = Field(default_factory=dict)
    extras: dict[str, Any] = Field(default_factory=dict)
    tool_call_metadata: _Asked | None = None
    llm_metrics: _Metrics | None = None


@dataclass(slots=True)
class _Step:
    """A step while its events come in."""

    kind: str
    message: MessageSpec
    agent: str
    answer: _Response | None = None
    calls: list[ToolCall] = field(default_factory=list)
    results: list[MessageSpec] = field(default_factory=list)
    errors: dict[str, ErrorSpec] = field(default_factory=dict)
    moments: list[float] = field(default_factory=list)


class _Conversation:
    """Puts events together as steps."""

    def __init__(self, where: str) -> None:
        self.steps: list[_Step] = []
        self.left_out: Counter[str] = Counter()
        self.cost_usd: float | None = None
        self._where = where

    def take(self, event: _Event, number: int) -> None:
        """The next event in order."""
        at = event.timestamp and seconds_of(event.timestamp, f"{self._where}: event {number}")
        if event.llm_metrics and event.llm_metrics.accumulated_cost is not None:
            self.cost_usd = event.llm_metrics.accumulated_cost
        step = self._step(event)
        if step is None:
            self.left_out[event.action or event.observation or "event"] += 1
        elif at:
            step.moments.append(at)

    def _step(self, event: _Event) -> _Step | None:
        """The step that the event is part of; null: it is no part of the conversation."""
        if event.action is not None and event.source == "agent" and event.tool_call_metadata:
            return self._called(event, event.tool_call_metadata)
        if event.action is not None and event.source == "agent" and event.action not in _NO_DEED:
            return self._done(event, event.action)
        if event.observation is not None:
            asked = event.tool_call_metadata
            return self._observed(event, asked.tool_call_id if asked else f"event-{event.cause}")
        if event.action in _SPOKEN:
            return self._spoken(event)
        return None

    def _called(self, event: _Event, asked: _Asked) -> _Step:
        answer = asked.model_response
        step = self.steps[-1] if self.steps else None
        if step is None or step.answer is None or step.answer.id != answer.id:
            said = text_of(answer.choices[0].message.content)
            step = self._add("model", MessageSpec(role="assistant", content=said), "agent")
            step.answer = answer
        step.calls.append(_call(asked, event.args))
        return step

    def _done(self, event: _Event, action: str) -> _Step:
        """What the agent did without a tool call of the protocol, read from its text."""
        thought = str(event.args.get("thought") or "")
        step = self._add("model", MessageSpec(role="assistant", content=thought), "agent")
        args = {name: value for name, value in event.args.items() if name != "thought"}
        step.calls.append(tool_call(f"event-{event.id}", action, args))
        return step

    def _observed(self, event: _Event, call_id: str) -> _Step | None:
        for step in reversed(self.steps):
            name = next((call.name for call in step.calls if call.id == call_id), None)
            if name is not None:
                text = text_of(event.content) or text_of(event.message)
                step.results.append(
                    MessageSpec(role="tool", content=text, tool_call_id=call_id, name=name)
                )
                if event.observation == _FAILED:
                    step.errors[call_id] = ErrorSpec(code="tool_error", message=text)
                return step
        return None

    def _spoken(self, event: _Event) -> _Step:
        text = str(event.args.get("content") or "") or text_of(event.message)
        if event.action == "system":
            return self._input(MessageSpec(role="system", content=text))
        if event.source == "agent":
            return self._add("model", MessageSpec(role="assistant", content=text), "agent")
        if any(step.kind == "model" for step in self.steps):
            return self._add("human", MessageSpec(role="user", content=text), "user")
        return self._input(MessageSpec(role="user", content=text))

    def _input(self, message: MessageSpec) -> _Step:
        """What comes before the agent speaks is one step; its further messages stand behind."""
        if self.steps and self.steps[-1].kind == "input":
            self.steps[-1].results.append(message)
            return self.steps[-1]
        return self._add("human" if self.steps else "input", message, "agent")

    def _add(self, kind: str, message: MessageSpec, agent: str) -> _Step:
        self.steps.append(_Step(kind, message, agent))
        return self.steps[-1]


def _samples(files: Sequence[Path], report: Report) -> Iterator[Sample]:
    tries = Tries()
    for file in files:
        events = document(file)
        if not isinstance(events, list) or not events:
            raise BadInput("is no list of events", where=str(file))
        conversation = _Conversation(str(file))
        for number, item in enumerate(events):
            event = checked(_Event, item, f"{file}: event {number}", report)
            conversation.take(event, number)
        if conversation.steps:
            yield _sample(conversation, file, tries)


def _sample(conversation: _Conversation, file: Path, tries: Tries) -> Sample:
    task = file.name.removesuffix(".gz").removesuffix(".json")
    return Sample(
        task_id=task,
        epoch=tries.epoch(task),
        key=content_digest(file),
        family=SOURCE,
        turns=[_turn(step) for step in conversation.steps],
        cost_usd=conversation.cost_usd,
        metadata={"left_out": dict(conversation.left_out)},
    )


def _turn(step: _Step) -> Turn:
    said = step.message.model_copy(update={"tool_calls": tuple(step.calls)})
    spoken, answer = step.kind == "model", step.answer
    return Turn(
        kind=step.kind,  # type: ignore[arg-type]
        messages=(said, *step.results),
        agent=step.agent,
        model=answer.model if answer else None,
        usage=_usage(answer) if answer else Usage(calls=int(spoken)),
        cost_usd=None if spoken else 0.0,
        times=span_of(*step.moments),
        errors=step.errors,
    )


def _usage(answer: _Response) -> Usage:
    tokens = answer.usage or _Tokens()
    cached = tokens.prompt_tokens_details and tokens.prompt_tokens_details.cached_tokens
    return Usage(
        input_tokens=tokens.prompt_tokens,
        output_tokens=tokens.completion_tokens,
        cached_tokens=cached or 0,
        calls=1,
    )


def _call(asked: _Asked, args: JsonObject) -> ToolCall:
    """As the model wrote it, where its answer holds it; else with what the action was given."""
    for call in asked.model_response.choices[0].message.tool_calls or ():
        if call.id == asked.tool_call_id:
            return tool_call(call.id, call.function.name, call.function.arguments)
    return tool_call(asked.tool_call_id, asked.function_name, args)


def _head(_files: Sequence[Path]) -> Head:
    return Head(agent=SOURCE)


OPENHANDS = Format(source=SOURCE, suffixes=(".json", ".json.gz"), samples=_samples, head=_head)
"""Conversations of OpenHands; all files together are one run."""
