"""What every record shares: strict, frozen, nothing unknown let in; and canonical JSON."""

from hashlib import blake2b
from typing import Any, Self

import orjson
from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from engine.errors import BadInput

Json = JsonValue
JsonObject = dict[str, JsonValue]


class Record(BaseModel):
    """A value that crosses a room: immutable, strictly typed, unknown fields refused."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    @classmethod
    def parse(cls, data: bytes | str | dict[str, Any], where: str = "") -> Self:
        """Validate JSON text or plain JSON data; raises `BadInput` naming each field at fault."""
        text = data if isinstance(data, bytes | str) else orjson.dumps(data)
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


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and no blanks: equal values give equal bytes."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def digest(data: bytes, previous: str = "") -> str:
    """32 hex digits of BLAKE2b over `data`, chained to the digest before it."""
    return blake2b(data, digest_size=16, key=previous.encode()).hexdigest()
