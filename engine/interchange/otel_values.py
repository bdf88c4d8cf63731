"""JSON data as OpenTelemetry's AnyValue in its JSON form (opentelemetry-proto, common.proto)."""

from collections.abc import Mapping
from typing import Any, Final

from engine.contracts import Json, JsonObject

_INT64: Final = 2**63


def any_value(value: Any) -> JsonObject:
    """The value as an AnyValue; null is one without content.

    Whole numbers stand as text; beyond 64 bits they are text.
    """
    if isinstance(value, Mapping):
        return {"kvlistValue": {"values": attributes(value)}}
    if isinstance(value, list | tuple):
        return {"arrayValue": {"values": [any_value(item) for item in value]}}
    return _scalar(value)


def _scalar(value: Any) -> JsonObject:
    if value is None:
        return {}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int) and -_INT64 <= value < _INT64:
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    return {"stringValue": str(value)}


def attributes(values: Mapping[str, Any]) -> list[Json]:
    """A mapping as a list of KeyValue."""
    return [{"key": key, "value": any_value(value)} for key, value in values.items()]


def plain(value: Mapping[str, Any]) -> Any:
    """What an AnyValue holds; of one with no content null. The inverse of `any_value`.

    Raises `ValueError`, `TypeError`, `KeyError` or `AttributeError` for what is no AnyValue.
    """
    if "intValue" in value:
        return int(value["intValue"])
    if "kvlistValue" in value:
        return plain_attributes((value["kvlistValue"] or {}).get("values") or ())
    if "arrayValue" in value:
        return [plain(item) for item in (value["arrayValue"] or {}).get("values") or ()]
    return next(iter(value.values()), None)


def plain_attributes(values: Any) -> dict[str, Any]:
    """A list of KeyValue as a mapping."""
    return {item["key"]: plain(item.get("value") or {}) for item in values}
