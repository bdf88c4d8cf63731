"""The state of circuit breakers in a Redis server that several machines share."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import redis

from engine.contracts import BreakerState
from engine.errors import StoreError
from workbench.store.breakers import parsed
from workbench.store.redis_asked import asked, decoded

T = TypeVar("T")

_SWAP: Final = """
local now = redis.call('GET', KEYS[1]) or ''
if now ~= ARGV[1] then return {0, now} end
redis.call('SET', KEYS[1], ARGV[2])
return {1, ''}
"""
"""Compare and set; where another was faster, what it has set is given back."""
_TRIES: Final = 1000
"""Lost races after which something other than a race must be wrong."""


class RedisBreakerStates:
    """The port `BreakerStates` on a Redis server; safe for several threads, processes, machines.

    `client` is a `redis.Redis` of the caller's, who closes it; its timeouts are the limit of each
    question. A breaker is a string under `prefix` and its name.
    """

    def __init__(self, client: redis.Redis, *, prefix: str = "workbench:breaker:") -> None:
        self._client: Any = client  # whose answers are typed for both kinds of client
        self._prefix = prefix
        self._swap: Any = client.register_script(_SWAP)

    def change(
        self, name: str, change: Callable[[BreakerState | None], tuple[BreakerState, T]]
    ) -> T:
        """Put what `change` makes of the state in its place, and give its answer."""
        key = self._prefix + name
        with asked("changing a breaker"):
            text = self._client.get(key) or b""
            for _ in range(_TRIES):
                before = parsed(name, text) if text else None
                after, answer = change(before)
                if after == before:
                    return answer
                done, text = self._swap([key], [text, after.model_dump_json()])
                if done:
                    return answer
        raise StoreError(f"breaker {name!r} is changed by too many at once")

    def get(self, name: str) -> BreakerState | None:
        """The state as it is kept, null where there is none."""
        with asked("reading a breaker"):
            text = self._client.get(self._prefix + name)
        return parsed(name, text) if text else None

    def names(self) -> list[str]:
        """The breakers that have a state, in order of their names."""
        with asked("listing breakers"):
            keys = list(self._client.scan_iter(match=f"{_literal(self._prefix)}*", count=1000))
        return sorted(decoded(key).removeprefix(self._prefix) for key in keys)

    def __repr__(self) -> str:
        return f"RedisBreakerStates({self._prefix!r})"


def _literal(text: str) -> str:
    """A SCAN pattern that means the text itself."""
    return "".join(f"\\{mark}" if mark in "*?[]\\^-" else mark for mark in text)
