"""From what an HTTP endpoint does wrong to the errors of the engine; secrets are left out."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import httpx
from pydantic import SecretStr

from engine.errors import (
    ModelError,
    ModelGarbled,
    ModelRefused,
    ModelTimeout,
    ModelUnavailable,
    ModelUnreachable,
)
from engine.models.wire import read_error
from engine.models.wire_body import WireError

MAX_REASON_CHARS: Final = 300  # of what a server says went wrong, no more is repeated
HINTS: Final = {
    401: "check the endpoint's API key",
    403: "check the endpoint's API key and what it may use",
    404: "check the base URL, which ends in /v1, and the model's name",
}


@contextmanager
def translated(name: str, key: SecretStr | None) -> Iterator[None]:
    """Raise what httpx and the parser raise in the block as a `ModelError` that names the model."""
    try:
        yield
    except (httpx.TimeoutException, TimeoutError):
        raise ModelTimeout(f"{name}: no answer in time") from None
    except httpx.DecodingError:
        raise ModelGarbled(f"{name}: the answer's encoding is broken") from None
    except httpx.RequestError as error:
        what = scrub(str(error), key) or type(error).__name__
        raise ModelUnreachable(f"{name}: {_origin(error)}: {what}") from None
    except ModelGarbled as error:
        named = ModelGarbled(f"{name}: {scrub(error.message, key)}")
        named.violation = error.violation
        raise named from None


def _origin(error: httpx.RequestError) -> str:
    url = error.request.url
    return f"{url.scheme}://{url.netloc.decode()}"


def from_status(
    name: str, status: int, data: bytes, *, key: SecretStr | None, retry_after_s: float | None
) -> ModelError:
    """The error of an answer whose HTTP status is not 200."""
    return _error(name, status, read_error(data), key=key, retry_after_s=retry_after_s)


def from_body(name: str, error: WireError | str, *, key: SecretStr | None) -> ModelError:
    """The error of a body that says one though its HTTP status is 200."""
    told = WireError(message=error) if isinstance(error, str) else error
    status = told.code if isinstance(told.code, int) and told.code in range(400, 600) else None
    return _error(name, status, told, key=key)


def _error(
    name: str,
    status: int | None,
    error: WireError,
    *,
    key: SecretStr | None,
    retry_after_s: float | None = None,
) -> ModelError:
    """The error that a server describes; without a status the server is at fault."""
    kind = _kind(status)
    said = scrub(error.message, key)[:MAX_REASON_CHARS]
    return kind(
        f"{name}: HTTP {status}: {said}" if status else f"{name}: {said}",
        hint=HINTS.get(status or 0, ""),
        status=status,
        retry_after_s=retry_after_s,
    )


def _kind(status: int | None) -> type[ModelError]:
    if status == httpx.codes.REQUEST_TIMEOUT:
        return ModelTimeout
    if status is None or status == httpx.codes.TOO_MANY_REQUESTS or status >= 500:  # noqa: PLR2004
        return ModelUnavailable
    return ModelRefused


def scrub(text: str, key: SecretStr | None) -> str:
    """The text on one line and without the key."""
    line = " ".join(text.split())
    secret = key.get_secret_value() if key else ""
    return line.replace(secret, "***") if secret else line
