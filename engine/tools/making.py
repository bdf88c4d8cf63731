"""One guarded call on its way: rate limit, bulkhead, breaker, retry, hedge, deadline, call."""

from engine.clock import Clock
from engine.contracts import Json, JsonObject, ToolPolicy
from engine.errors import DeadlineExceeded, WorkbenchError
from engine.reliability.deadline import TimeLimit
from engine.tools.guards import Guard
from engine.tools.keyed import Held
from engine.tools.tool import KEY, Site, Tool


class Making:
    """Makes a call once it may be made; knows afterwards what may have come of it."""

    __slots__ = (
        "_arguments",
        "_clock",
        "_guard",
        "_limit_s",
        "_policy",
        "_site",
        "_tool",
        "attempts",
        "held",
        "unsure",
    )

    def __init__(
        self,
        tool: Tool,
        policy: ToolPolicy,
        guard: Guard,
        arguments: JsonObject,
        *,
        limit_s: float,
        site: Site,
        clock: Clock,
    ) -> None:
        self._tool = tool
        self._policy = policy
        self._guard = guard
        self._arguments = arguments
        self._limit_s = limit_s
        self._site = site
        self._clock = clock
        self.attempts = 0
        self.unsure = False
        """Whether an attempt failed that may have had its effect."""
        self.held: Held | None = None
        """What it was made under; null before, and where it has no key."""

    async def under(self, held: Held) -> Json:
        """Make it under a key, which the tool may ask for."""
        self.held = held
        token = KEY.set(held.key.key)
        try:
            return await self.made()
        finally:
            KEY.reset(token)

    async def made(self) -> Json:
        """Make it within its time; an error says whether the call is known to have done nothing."""
        try:
            return await TimeLimit(self._limit_s, clock=self._clock).acall(self._guarded)
        except DeadlineExceeded as error:
            raise self._marked(DeadlineExceeded(self._late())) from error
        except WorkbenchError as error:
            raise self._marked(error)  # noqa: B904 - it is the same

    async def _guarded(self) -> Json:
        guard = self._guard
        if guard.rate is not None:
            await guard.rate.atake()
        if guard.bulkhead is None:
            return await self._broken()
        return await guard.bulkhead.acall(self._broken)

    async def _broken(self) -> Json:
        breaker = self._guard.breaker
        tried = self._guard.retry.acall
        return await (
            tried(self._hedged) if breaker is None else breaker.acall(tried, self._hedged)
        )

    async def _hedged(self) -> Json:
        hedge = self._guard.hedge
        return await (self._attempt() if hedge is None else hedge.acall(self._attempt))

    async def _attempt(self) -> Json:
        self.attempts += 1
        try:
            return await TimeLimit(self._policy.attempt_s, clock=self._clock).acall(self._called)
        except BaseException as error:
            self.unsure |= not getattr(error, "no_effect", False)
            raise

    async def _called(self) -> Json:
        return await self._tool.call(self._arguments, site=self._site)

    def _marked(self, error: WorkbenchError) -> WorkbenchError:
        error.no_effect = not self.attempts or (not self.unsure and error.no_effect)
        return error

    def _late(self) -> str:
        name, limit_s = self._tool.spec.name, self._limit_s
        if not self.attempts:
            return f"{name} was not called: its turn did not come within {limit_s:g} s"
        return f"{name} gave no answer within {min(limit_s, self._policy.attempt_s):g} s"
