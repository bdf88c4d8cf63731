"""What the attributes of one span tell: what was asked, answered, used and scored."""

from collections.abc import Iterator
from typing import Any, Final

from engine.contracts import Json, JsonObject, MessageSpec, Usage
from engine.contracts.base import json_text
from engine.contracts.wire import Report
from engine.interchange.otel_names import EVALUATION_EVENT, NAMES, SETTINGS
from engine.interchange.spans.parts import instructions_of, messages_of
from engine.interchange.spans.wire import Span, structured
from engine.interchange.writing import Told

_COUNTS: Final = ("input_tokens", "output_tokens", "cached_tokens", "calls")


def asked_of(values: dict[str, Any], where: str, report: Report) -> list[MessageSpec]:
    """What a model was sent, its instructions first; raises `BadInput` naming `where`."""
    name = NAMES["request.system"]
    told: list[MessageSpec] = []
    if name in values:
        told = instructions_of(values[name], where, report, f"/attributes/{name}")
    return [*told, *_messages(values, NAMES["request.messages"], where, report)]


def said_of(values: dict[str, Any], where: str, report: Report) -> list[MessageSpec]:
    """What a model answered; of several choices each."""
    return _messages(values, NAMES["response.message"], where, report)


def usage_of(values: dict[str, Any]) -> Usage:
    """Tokens of a span; one that does not say how many calls it was is one."""
    counts = {name: values.get(NAMES[f"usage.{name}"]) for name in _COUNTS}
    known = {name: n for name, n in counts.items() if type(n) is int and n >= 0}
    return Usage(**{"calls": 1, **known})


def request_of(values: dict[str, Any], asked: list[MessageSpec] | None) -> JsonObject | None:
    """The request as one of ours, as far as the span tells it; null: what was asked is unknown."""
    if asked is None:
        return None
    request: JsonObject = {
        "messages": [m.model_dump(mode="json", exclude_defaults=True) for m in asked]
    }
    if NAMES["request.tools"] in values:
        request["tools"] = _tools(structured(values[NAMES["request.tools"]]))
    for setting in SETTINGS:
        if (name := NAMES[f"request.{setting}"]) in values:
            request[setting] = values[name]
    return request


def response_of(said: MessageSpec, values: dict[str, Any]) -> JsonObject:
    """The answer as one of ours."""
    given = values.get(NAMES["response.finish_reason"])
    reason: Json = given[0] if isinstance(given, list) and given else None
    return {
        "message": said.model_dump(mode="json", exclude_defaults=True),
        "finish_reason": reason or ("tool_calls" if said.tool_calls else "stop"),
        "usage": usage_of(values).model_dump(mode="json", exclude_defaults=True),
        "model": str(values.get(NAMES["step.model"]) or values.get(NAMES["model.name"]) or ""),
        "cost_usd": None,
        "price_source": "unknown",
    }


def scores_of(span: Span) -> Iterator[Told]:
    """Evaluations within the span, as far as their values lie between 0 and 1."""
    for event in span.events:
        values = span.event_values(event) if event.name == EVALUATION_EVENT else {}
        value = values.get(NAMES["score.value"])
        if isinstance(value, int | float) and 0 <= value <= 1:
            label = str(values.get(NAMES["score.passed"]) or "")
            reason = values.get(NAMES["score.reason"])
            yield Told(
                scorer=str(values.get(NAMES["score.scorer"]) or "evaluation"),
                value=float(value),
                passed=label == "pass" if label in {"pass", "fail"} else value == 1,
                reason=str(label if reason is None else reason),
                advisory=values.get(NAMES["score.advisory"]) is True,
            )


def text_of(value: Any) -> str:
    """A value as text; what is none as JSON."""
    return value if isinstance(value, str) else json_text(value)


def _tools(defined: Any) -> Json:
    """Definitions without the type that all have."""
    if not isinstance(defined, list):
        return defined  # type: ignore[no-any-return]
    return [
        {key: value for key, value in tool.items() if (key, value) != ("type", "function")}
        if isinstance(tool, dict)
        else tool
        for tool in defined
    ]


def _messages(values: dict[str, Any], name: str, where: str, report: Report) -> list[MessageSpec]:
    if values.get(name) is None:
        return []
    return messages_of(values[name], where, report, f"/attributes/{name}")
