"""A model that is a router over models: each call goes to the tier that is decided upon."""

import time
from collections.abc import AsyncIterator, Callable
from typing import Final

from engine.clock import Clock, SystemClock
from engine.contracts import (
    Model,
    ModelChunk,
    ModelRequest,
    ModelResponse,
    RouteAsk,
    RouterSpec,
    Spend,
    Tier,
)
from engine.contracts.bandit import LearntPolicy
from engine.errors import (
    BreakerOpen,
    ModelTimeout,
    ModelUnavailable,
    ModelUnreachable,
    WorkbenchError,
)
from engine.models.asking import Asking, asked_by
from engine.reliability.breaker import CircuitBreaker
from engine.routing.affinity import Affinity, Stay
from engine.routing.course import Course, Placing
from engine.routing.decision import Router
from engine.routing.drawing import Drawing
from engine.routing.history import History

_FAILS_OVER: Final = (ModelUnreachable, ModelTimeout, ModelUnavailable)
"""What another tier may be spared; what is wrong with the request is wrong everywhere."""


class Routed:
    """The model `name`, of which every call is answered by one of a router's tiers.

    The tier's answer comes back as it is, with usage and cost of all calls that were made for it
    and, in `route`, how it went; an error says so too. A tier that cannot be reached is left out
    for the request, and for all of them while its breaker is open; where none is left `NoTier` is
    raised. On whose behalf it is asked says `engine.models.asking`.
    """

    def __init__(
        self,
        name: str,
        router: Router,
        models: Callable[[str], Model],
        *,
        history: Callable[[Asking], History] = lambda _asking: History(),
        placing: Placing | None = None,
        learnt: LearntPolicy | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.name = name
        self.router = router
        self._models = models
        self._history = history
        self._placing = placing
        bandit = router.spec.policy == "bandit"
        self._drawing = Drawing(router.spec, learnt) if bandit else None
        self._affinity = Affinity()
        clock = clock or SystemClock()
        self.breakers = {
            tier.name: CircuitBreaker(tier.name, clock=clock, record=_FAILS_OVER)
            for tier in router.spec.tiers
        }

    @property
    def spec(self) -> RouterSpec:
        """The router's tiers and rules."""
        return self.router.spec

    async def complete(self, request: ModelRequest) -> ModelResponse:
        """The whole answer of some tier; raises `NoTier` or a `ModelError`."""
        asking = asked_by() or Asking()
        ask = RouteAsk(
            request=request,
            tenant=asking.tenant,
            conversation_id=asking.conversation,
            task_family=asking.family,
        )
        course = self._course(ask, self._history(asking))
        try:
            while not await self._answered(course, request):
                pass
        except WorkbenchError as error:
            error.route = course.route() if course.was_tried else None
            raise
        response, routing = course.response(), course.routing()
        tokens = int(routing.decision.features["token_count"])
        self._affinity.went(ask.tenant, ask.conversation_id, Stay(routing.acted_tier, tokens))
        return response

    async def stream(self, request: ModelRequest) -> AsyncIterator[ModelChunk]:
        """The answer in one piece: it may have to be verified, and asked for elsewhere."""
        response = await self.complete(request)
        yield ModelChunk(text=response.message.content, response=response)

    def worst(self, reads: int, writes: int) -> Spend:
        """Every answer that may be refused, by the cheapest tier, and then the dearest one's."""
        spends = [self._models(tier.model).worst(reads, writes) for tier in self.spec.tiers]
        refused = self.spec.release_after
        tokens = max(spend.tokens for spend in spends) + refused * spends[0].tokens
        known = [spend.cost_usd for spend in spends if spend.cost_usd is not None]
        if len(known) < len(spends):
            return Spend(tokens, None)
        return Spend(tokens, max(known) + refused * known[0])

    async def aclose(self) -> None:
        """Nothing: the tiers' models are closed by whom they belong to."""

    def _course(self, ask: RouteAsk, history: History) -> Course:
        return Course(
            self.router,
            ask,
            history,
            last=self._affinity.last(ask.tenant, ask.conversation_id),
            placing=self._placing,
            drawing=self._drawing,
        )

    async def _answered(self, course: Course, request: ModelRequest) -> bool:
        tier = course.decide()
        model, began = self._models(tier.model), time.perf_counter()
        try:
            response = await self.breakers[tier.name].acall(model.complete, request)
        except BreakerOpen:
            course.shut(tier)
            return False
        except WorkbenchError as error:
            course.fail(tier, error, _ms(began))
            if isinstance(error, _FAILS_OVER):
                return False
            raise
        return course.take(tier, response, _ms(began))

    def __repr__(self) -> str:
        tiers = ", ".join(self._told(tier) for tier in self.spec.tiers)
        return f"Routed({self.name}: {tiers})"

    def _told(self, tier: Tier) -> str:
        return f"{tier.name} {self.breakers[tier.name].mode}"


def _ms(began: float) -> float:
    return (time.perf_counter() - began) * 1e3
