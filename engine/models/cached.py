"""A model that gives again what it answered to the same request: a cache of model calls.

An answer is known by scope, tenant, model, endpoint and request (its seed among it), and, unless
asked otherwise, by the epoch of the sample: epochs are there to see how answers vary. Within an
episode the n-th asking of a request has the n-th answer, for the same reason. Errors are not kept.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from pydantic import Field

from engine.clock import Clock
from engine.contracts import (
    CachedAnswer,
    Model,
    ModelChunk,
    ModelRequest,
    ModelResponse,
    Record,
    ResponseCache,
    Spend,
    canonical,
    digest,
)
from engine.errors import ModelError
from engine.models.asking import Asking, asked_by
from engine.models.exchange import request_hash


class CachePolicy(Record):
    """Which answers are shared, and for how long."""

    scope: str = Field(
        pattern=r"^[A-Za-z0-9_.-]{1,64}$", description="Answers are shared under this name."
    )
    ttl_s: float | None = Field(
        default=None, gt=0, description="Age in seconds from which none is given; null: none."
    )
    across_epochs: bool = Field(
        default=False, description="Whether all epochs of a sample have the same answer."
    )


@dataclass(frozen=True, slots=True)
class Caching:
    """A cache and the policy that models use it under."""

    cache: ResponseCache
    policy: CachePolicy


class Cached:
    """Asks `inner` what `cache` does not hold; equal requests at once are asked once.

    An answer from the cache is marked so, costs nothing, and says what it saved. Others that wait
    for the same request have its answer, or its error; where it is cancelled the next one asks.
    """

    def __init__(
        self,
        inner: Model,
        cache: ResponseCache,
        policy: CachePolicy,
        *,
        endpoint: str,
        clock: Clock,
    ) -> None:
        """`endpoint` is what else decides the answers: a URL, a version, a digest."""
        self.name = inner.name
        self._inner = inner
        self._cache = cache
        self._policy = policy
        self._endpoint = endpoint
        self._clock = clock
        self._under_way: dict[str, asyncio.Future[ModelResponse]] = {}

    async def complete(self, request: ModelRequest) -> ModelResponse:
        """The whole answer; raises a `ModelError`, or `StoreError` where the cache fails."""
        key, tenant = self._key(request)
        while True:
            if (found := self._found(key)) is not None:
                return found
            if key not in self._under_way:
                return await self._ask(key, tenant, request)
            try:
                return again(await asyncio.shield(self._under_way[key]))
            except asyncio.CancelledError:
                if (task := asyncio.current_task()) and task.cancelling():
                    raise  # it is this call that was cancelled, not the one it waits for

    async def stream(self, request: ModelRequest) -> AsyncIterator[ModelChunk]:
        """The answer in pieces, from the cache in one; raises as `complete` does."""
        key, tenant = self._key(request)
        if (found := self._found(key)) is not None:
            yield ModelChunk(text=found.message.content, response=found)
            return
        async for chunk in self._inner.stream(request):
            if chunk.response is not None:
                self._keep(key, tenant, chunk.response)
            yield chunk

    def worst(self, reads: int, writes: int) -> Spend:
        """The inner model's: nobody knows before what the cache holds."""
        return self._inner.worst(reads, writes)

    async def aclose(self) -> None:
        """Close the inner model."""
        await self._inner.aclose()

    async def _ask(self, key: str, tenant: str, request: ModelRequest) -> ModelResponse:
        waiting = self._under_way[key] = asyncio.get_running_loop().create_future()
        try:
            response = await self._inner.complete(request)
        except ModelError as error:
            waiting.set_exception(error)
            waiting.exception()  # where nobody waits it is no error unseen
            raise
        except BaseException:
            waiting.cancel()
            raise
        else:
            waiting.set_result(response)
        finally:
            del self._under_way[key]
        self._keep(key, tenant, response)
        return response

    def _key(self, request: ModelRequest) -> tuple[str, str]:
        """The key of this asking, which is counted, and its tenant."""
        now = asked_by() or Asking()
        epoch = None if self._policy.across_epochs else now.epoch
        same = [self._policy.scope, now.tenant, self.name, self._endpoint, request_hash(request)]
        base = digest(canonical([*same, epoch]))
        now.times[base] += 1
        return f"{base}-{now.times[base]}", now.tenant

    def _found(self, key: str) -> ModelResponse | None:
        now, ttl_s = self._clock.now(), self._policy.ttl_s
        kept = self._cache.get(key, None if ttl_s is None else now - ttl_s)
        return None if kept is None else again(kept.response)

    def _keep(self, key: str, tenant: str, response: ModelResponse) -> None:
        answer = CachedAnswer(
            scope=self._policy.scope,
            tenant=tenant,
            model=self.name,
            response=response,
            made_at=self._clock.now(),
        )
        self._cache.put(key, answer)

    def __repr__(self) -> str:
        return f"Cached({self._inner!r}, scope={self._policy.scope!r})"


def again(response: ModelResponse) -> ModelResponse:
    """The answer as it is given a second time: at no cost, with what that saves."""
    return response.model_copy(
        update={"cached": True, "cost_usd": 0.0, "saved_usd": response.cost_usd}
    )
