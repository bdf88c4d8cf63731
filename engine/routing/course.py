"""The course of one request through a router: tiers tried, refused, failed, until one has answered.

            ┌── rejected: the lock counts, or the next tier up
decide ──> try ──> answered
            ├── failed or down: decide again without it
            └── no tier left: NoTier, with the last failure
"""

from collections.abc import Callable

from engine.contracts import (
    CanaryPlace,
    JsonObject,
    ModelResponse,
    Reason,
    RouteAsk,
    RouteDecision,
    RouteLock,
    RouteTry,
    Routing,
    Tier,
)
from engine.errors import NoTier, WorkbenchError
from engine.routing.affinity import Stay, kept
from engine.routing.decision import Router, instead
from engine.routing.drawing import Drawing
from engine.routing.early_exit import begin, failed
from engine.routing.history import History
from engine.routing.placing import Asked
from engine.routing.verify import fault

Placing = Callable[[str, Asked], CanaryPlace | None]
"""Where a request of a router's belongs in a trial; null: in none."""


class Course:
    """Decides what is tried next and whether an answer is taken; makes no call itself."""

    def __init__(
        self,
        router: Router,
        ask: RouteAsk,
        history: History,
        *,
        last: Stay | None = None,
        placing: Placing | None = None,
        drawing: Drawing | None = None,
    ) -> None:
        self._router = router
        self._ask = ask
        self._history = history
        self._last = last
        self._placing = placing
        self._drawing = drawing
        self._trial: CanaryPlace | None = None
        self._lock: RouteLock | None = None
        self._down: set[str] = set()
        self._rejected: list[str] = []
        self._tries: list[RouteTry] = []
        self._answers: list[ModelResponse] = []
        self._error: WorkbenchError | None = None
        self._first: str | None = None
        self.decision: RouteDecision | None = None

    def decide(self) -> Tier:
        """The tier to try now; raises `NoTier`, after the last failure if there was one."""
        spec = self._router.spec
        try:
            decision = self._router.decide(
                self._ask, history=self._history, down=self._down, lock=self._lock
            )
        except NoTier as error:
            if said := self._last_fault():
                error.message = f"{error.message}; {said}"
            raise error from self._error
        if not decision.locked:
            decision = self._freely(decision)
        elif self._lock is None:
            self._lock = begin(spec, self._ask)
        self.decision = decision
        self._first = self._first or decision.tier
        return spec.tier(self._acted(decision))

    def take(self, tier: Tier, response: ModelResponse, latency_ms: float) -> bool:
        """Whether an answer is taken; where not, `decide` says who is asked next."""
        decision = self._decided()
        self._answers.append(response)
        wanted = decision.locked or self._router.spec.policy == "cascade"
        wrong = fault(self._ask.request, response) if wanted else None
        again = wrong is not None and self._goes_on(tier, decision)
        self._tried(tier, "rejected" if again else "answered", wrong or "", latency_ms, response)
        return not again

    def fail(self, tier: Tier, error: WorkbenchError, latency_ms: float) -> None:
        """The tier's model gave no answer; it is not asked again for this request."""
        self._error = error
        self._tried(tier, "failed", error.code, latency_ms)
        self._down.add(tier.name)

    def shut(self, tier: Tier) -> None:
        """The tier's breaker let no call through."""
        self._tried(tier, "down", "breaker_open", 0.0)
        self._down.add(tier.name)

    @property
    def was_tried(self) -> bool:
        """Whether any tier was: only then is there a routing."""
        return bool(self._tries)

    def routing(self) -> Routing:
        """How it went so far, from the first try on."""
        decision = self._decided()
        return Routing(
            decision=decision,
            first_tier=self._first or decision.tier,
            acted_tier=self._tries[-1].tier,
            tries=tuple(self._tries),
            canary=self._trial,
        )

    def response(self) -> ModelResponse:
        """The answer that was taken, with usage and cost of all that were given."""
        answer = self._answers[-1].paying_for(self._answers)
        return answer.model_copy(update={"route": self.route()})

    def route(self) -> JsonObject:
        """The routing as data."""
        return self.routing().model_dump(mode="json", exclude_defaults=True)

    def _freely(self, decision: RouteDecision) -> RouteDecision:
        """What policies make of a decision that no schema binds."""
        spec = self._router.spec
        if spec.policy == "cascade":
            return self._upward(decision)
        if place := self._placed(decision):
            self._trial = self._trial or place  # what fails in a trial stays its own
            chance = place.share if place.arm == "canary" else 1 - place.share
            return instead(decision, place.tier, Reason.CANARY, chance)
        if spec.affinity:
            decision = kept(decision, self._last, spec)
        if self._drawing is None or decision.shadow or decision.reason is Reason.AFFINITY:
            return decision
        return self._drawing.draw(decision, self._ask.conversation_id)

    def _placed(self, decision: RouteDecision) -> CanaryPlace | None:
        ask = self._ask
        if self._placing is None or not ask.conversation_id or decision.shadow:
            return None
        asked = Asked(ask.tenant, ask.conversation_id, decision.open, decision.tier)
        return self._placing(decision.router, asked)

    def _upward(self, decision: RouteDecision) -> RouteDecision:
        """The cheapest tier that may be asked and has not been refused yet."""
        left = [o for o in decision.tiers if o.allowed and o.tier not in self._rejected]
        if not left or left[0].tier == decision.tier:
            return decision
        return decision.model_copy(
            update={"tier": left[0].tier, "model": left[0].model, "reason": Reason.CASCADE}
        )

    def _goes_on(self, tier: Tier, decision: RouteDecision) -> bool:
        """Whether there is anything else to be asked after an answer that failed verification."""
        self._rejected.append(tier.name)
        if self._lock is not None:
            if self._lock.released:
                self._down.add(tier.name)  # a tier above has one try
            self._lock = failed(self._lock)
            return True
        others = {o.tier for o in decision.tiers if o.allowed} - set(self._rejected)
        return bool(others)

    def _last_fault(self) -> str:
        """What was wrong with the latest try; empty: there was none."""
        if not self._tries:
            return ""
        last = self._tries[-1]
        said = self._error.message if self._error and last.outcome == "failed" else last.reason
        return f"the answer of {last.tier}: {said}"

    def _acted(self, decision: RouteDecision) -> str:
        """The tier that is asked: in shadow mode the default one, unless that is down."""
        default = self._router.spec.default_for(self._ask.tenant)
        shadowed = decision.shadow and default not in self._down
        return default if shadowed and decision.outlook(default).allowed else decision.tier

    def _tried(
        self,
        tier: Tier,
        outcome: str,
        reason: str,
        latency_ms: float,
        response: ModelResponse | None = None,
    ) -> None:
        self._tries.append(
            RouteTry.model_validate(
                {
                    "tier": tier.name,
                    "model": tier.model,
                    "outcome": outcome,
                    "reason": reason,
                    "latency_ms": latency_ms,
                    "tokens": response.usage.total_tokens if response else 0,
                    "cost_usd": response.cost_usd if response else 0.0,
                }
            )
        )

    def _decided(self) -> RouteDecision:
        if self.decision is None:
            raise ValueError("nothing has been decided yet")
        return self.decision
