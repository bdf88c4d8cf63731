"""What every store on a Redis server has in common."""

from collections.abc import Iterator
from contextlib import contextmanager

import redis

from engine.errors import StoreError


@contextmanager
def asked(doing: str) -> Iterator[None]:
    """A question to the server; raises `StoreError` that tells the doing."""
    try:
        yield
    except redis.RedisError as error:
        hint = "is the Redis server there?"
        raise StoreError(f"{doing} failed: {error}", hint=hint) from error


def decoded(part: bytes | str) -> str:
    """A part of an answer, whether or not the client decodes answers itself."""
    return part.decode() if isinstance(part, bytes) else part
