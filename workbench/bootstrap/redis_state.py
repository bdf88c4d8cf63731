"""The part of the state of tools that a Redis server keeps where several machines share it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from pydantic import SecretStr

from engine.errors import BadInput

if TYPE_CHECKING:
    import redis

    from workbench.store.breakers_redis import RedisBreakerStates
    from workbench.store.keys_redis import RedisKeys

_ANSWER_S: Final = 5.0
"""Seconds that the server has to connect, and to answer: it takes less than a millisecond."""


@dataclass(frozen=True, slots=True)
class RedisState:
    """Idempotency keys and breakers on one server."""

    client: "redis.Redis"
    keys: "RedisKeys"
    breakers: "RedisBreakerStates"

    @classmethod
    def of(cls, url: SecretStr | None) -> Self | None:
        """On the server of that URL, which is connected to when it is first asked.

        Null without one. Raises `BadInput` where the URL is none, or the extra is not installed.
        """
        if url is None:
            return None
        try:
            import redis  # noqa: PLC0415 - an extra

            from workbench.store.breakers_redis import RedisBreakerStates  # noqa: PLC0415
            from workbench.store.keys_redis import RedisKeys  # noqa: PLC0415
        except ImportError:
            hint = "pip install 'agent-workbench[redis]'"
            raise BadInput("needs the package redis", where="redis_url", hint=hint) from None
        try:
            client = redis.Redis.from_url(
                url.get_secret_value(),
                socket_timeout=_ANSWER_S,
                socket_connect_timeout=_ANSWER_S,
            )
        except ValueError as error:
            raise BadInput(f"no URL of a server: {error}", where="redis_url") from None
        return cls(client, RedisKeys(client), RedisBreakerStates(client))

    def close(self) -> None:
        """Let go of the connections; closing twice is no error."""
        self.client.close()
