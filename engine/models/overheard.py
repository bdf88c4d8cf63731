"""What was heard of a chat completion, as a model call: request, answer, usage, cost."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import httpx
from pydantic import SecretStr

from engine.contracts import ErrorSpec, JsonObject, ModelRequest, ModelResponse, Usage
from engine.errors import ModelGarbled, ModelUnreachable, WorkbenchError
from engine.models import faults, wire
from engine.models.overhear import MAX_KEPT_BYTES, Heard
from engine.models.prices import UNKNOWN, Prices
from engine.models.wire_body import Body
from engine.models.wire_request import read_asked, request_of

_DATA: Final = b"data:"
_DONE: Final = b"[DONE]"
_CHAT: Final = "/chat/completions"


@dataclass(frozen=True, slots=True)
class Spoken:
    """A model call that somebody else's code made."""

    model: str
    request: ModelRequest
    outcome: ModelResponse | ErrorSpec
    started_at: float
    ended_at: float
    about: JsonObject
    """`options` as sent, and what is not as one would think: `usage` unknown, `answer` cut."""


def spoken(heard: Heard, prices: Prices) -> Spoken:
    """The call; one that failed has its error as outcome, with every secret masked.

    Raises `BadInput` where the request itself is none that can be read.
    """
    asked = read_asked(heard.asked)
    request, about = request_of(asked), _about(heard, asked.options())
    outcome: ModelResponse | ErrorSpec
    try:
        answer, whole = _answer(heard, asked.model)
    except WorkbenchError as error:
        outcome = ErrorSpec.of(error)
    except BaseException as error:  # noqa: BLE001 - whatever the client was told; it has gone on
        outcome = masked(ErrorSpec.of(error), heard.secrets)
    else:
        outcome = _response(answer, asked.model, heard, prices)
        if answer.usage is None:
            about["usage"] = "unknown"
        if not whole:
            about["answer"] = "not read to its end"
    return Spoken(asked.model, request, outcome, heard.started_at, heard.ended_at, about)


def _about(heard: Heard, options: JsonObject) -> JsonObject:
    about: JsonObject = {"options": options}
    if heard.first_at is not None and heard.events:
        about["first_piece_s"] = round(heard.first_at - heard.started_at, 6)
    return about


def _answer(heard: Heard, name: str) -> tuple[wire.Answer, bool]:
    """What came back, and whether that is all of it; raises what came instead."""
    key = SecretStr(heard.secrets[0]) if heard.secrets else None
    with faults.translated(name, key):
        if heard.error is not None:
            raise heard.error
        if len(heard.answered) > MAX_KEPT_BYTES:
            raise ModelGarbled(f"the answer is longer than {MAX_KEPT_BYTES} bytes: not kept")
        data = _decoded(heard)
        if heard.status != httpx.codes.OK:
            status = heard.status or 0
            raise faults.from_status(name, status, data, key=key, retry_after_s=None)
        if heard.events:
            return _gathered(data, name, heard, key)
        return wire.answer(_sound(wire.read_body(data), name, key)), True


def _gathered(
    data: bytes, name: str, heard: Heard, key: SecretStr | None
) -> tuple[wire.Answer, bool]:
    gathering = wire.Gathering()
    for event in _events(data, whole=heard.whole):
        gathering.feed(_sound(wire.read_body(event), name, key))
    if heard.whole and not gathering.whole:
        raise ModelUnreachable(f"{name}: the stream broke off before its end")
    return gathering.answer(), gathering.whole


def _events(data: bytes, *, whole: bool) -> Iterator[bytes]:
    """Each event; of a stream that was cut the piece of one at its end is left out."""
    for line in data.split(b"\n"):
        event = line.removeprefix(_DATA).strip()
        if line.startswith(_DATA) and event != _DONE and (whole or event.endswith(b"}")):
            yield event


def _sound(body: Body, name: str, key: SecretStr | None) -> Body:
    if body.error is None:
        return body
    raise faults.from_body(name, body.error, key=key)


def _decoded(heard: Heard) -> bytes:
    headers = {"content-encoding": heard.encoding} if heard.encoding else {}
    return httpx.Response(200, headers=headers, content=heard.answered).content


def _response(answer: wire.Answer, model: str, heard: Heard, prices: Prices) -> ModelResponse:
    price = UNKNOWN
    if answer.usage is not None:
        price = prices.price(model, heard.url.removesuffix(_CHAT), answer.usage)
    return ModelResponse(
        message=answer.message,
        finish_reason=answer.finish_reason,
        usage=answer.usage or Usage(calls=1),
        model=answer.model or model,
        cost_usd=price.cost_usd,
        price_source=price.source,
    )


def masked(error: ErrorSpec, secrets: Iterable[str]) -> ErrorSpec:
    """The error without these: servers repeat a key that they refuse."""
    message = error.message
    for secret in secrets:
        message = message.replace(secret, "***")
    return error.model_copy(update={"message": message})
