"""The spans of one conversation as steps.

Each model call says the whole history that it was sent: what is new in it came since the call
before. Where texts were not recorded (they are opt-in) the steps are empty, and the calls of tools
are those whose spans follow.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.contracts import MessageSpec, ToolCall, assistant
from engine.contracts.wire import Report
from engine.interchange.chat_messages import named, tool_call
from engine.interchange.otel_names import EXECUTE_TOOL, INFERENCE, INVOKE_AGENT, NAMES, OPERATION
from engine.interchange.spans.told import (
    asked_of,
    request_of,
    response_of,
    said_of,
    scores_of,
    text_of,
    usage_of,
)
from engine.interchange.spans.wire import Span, structured
from engine.interchange.writing import Sample, Told, Turn


@dataclass(slots=True)
class _Step:
    """A step while spans are looked through."""

    span: Span | None  # null: nobody's call, but what was said before one
    values: dict[str, Any]
    messages: list[MessageSpec]
    request: list[MessageSpec] | None = None
    tools: list[Span] = field(default_factory=list)


class Conversation:
    """Puts spans together as the turns of a sample."""

    def __init__(self, name: str, spans: Sequence[Span], report: Report) -> None:
        self._name = name
        self._report = report
        self._by_id = {span.spanId: span for span in spans}
        self._values = {span.spanId: span.values() for span in spans}
        self._steps: list[_Step] = []
        self._history: list[MessageSpec] = []
        self._scores: list[Told] = []
        calls = [span for span in spans if self._operation(span) in INFERENCE]
        agents = [span for span in spans if self._operation(span) == INVOKE_AGENT]
        spoken = {span.spanId for span in calls or agents}
        for span in spans:
            self._take(span, spoken=span.spanId in spoken)

    def sample(self) -> Sample:
        """The conversation as an episode."""
        turns = list(self._turns())
        return Sample(
            task_id=self._name,
            key=self._name,
            family="otlp",
            turns=turns,
            error=next((turn.error for turn in reversed(turns) if turn.kind == "model"), None),
            metadata={"traces": sorted({span.traceId for span in self._by_id.values()})},  # type: ignore[dict-item]
            scores=self._scores,
        )

    def _operation(self, span: Span) -> str:
        return str(self._values[span.spanId].get(OPERATION) or "")

    def _take(self, span: Span, *, spoken: bool) -> None:
        self._scores += scores_of(span)
        if spoken:
            self._speak(span, self._values[span.spanId])
        elif self._operation(span) == EXECUTE_TOOL:
            step = self._asked_by(span)
            if step is not None:
                step.tools.append(span)

    def _asked_by(self, tool: Span) -> _Step | None:
        """The step whose model asked for a tool: that which names the call, else the latest."""
        said = [step for step in self._steps if step.span is not None]
        call_id = self._values[tool.spanId].get(NAMES["tool.call_id"])
        for step in reversed(said):
            if any(call.id == call_id for m in step.messages for call in m.tool_calls):
                return step
        return said[-1] if said else None

    def _speak(self, span: Span, values: dict[str, Any]) -> None:
        where = f"span {span.spanId}"
        asked = asked_of(values, where, self._report)
        answers = said_of(values, where, self._report)
        said = answers[0] if answers else assistant()
        self._hear(self._new(asked))
        known = asked or None
        step = _Step(span, values, [said.model_copy(update={"role": "assistant"})], known)
        self._steps.append(step)
        self._history = [*asked, *step.messages] if asked else []

    def _new(self, asked: list[MessageSpec]) -> list[MessageSpec]:
        """What was said since the call before; of another history what follows its last answer."""
        known = len(self._history)
        if asked[:known] == self._history:
            return asked[known:]
        last = max((n for n, m in enumerate(asked) if m.role == "assistant"), default=-1)
        return asked[last + 1 :]

    def _hear(self, messages: Sequence[MessageSpec]) -> None:
        for message in messages:
            asker = self._asker(message) if message.role == "tool" else None
            if asker is not None:
                asker.messages.append(message)
            elif self._steps and self._steps[-1].span is None:
                self._steps[-1].messages.append(message)
            else:
                self._steps.append(_Step(None, {}, [message]))

    def _asker(self, message: MessageSpec) -> _Step | None:
        for step in reversed(self._steps):
            if any(call.id == message.tool_call_id for m in step.messages for call in m.tool_calls):
                return step
        return None

    def _turns(self) -> Iterator[Turn]:
        for number, step in enumerate(self._steps):
            if step.span is None:
                kind, agent = ("human", "user") if number else ("input", "agent")
                yield Turn(kind=kind, messages=tuple(step.messages), agent=agent)  # type: ignore[arg-type]
            else:
                yield self._turn(step, step.span)

    def _turn(self, step: _Step, span: Span) -> Turn:
        tools = {self._call_id(tool): tool for tool in step.tools}
        said, *answers = step.messages
        if not said.tool_calls and tools:
            calls = tuple(self._call(tool) for tool in step.tools)
            said = said.model_copy(update={"tool_calls": calls})
        answers += self._results(said, answers, tools)
        values, times = step.values, {name: tool.times for name, tool in tools.items()}
        model = values.get(NAMES["step.model"]) or values.get(NAMES["model.name"])
        return Turn(
            kind="model",
            messages=tuple(named([said, *answers])),
            agent=self._agent(span),
            model=str(model) if model else None,
            usage=usage_of(values),
            cost_usd=None,
            times=(span.times[0], max([span.times[1], *(end for _, end in times.values())])),
            errors={n: e for n, tool in tools.items() if (e := tool.error("tool_error"))},
            error=span.error("model_error"),
            request=request_of(values, step.request),
            response=response_of(said, values) if step.request else None,
            call_times={**times, "": span.times},
        )

    def _results(
        self, said: MessageSpec, answers: Sequence[MessageSpec], tools: dict[str, Span]
    ) -> list[MessageSpec]:
        """What the spans of tools say that they gave, where no later call was sent it."""
        answered = {message.tool_call_id for message in answers}
        found = []
        for call in said.tool_calls:
            values = self._values[tools[call.id].spanId] if call.id in tools else {}
            if call.id not in answered and NAMES["tool.result"] in values:
                text = text_of(values[NAMES["tool.result"]])
                found.append(MessageSpec(role="tool", content=text, tool_call_id=call.id))
        return found

    def _call_id(self, tool: Span) -> str:
        return str(self._values[tool.spanId].get(NAMES["tool.call_id"]) or tool.spanId)

    def _call(self, tool: Span) -> ToolCall:
        values = self._values[tool.spanId]
        arguments = structured(values.get(NAMES["tool.arguments"])) or {}
        given = arguments if isinstance(arguments, dict) else text_of(arguments)
        return tool_call(
            self._call_id(tool), str(values.get(NAMES["tool.name"]) or tool.name), given
        )

    def _agent(self, span: Span) -> str:
        """The agent that the span, or the nearest above it, names."""
        seen: set[str] = set()
        at: Span | None = span
        while at is not None and at.spanId not in seen:
            if name := self._values[at.spanId].get(NAMES["step.agent"]):
                return str(name)
            seen.add(at.spanId)
            at = self._by_id.get(at.parentSpanId)
        return "agent"
