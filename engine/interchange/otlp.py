"""Episodes as OTLP traces in JSON, with the GenAI attributes of the conventions 1.41.0.

An episode is a trace: a span `invoke_agent` over all of it, below it a span `chat` for each model
call, `execute_tool` for each tool call, and `step` for what else happened. Scores are events of the
first. Ids are made of ours, so that the same episode is the same trace whenever it is exported.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from engine.contracts import (
    EpisodeLine,
    ErrorSpec,
    Exchange,
    JsonObject,
    Run,
    Score,
    Step,
    Usage,
    digest,
)
from engine.interchange.otel_names import (
    CHAT,
    EVALUATION_EVENT,
    EXECUTE_TOOL,
    INVOKE_AGENT,
    NAMES,
    OPERATION,
    SCHEMA_URL,
)
from engine.interchange.otel_prompts import Prompts, provider
from engine.interchange.otel_values import attributes

_INTERNAL: Final = 1
_CLIENT: Final = 3
_ERROR: Final = 2
_SPAN_ID: Final = re.compile(r"(?!0{16})[0-9a-f]{16}")


def resource_spans(run: Run, line: EpisodeLine, version: str = "") -> JsonObject:
    """The `ResourceSpans` of one episode; `version` is that of the workbench."""
    about = {"service.name": "agent-workbench", "service.version": version}
    of_run = ("run_id", "name", "suite", "agent", "model", "source", "tenant", "epochs", "seed")
    about |= {NAMES[f"run.{name}"]: getattr(run, name) for name in of_run}
    scope: JsonObject = {"name": "engine.interchange.otlp", "version": version}
    return {
        "resource": {"attributes": attributes(about)},
        "scopeSpans": [
            {"scope": scope, "spans": list(_Trace(run, line).spans()), "schemaUrl": SCHEMA_URL}
        ],
        "schemaUrl": SCHEMA_URL,
    }


class _Place(NamedTuple):
    """Where a span stands in its trace, and when it was."""

    span_id: str
    parent: str | None
    began: float
    ended: float


class _Trace:
    """The spans of one episode."""

    def __init__(self, run: Run, line: EpisodeLine) -> None:
        self._run = run
        self._line = line
        self._id = digest(f"{line.run_id}:{line.episode_id}".encode())
        self._root = digest(f"episode:{line.episode_id}".encode())[:16]
        self._prompts = Prompts(line)
        self._asked: dict[int, Exchange] = {}
        self._called: defaultdict[int, list[Exchange]] = defaultdict(list)
        for exchange in line.exchanges:
            if exchange.kind == "model":
                self._asked[exchange.step_index] = exchange
            else:
                self._called[exchange.step_index].append(exchange)

    def spans(self) -> Iterator[JsonObject]:
        """The episode's span, then those of its steps in order."""
        yield self._whole()
        for step in self._line.steps:
            yield self._step(step)
            for exchange in self._called[step.index]:
                yield self._tool(step, exchange)

    def _whole(self) -> JsonObject:
        episode, steps = self._line.episode, self._line.steps
        values = self._of(INVOKE_AGENT)
        error = episode.error if episode else None
        if episode is not None:
            own = ("agent", "model", "task_id", "family", "epoch", "stop_reason", "cost_usd")
            values |= {NAMES[f"episode.{name}"]: getattr(episode, name) for name in own}
            values |= {
                NAMES["episode.state_hash"]: episode.state_hash,
                NAMES["episode.metadata"]: episode.metadata or None,
                **_usage(episode.usage),
            }
        values |= self._prompts.whole()
        parts = [episode] if episode else steps
        place = _Place(
            self._root,
            None,
            min((part.started_at for part in parts), default=self._run.started_at),
            max((part.ended_at for part in parts), default=self._run.started_at),
        )
        name = f"{INVOKE_AGENT} {episode.agent if episode else self._run.agent}"
        span = self._span(name, place, values, error)
        return {**span, "events": [_verdict(score) for score in self._line.scores]}

    def _step(self, step: Step) -> JsonObject:
        own = ("kind", "agent", "state_hash", "attributes")
        values = {NAMES[f"step.{name}"]: getattr(step, name) or None for name in own}
        messages = [message.model_dump(mode="json") for message in step.messages]
        values |= {
            NAMES["step.index"]: step.index,
            NAMES["step.cost_usd"]: step.cost_usd,
            NAMES["step.messages"]: messages or None,
        }
        place = _Place(_valid(step.span_id), self._parent(step), step.started_at, step.ended_at)
        if step.kind == "model":
            return self._call(step, place, values)
        return self._span(f"step {step.kind}", place, values, step.error)

    def _call(self, step: Step, place: _Place, values: dict[str, Any]) -> JsonObject:
        asked = self._asked.get(step.index)
        model = asked.name if asked else step.model or self._run.model
        values |= self._of(CHAT) | {
            NAMES["provider"]: provider(self._run, model),
            NAMES["model.name"]: model,
            NAMES["step.model"]: step.model,
            **_usage(step.usage),
            **self._prompts.call(step, asked),
        }
        error = step.error
        if asked is not None:
            place = place._replace(began=asked.started_at, ended=asked.ended_at)
            error = asked.error or error
        return {**self._span(f"{CHAT} {model}".strip(), place, values, error), "kind": _CLIENT}

    def _tool(self, step: Step, exchange: Exchange) -> JsonObject:
        calls = [call for message in step.messages for call in message.tool_calls]
        call = calls[exchange.position - 1] if 0 < exchange.position <= len(calls) else None
        values = self._of(EXECUTE_TOOL) | {
            NAMES["tool.name"]: exchange.name,
            NAMES["tool.type"]: "function",
            NAMES["tool.call_id"]: call.id if call else None,
            NAMES["tool.arguments"]: exchange.request.get("arguments", exchange.request),
            NAMES["tool.result"]: exchange.response,
            NAMES["step.agent"]: step.agent,
            NAMES["step.index"]: step.index,
            NAMES["exchange.position"]: exchange.position,
        }
        own = digest(f"{self._id}:{step.index}:{exchange.position}".encode())[:16]
        place = _Place(own, self._parent(step), exchange.started_at, exchange.ended_at)
        return self._span(f"{EXECUTE_TOOL} {exchange.name}", place, values, exchange.error)

    def _parent(self, step: Step) -> str:
        return _valid(step.parent_span_id) if step.parent_span_id else self._root

    def _of(self, operation: str) -> dict[str, Any]:
        return {
            OPERATION: operation,
            NAMES["provider"]: provider(self._run, ""),
            NAMES["episode.episode_id"]: self._line.episode_id,
        }

    def _span(
        self, name: str, place: _Place, values: dict[str, Any], error: ErrorSpec | None
    ) -> JsonObject:
        if error is not None:
            values = {**values, NAMES["error.code"]: error.code}
        given = {key: value for key, value in values.items() if value is not None}
        span: JsonObject = {
            "traceId": self._id,
            "spanId": place.span_id,
            "name": name,
            "kind": _INTERNAL,
            "startTimeUnixNano": _nanos(place.began),
            "endTimeUnixNano": _nanos(place.ended),
            "attributes": attributes(given),
            "status": {"code": _ERROR, "message": error.message} if error else {},
        }
        return span if place.parent is None else {**span, "parentSpanId": place.parent}


def _valid(span_id: str) -> str:
    """The id where it is a span's, 16 hex digits not all zero; else one made of it."""
    return span_id if _SPAN_ID.fullmatch(span_id) else digest(span_id.encode())[:16]


def _usage(usage: Usage) -> dict[str, Any]:
    counts = ("input_tokens", "output_tokens", "cached_tokens", "calls")
    return {NAMES[f"usage.{name}"]: getattr(usage, name) for name in counts}


def _verdict(score: Score) -> JsonObject:
    values = {
        NAMES["score.scorer"]: score.scorer,
        NAMES["score.value"]: score.value,
        NAMES["score.passed"]: "pass" if score.passed else "fail",
        NAMES["score.reason"]: score.reason,
        NAMES["score.advisory"]: score.advisory,
    }
    at, given = _nanos(score.scored_at), attributes(values)
    return {"timeUnixNano": at, "name": EVALUATION_EVENT, "attributes": given}


def _nanos(seconds: float) -> str:
    """Nanoseconds since the Unix epoch; facts keep whole microseconds."""
    return str(round(seconds * 1e6) * 1000)
