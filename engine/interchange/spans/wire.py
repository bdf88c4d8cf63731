"""Spans as OTLP writes them in JSON (opentelemetry-proto 1, `ExportTraceServiceRequest`)."""

from typing import Any, ClassVar, Final

import orjson
from pydantic import Field

from engine.contracts import ErrorSpec, Wire
from engine.errors import BadInput
from engine.interchange.otel_names import DETAILS_EVENT, NAMES
from engine.interchange.otel_values import plain

_NANOS: Final = 1e9
_ERROR: Final = frozenset({2, "STATUS_CODE_ERROR"})


class Attribute(Wire):
    """A name with a value."""

    key: str
    value: dict[str, Any] = Field(default_factory=dict)


class Event(Wire):
    """Something that happened within a span."""

    known: ClassVar[frozenset[str]] = frozenset({"droppedAttributesCount"})
    name: str = ""
    timeUnixNano: int = 0  # noqa: N815 - as the protocol has it
    attributes: tuple[Attribute, ...] = ()


class Status(Wire):
    """How a span ended."""

    code: int | str = 0
    message: str = ""


class Span(Wire):
    """Something that took time."""

    known: ClassVar[frozenset[str]] = frozenset(
        {
            "kind", "flags", "traceState", "links", "droppedAttributesCount",
            "droppedEventsCount", "droppedLinksCount",
        }
    )  # fmt: skip
    traceId: str = Field(min_length=1)  # noqa: N815
    spanId: str = Field(min_length=1)  # noqa: N815
    parentSpanId: str = ""  # noqa: N815
    name: str = ""
    startTimeUnixNano: int = Field(ge=0)  # noqa: N815
    endTimeUnixNano: int = Field(ge=0)  # noqa: N815
    attributes: tuple[Attribute, ...] = ()
    events: tuple[Event, ...] = ()
    status: Status = Status()

    @property
    def times(self) -> tuple[float, float]:
        """Begin and end, in seconds since the Unix epoch."""
        began = self.startTimeUnixNano / _NANOS
        return began, max(began, self.endTimeUnixNano / _NANOS)

    def values(self) -> dict[str, Any]:
        """The attributes by name, those of the event with the call's details among them.

        Raises `BadInput` naming the span where a value is not as the protocol has it.
        """
        found: dict[str, Any] = {}
        for event in self.events:
            if event.name == DETAILS_EVENT:
                found |= self.event_values(event)
        return found | values_of(self.attributes, f"span {self.spanId}")

    def event_values(self, event: Event) -> dict[str, Any]:
        """The attributes of one of its events by name; raises as `values` does."""
        return values_of(event.attributes, f"span {self.spanId}")

    def error(self, code: str) -> ErrorSpec | None:
        """What it failed with, if it did."""
        kind = self.values().get(NAMES["error.code"])
        if self.status.code not in _ERROR and kind is None:
            return None
        return ErrorSpec(code=code, message=self.status.message or str(kind or "failed"))


def values_of(attributes: tuple[Attribute, ...], where: str) -> dict[str, Any]:
    """Attributes by name, as plain JSON; raises `BadInput` naming `where` for what is no value."""
    try:
        return {attribute.key: plain(attribute.value) for attribute in attributes}
    except (AttributeError, KeyError, TypeError, ValueError):
        raise BadInput("an attribute's value is none", where=where) from None


def structured(value: Any) -> Any:
    """A value that may have been written as JSON text, as spans have to."""
    if not isinstance(value, str):
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return value
