"""What routers decided, as facts."""

from typing import Self

from pydantic import Field

from engine.contracts.base import JsonObject
from engine.contracts.facts import Exchange, Fact
from engine.contracts.routing import Routing


class RoutingDecision(Fact):
    """One request that a router took, and how it came by its answer; one row for each.

    What came of it in the end is in the scores, labels and audits of its episode.
    """

    episode_id: str = Field(description="The episode it belongs to.")
    step_index: int = Field(ge=0, description="The step, counted from 0.")
    decision_id: str = Field(description="Its own.")
    router: str = Field(description="The router by name.")
    classifier: str | None = Field(description="Digest of the classifier; null: none.")
    family: str = Field(description="Kind of task.")
    tier: str = Field(description="The tier that was decided upon in the end.")
    acted_tier: str = Field(
        description="Whose answer it is, or whose failure; another one in shadow mode."
    )
    model: str = Field(description="The model of the tier that answered.")
    reason: str = Field(description="Why there, a `Reason`.")
    locked: bool = Field(description="Whether a strict schema locked the small tier.")
    shadow: bool = Field(description="Whether it was not acted upon.")
    propensity: float = Field(gt=0, le=1, description="Probability of the tier under the policy.")
    quality_target: float = Field(ge=0, le=1, description="Probability that was enough.")
    probability: float | None = Field(
        ge=0, le=1, description="That the acted tier's answer is good enough; null: not known."
    )
    expected_cost_usd: float | None = Field(
        ge=0, description="Of the acted tier, in US dollars; null: not known."
    )
    actual_cost_usd: float | None = Field(
        ge=0, description="Of all calls for it, in US dollars; null: not known."
    )
    expected_latency_ms: float | None = Field(
        ge=0, description="Of the acted tier, in ms; null: not known."
    )
    actual_latency_ms: float = Field(ge=0, description="Of all calls for it, in ms.")
    tries: int = Field(ge=1, description="Calls of tiers' models, refused ones included.")
    schema_failures: int = Field(ge=0, description="Answers that failed verification.")
    canary_id: str | None = Field(description="The trial it is part of; null: none.")
    arm: str | None = Field(description="Its arm of that trial: `canary` or `control`.")
    decided_in_us: float = Field(ge=0, description="Time that the decision took, in microseconds.")
    details: JsonObject = Field(description="The `Routing`, whole.")
    decided_at: float = Field(
        ge=0, description="When it was decided, in seconds since the Unix epoch (UTC)."
    )

    @classmethod
    def of(cls, exchange: Exchange) -> Self | None:
        """What a model call says of its routing; null where no router was asked, or no tier."""
        answer, error = exchange.response, exchange.error
        route = answer.get("route") if isinstance(answer, dict) else error and error.route
        if exchange.kind != "model" or not isinstance(route, dict):
            return None
        routing = Routing.parse(route)
        decision, acted = routing.decision, routing.decision.outlook(routing.acted_tier)
        return cls(
            tenant=exchange.tenant,
            run_id=exchange.run_id,
            episode_id=exchange.episode_id,
            step_index=exchange.step_index,
            decision_id=decision.decision_id,
            router=decision.router,
            classifier=decision.classifier,
            family=decision.task_family,
            tier=decision.tier,
            acted_tier=acted.tier,
            model=acted.model,
            reason=str(decision.reason),
            locked=decision.locked,
            shadow=decision.shadow,
            propensity=decision.propensity,
            quality_target=decision.quality_target,
            probability=acted.probability,
            expected_cost_usd=acted.cost_usd,
            actual_cost_usd=routing.cost_usd,
            expected_latency_ms=acted.latency_ms,
            actual_latency_ms=routing.latency_ms,
            tries=len(routing.tries),
            schema_failures=routing.schema_failures,
            canary_id=routing.canary.canary_id if routing.canary else None,
            arm=routing.canary.arm if routing.canary else None,
            decided_in_us=decision.decided_in_us,
            details=route,
            decided_at=exchange.started_at,
        )
