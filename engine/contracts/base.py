"""What every record shares: strict, frozen, nothing unknown let in; and canonical JSON."""

import json
from hashlib import blake2b
from typing import Any, Self

import orjson
from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError
from pydantic_core import from_json, to_json

from engine.errors import BadInput

Json = JsonValue
JsonObject = dict[str, JsonValue]


class Record(BaseModel):
    """A value that crosses a room: immutable, strictly typed, unknown fields refused."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    @classmethod
    def parse(cls, data: bytes | str | dict[str, Any], where: str = "") -> Self:
        """Validate JSON text or plain JSON data; raises `BadInput` naming each field at fault."""
        text = data if isinstance(data, bytes | str) else json_text(data)
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise BadInput(explain(error), where=where or cls.__name__) from None


def explain(error: ValidationError) -> str:
    """Say each violation as `field: what is wrong`, joined by semicolons."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(
        f"{'.'.join(map(str, fault['loc'])) or 'value'}: {fault['msg']}" for fault in faults
    )


def json_text(value: Json) -> str:
    """Compact JSON; whole numbers beyond 64 bits are kept, NaN and infinities become null."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # orjson stops at 64 bits
        return to_json(value, inf_nan_mode="null").decode()


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and no blanks, records as their fields: equal values, equal bytes."""
    try:
        return orjson.dumps(value, _fields, orjson.OPT_SORT_KEYS)
    except TypeError:  # as in `json_text`
        plain = from_json(to_json(value, inf_nan_mode="null"))
        text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return text.encode()


def _fields(value: object) -> dict[str, Any]:
    """What `model_dump` says of a record, without building it twice."""
    if isinstance(value, BaseModel):
        return value.__dict__
    raise TypeError(f"{type(value).__name__} is no JSON")


def digest(data: bytes, previous: str = "") -> str:
    """32 hex digits of BLAKE2b over `data`, chained to the digest before it."""
    return blake2b(data, digest_size=16, key=previous.encode()).hexdigest()
