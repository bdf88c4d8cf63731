"""The one way by which data from outside becomes a record, and how it is refused."""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Final, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, SchemaValidator, from_json, to_json

from engine.errors import (
    BadInput,
    ModelGarbled,
    StoreGarbled,
    ToolError,
    Violation,
    WorkbenchError,
)

T = TypeVar("T")


class Boundary(StrEnum):
    """Where data comes in."""

    INPUT = "input"
    """What a caller gives an episode to begin with."""
    MODEL_ANSWER = "model.answer"
    """What a model's server sends."""
    TOOL_ARGUMENTS = "tool.arguments"
    """What a model calls a tool with."""
    HANDOFF = "handoff"
    """What a model hands over, or asks a worker, with."""
    STORE_ROW = "store.row"
    """What the store has kept."""
    IMPORT = "import"
    """Episodes recorded elsewhere."""


RAISED: Final[Mapping[Boundary, type[WorkbenchError]]] = {
    Boundary.INPUT: BadInput,
    Boundary.MODEL_ANSWER: ModelGarbled,
    Boundary.TOOL_ARGUMENTS: ToolError,
    Boundary.HANDOFF: ToolError,
    Boundary.STORE_ROW: StoreGarbled,
    Boundary.IMPORT: BadInput,
}
"""What a violation is raised as: whoever waits at that boundary knows what to do about it."""

SHOWN: Final = 5
"""Faults that a message names; more are counted."""
LONGEST: Final = 200
"""Characters of a pointer or a field's name that are kept: the names are the sender's too."""
_NO_JSON: Final = "json_invalid"
_SPEAKS_OF_THE_RULE: Final = re.compile(
    r"(Input|String|List|Tuple|Set|Dictionary|Bytes)\b.* should "
)
"""Other messages of the validator may repeat the value."""


def check(
    at: Boundary,
    kind: type[T] | TypeAdapter[T],
    data: object,
    *,
    where: str = "",
    hint: str = "",
    correlation_id: str | None = None,
    place: str = "",
    strict: bool | None = None,
) -> T:
    """The record that `data` is: JSON text, plain JSON data, or such a record already.

    `place` is the pointer of `data` in what it is part of. `strict` goes before what the kind says
    of itself; false takes Python values too.

    Raises the error that `RAISED` names for the boundary, with a `Violation`; its message names
    `where` and every field at fault, and no value.
    """
    try:
        return _validated(kind, data, strict=strict)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False)
    except (ValueError, RecursionError):  # not to be written as JSON, or nested too deep
        details = [ErrorDetails(type=_NO_JSON, loc=(), msg="", input=None)]
    raise refusal(
        at, details, data, where=where, hint=hint, correlation_id=correlation_id, place=place
    )


def refusal(
    at: Boundary,
    details: Sequence[ErrorDetails],
    data: object,
    *,
    where: str = "",
    hint: str = "",
    correlation_id: str | None = None,
    place: str = "",
) -> WorkbenchError:
    """The error for what a validator found wrong with `data`."""
    faults = [f"{_name(fault)}: {_said(fault)}" for fault in details[:SHOWN]]
    if len(details) > SHOWN:
        faults.append(f"and {len(details) - SHOWN} more")
    said = "; ".join(faults)
    error = RAISED[at](f"{where}: {said}" if where else said, hint=hint)
    first = details[0]
    error.violation = Violation(
        boundary=at.value,
        pointer=cut(place + pointer_of(first["loc"], _plain(data), missing=_is_missing(first))),
        expected=_said(first).removeprefix("Input should be "),
        correlation_id=correlation_id,
    )
    return error


def not_an_object(at: Boundary, data: str, *, where: str = "") -> WorkbenchError:
    """The error for text that had to be a JSON object and is none."""
    fault = ErrorDetails(type="dict_type", loc=(), msg="Input should be a JSON object", input=data)
    return refusal(at, [fault], data, where=where)


def pointer_of(loc: Sequence[int | str], data: object, *, missing: bool = False) -> str:
    """The JSON pointer (RFC 6901) of a validator's location in `data`.

    Steps that only name a branch of the schema are left out; of a `missing` field the last step
    is its name.
    """
    steps = list(_steps(loc, data))
    if missing and loc:
        steps.append(str(loc[-1]))
    return "".join("/" + escaped(step) for step in steps)


def escaped(name: str) -> str:
    """A name as a step of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def json_type(value: object) -> str:
    """The JSON type of a value: its name is all that may be told of it."""
    if isinstance(value, bool):
        return "boolean"
    for name, kinds in _TYPES.items():
        if isinstance(value, kinds):
            return name
    return "null" if value is None else "object"


_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str, bytes),
    "integer": (int,),
    "number": (float,),
    "array": (list, tuple, set, frozenset),
}


def _validated(kind: type[T] | TypeAdapter[T], data: object, *, strict: bool | None) -> T:
    """Strict kinds take plain data by way of JSON, which has no tuples and no enumerations."""
    if isinstance(kind, type) and isinstance(data, kind):
        return data
    validator: SchemaValidator = (
        kind.validator if isinstance(kind, TypeAdapter) else kind.__pydantic_validator__  # type: ignore[attr-defined,assignment]
    )
    found: T
    if isinstance(data, bytes | str):
        found = validator.validate_json(data)
    elif strict is None and isinstance(kind, type) and _is_strict(kind):  # type: ignore[arg-type]
        found = validator.validate_json(to_json(data, inf_nan_mode="constants"))
    else:
        found = validator.validate_python(data, strict=strict)
    return found


@lru_cache(maxsize=1_000)  # asked at every tool call, and slow to find out
def _is_strict(kind: type) -> bool:
    return issubclass(kind, BaseModel) and bool(kind.model_config.get("strict"))


def _steps(loc: Sequence[int | str], data: object) -> Iterator[str]:
    here = data
    for step in loc:
        if _leads_on(here, step):
            here = here[step]  # type: ignore[index]
            yield str(step)


def _leads_on(here: object, step: int | str) -> bool:
    if isinstance(here, dict):
        return step in here
    return isinstance(here, list | tuple) and isinstance(step, int) and step < len(here)


def _plain(data: object) -> object:
    if not isinstance(data, bytes | str):
        return data
    try:
        return from_json(data)
    except ValueError:
        return None


def _is_missing(fault: ErrorDetails) -> bool:
    return fault["type"] == "missing"


def _name(fault: ErrorDetails) -> str:
    return cut(".".join(map(str, fault["loc"]))) or "value"


def _said(fault: ErrorDetails) -> str:
    """What was expected, in the validator's words where these cannot hold the value."""
    kind, message = fault["type"], fault["msg"]
    if kind in {"missing", "extra_forbidden"}:
        return message
    if kind == _NO_JSON:
        return "Input should be valid JSON"
    if not _SPEAKS_OF_THE_RULE.match(message):
        message = "Input should be within the rules of this record"
    return f"{message}, not {_article(json_type(fault['input']))}"


def _article(noun: str) -> str:
    return noun if noun == "null" else f"an {noun}" if noun[0] in "aio" else f"a {noun}"


def cut(text: str) -> str:
    """The text, or as much of it as is kept of what others have named."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
