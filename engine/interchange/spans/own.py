"""The spans of an export of ours as the steps they were made of, in the order of their index.

What the conventions have no word for stands in attributes of ours: kinds, messages and costs of
steps, task and epoch of the episode. How it ended is told in its metadata: it is a recording here.
Not exported, and so not here: whose step asked for a worker's, what a model answered beside its
message, details of scores, and the schema that an answer had to follow.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from pydantic import Field

from engine.contracts import (
    ErrorSpec,
    Json,
    JsonObject,
    MessageSpec,
    Record,
    StepKind,
    StopReason,
    Usage,
)
from engine.contracts.wire import Report
from engine.interchange.otel_names import EXECUTE_TOOL, INVOKE_AGENT, NAMES, OPERATION
from engine.interchange.spans.told import asked_of, request_of, response_of, scores_of, usage_of
from engine.interchange.spans.wire import Span
from engine.interchange.writing import Sample, Turn

_RESULT: Final = NAMES["tool.result"]


class OwnStep(Record):
    """What a step's span says in words of ours."""

    index: int = Field(ge=0, description="Its place in the episode.")
    kind: StepKind = Field(description="What happened.")
    agent: str = Field(default="agent", description="The agent that acted.")
    model: str | None = Field(default=None, description="The model that answered.")
    cost_usd: float | None = Field(default=None, ge=0, description="US dollars; null: unknown.")
    messages: tuple[MessageSpec, ...] = Field(default=(), description="What it added.")
    attributes: JsonObject = Field(default_factory=dict, description="Whatever else is known.")


class OwnEpisode(Record):
    """What an episode's span says in words of ours."""

    task_id: str = Field(default="", description="The task by its id in the suite.")
    family: str = Field(default="otlp", description="The task's family in the suite.")
    epoch: int = Field(default=0, ge=0, description="Which try of the task it was, from 0.")
    stop_reason: StopReason | None = Field(default=None, description="Why it ended.")
    cost_usd: float | None = Field(default=None, ge=0, description="US dollars; null: unknown.")
    metadata: JsonObject = Field(default_factory=dict, description="Whatever else is known.")


class _Told(NamedTuple):
    """A span with its attributes."""

    span: Span
    values: dict[str, Any]

    def own(self, subject: str, fields: Sequence[str]) -> dict[str, Any]:
        """Attributes of ours by the names of our fields."""
        found = {field: self.values.get(NAMES[f"{subject}.{field}"]) for field in fields}
        return {field: value for field, value in found.items() if value is not None}


def is_own(values: dict[str, Any]) -> bool:
    """Whether a span is of an export of ours: a step, or a whole episode."""
    return NAMES["step.kind"] in values or NAMES["episode.task_id"] in values


def own_sample(name: str, spans: Sequence[Span], report: Report) -> Sample:
    """The episode whose spans these are; raises `BadInput` naming the span at fault."""
    told = [_Told(span, span.values()) for span in {span.spanId: span for span in spans}.values()]
    tools: defaultdict[str, list[_Told]] = defaultdict(list)
    for one in told:
        if one.values.get(OPERATION) == EXECUTE_TOOL:
            tools[str(one.values.get(NAMES["step.index"]))].append(one)
    steps = [(_step(one), one) for one in told if NAMES["step.kind"] in one.values]
    steps.sort(key=lambda pair: pair[0].index)
    turns = [_turn(step, one, tools[str(step.index)], report) for step, one in steps]
    whole = next((one for one in told if one.values.get(OPERATION) == INVOKE_AGENT), None)
    episode = _episode(whole)
    return Sample(
        task_id=episode.task_id or name,
        key=name,
        family=episode.family,
        epoch=episode.epoch,
        turns=turns,
        cost_usd=episode.cost_usd,
        usage=usage_of(whole.values) if whole else None,
        error=_error(whole) if whole else None,
        metadata=_metadata(episode, spans),
        scores=[score for one in told for score in scores_of(one.span)],
    )


def _step(told: _Told) -> OwnStep:
    given = told.own("step", tuple(OwnStep.model_fields))
    return OwnStep.parse(given, where=f"span {told.span.spanId}")


def _episode(told: _Told | None) -> OwnEpisode:
    if told is None:
        return OwnEpisode()
    given = told.own("episode", tuple(OwnEpisode.model_fields))
    return OwnEpisode.parse(given, where=f"span {told.span.spanId}")


def _metadata(episode: OwnEpisode, spans: Sequence[Span]) -> JsonObject:
    """What is known beside; how it ended is told here, for the episode itself is a recording."""
    traces: list[Json] = [*sorted({span.traceId for span in spans})]
    ended: JsonObject = {"stop_reason": episode.stop_reason} if episode.stop_reason else {}
    return {**episode.metadata, **ended, "traces": traces}


def _turn(step: OwnStep, told: _Told, tools: Sequence[_Told], report: Report) -> Turn:
    calls = [call.id for message in step.messages for call in message.tool_calls]
    of_call = {_call_id(tool, calls): tool for tool in tools}
    times = {call: tool.span.times for call, tool in of_call.items()}
    asked = _asked(told, report) if step.kind == "model" else None
    said = next((m for m in step.messages if m.role == "assistant"), None)
    began, ended = told.span.times
    return Turn(
        kind=step.kind,
        messages=step.messages,
        agent=step.agent,
        model=step.model,
        usage=usage_of(told.values) if step.kind == "model" else Usage(),
        cost_usd=step.cost_usd,
        times=(began, max([ended, *(end for _, end in times.values())])),
        results={c: t.values[_RESULT] for c, t in of_call.items() if _RESULT in t.values},
        errors={c: error for c, t in of_call.items() if (error := _error(t))},
        attributes=step.attributes,
        request=request_of(told.values, asked),
        response=response_of(said, told.values) if asked and said else None,
        error=_error(told),
        recorded=of_call.keys(),
        call_times={**times, "": told.span.times},
    )


def _asked(told: _Told, report: Report) -> list[MessageSpec] | None:
    """The request, where it was recorded."""
    if NAMES["request.inferred"] in told.values:
        return None
    return asked_of(told.values, f"span {told.span.spanId}", report) or None


def _call_id(tool: _Told, calls: Sequence[str]) -> str:
    """The call that a tool's span is of: that which it names, else that at its position."""
    position = tool.values.get(NAMES["exchange.position"])
    named: Json = tool.values.get(NAMES["tool.call_id"])
    if named is None and isinstance(position, int) and 0 < position <= len(calls):
        return calls[position - 1]
    return str(named or tool.span.spanId)


def _error(told: _Told) -> ErrorSpec | None:
    return told.span.error(str(told.values.get(NAMES["error.code"]) or "error"))
