"""A model call as JSON data: what is stored, hashed and compared."""

from typing import Final

from engine.contracts import (
    ErrorSpec,
    Json,
    JsonObject,
    ModelRequest,
    ModelResponse,
    Record,
    canonical,
    digest,
)
from engine.errors import (
    BadInput,
    DeadlineExceeded,
    ModelError,
    ModelGarbled,
    ModelRefused,
    ModelTimeout,
    ModelUnavailable,
    ModelUnreachable,
    WorkbenchError,
)

Memo = dict[int, tuple[Record, JsonObject]]
ERRORS: Final = {
    kind.code: kind
    for kind in (
        ModelUnreachable,
        ModelTimeout,
        ModelRefused,
        ModelUnavailable,
        ModelGarbled,
        DeadlineExceeded,
    )
}


def request_json(request: ModelRequest, memo: Memo | None = None) -> JsonObject:
    """The request without the fields that have their default; `ModelRequest.parse` reads it back.

    A `memo` shared by the calls of one conversation makes the dump of each message and tool
    happen once; these are then shared by the results and must not be changed.
    """
    if memo is None:
        memo = {}
    data: JsonObject = request.model_dump(
        mode="json", exclude_defaults=True, exclude={"messages", "tools"}
    )
    data["messages"] = [_dumped(message, memo) for message in request.messages]
    if request.tools:
        data["tools"] = [_dumped(tool, memo) for tool in request.tools]
    return data


def request_hash(request: ModelRequest, memo: Memo | None = None) -> str:
    """Equal for equal requests: the digest of `request_json` in canonical form."""
    return digest(canonical(request_json(request, memo)))


def response_json(response: ModelResponse) -> JsonObject:
    """The response without the fields that have their default."""
    return response.model_dump(mode="json", exclude_defaults=True)


def response_from_json(data: Json, where: str = "") -> ModelResponse:
    """What `response_json` wrote; raises `BadInput` saying what does not fit."""
    if not isinstance(data, dict):
        raise BadInput("a model response is a JSON object", where=where)
    return ModelResponse.parse(data, where)


def error_from(spec: ErrorSpec) -> WorkbenchError:
    """The recorded error, of the class that its code names; `ModelError` where none does."""
    return ERRORS.get(spec.code, ModelError)(spec.message)


def _dumped(record: Record, memo: Memo) -> JsonObject:
    seen = memo.get(id(record))
    if seen is None:  # the record is kept beside its dump, so that its id stays its own
        seen = memo[id(record)] = (record, record.model_dump(mode="json", exclude_defaults=True))
    return seen[1]
