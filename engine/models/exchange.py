"""A model call as JSON data: what is stored, hashed and compared."""

from collections.abc import Iterator

from engine.contracts import (
    ErrorSpec,
    Json,
    JsonObject,
    MessageSpec,
    ModelRequest,
    ModelResponse,
    canonical,
    digest,
)
from engine.errors import BadInput, DeadlineExceeded, ModelError, WorkbenchError

Memo = dict[int, tuple[MessageSpec, JsonObject]]


def request_json(request: ModelRequest, memo: Memo | None = None) -> JsonObject:
    """The request without the fields that have their default; `ModelRequest.parse` reads it back.

    A `memo` shared by the calls of one conversation makes each message's dump happen once; the
    message objects in the result are then shared too and must not be changed.
    """
    data: JsonObject = request.model_dump(mode="json", exclude_defaults=True, exclude={"messages"})
    data["messages"] = list(_messages(request.messages, {} if memo is None else memo))
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
    """The recorded error, of the class its code names; `ModelError` where none has that code."""
    found = next((k for k in _kinds(ModelError) if k.code == spec.code), ModelError)
    if spec.code == DeadlineExceeded.code:
        return DeadlineExceeded(spec.message)
    return found(spec.message)


def _kinds(kind: type[ModelError]) -> Iterator[type[ModelError]]:
    yield kind
    for sub in kind.__subclasses__():
        yield from _kinds(sub)


def _messages(messages: tuple[MessageSpec, ...], memo: Memo) -> Iterator[JsonObject]:
    for message in messages:
        seen = memo.get(id(message))
        if seen is None:  # the message is kept beside its dump, so that its id stays its own
            seen = memo[id(message)] = (
                message,
                message.model_dump(mode="json", exclude_defaults=True),
            )
        yield seen[1]
