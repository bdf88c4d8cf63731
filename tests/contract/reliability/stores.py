"""Every implementation of the port `BreakerStates`, empty."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from engine.contracts import BreakerStates
from engine.reliability.breaker import MemoryBreakerStates
from workbench.store.breakers import SqliteBreakerStates
from workbench.store.breakers_redis import RedisBreakerStates

KINDS = ["memory", "sqlite", "redis"]


@contextmanager
def opened(kind: str, home: Path, redis_url: str) -> Iterator[BreakerStates]:
    """An implementation by its kind."""
    if kind == "sqlite":
        made = SqliteBreakerStates(home / "state" / "breakers.sqlite")
        yield made
        made.close()
    elif kind == "redis":
        with redis.Redis.from_url(redis_url) as client:
            client.flushall()
            yield RedisBreakerStates(client)
    else:
        yield MemoryBreakerStates()
