"""The router: one request in, one decision out, with all that led there; no I/O.

A strict schema locks the small tier before anything is read (`early_exit`). Otherwise the cheapest
tier is chosen whose calibrated probability of a good answer clears the quality target, of those
that no bound keeps out. A policy on top may choose another tier of `RouteDecision.guaranteed` by
`instead`, and no other; a trial one of `RouteDecision.open`.
"""

import random
import time
from collections.abc import Callable, Collection, Mapping
from typing import Final, NamedTuple

from engine.contracts import (
    Bound,
    Reason,
    RouteAsk,
    RouteDecision,
    RouteLimits,
    RouteLock,
    RouterSpec,
    Tier,
    TierOutlook,
    WouldChange,
)
from engine.errors import NoTier
from engine.routing.bounds import bounds_of
from engine.routing.choosing import Choice, choose, would_change
from engine.routing.early_exit import begin, is_strict
from engine.routing.features import FEATURES_VERSION, features, outline, text_of
from engine.routing.forecast import Classifier
from engine.routing.history import History, failure_rate, shifted
from engine.routing.locked import choose_locked

_NO_HISTORY: Final = History()
_UNKNOWN_RATE: Final = 0.5
"""Failure rate of a tier of which nothing is known."""


def hex_id() -> str:
    """20 hex digits, drawn by the process."""
    return f"{random.getrandbits(80):020x}"


class Router:
    """Decides by a specification, a classifier where there is one, and what it is told."""

    def __init__(
        self,
        spec: RouterSpec,
        model: Classifier | None = None,
        *,
        new_id: Callable[[], str] = hex_id,
        clock_ns: Callable[[], int] = time.perf_counter_ns,
    ) -> None:
        self.spec = spec
        self.model = model
        self._new_id = new_id
        self._clock_ns = clock_ns

    def __repr__(self) -> str:
        by = "no classifier" if self.model is None else self.model.digest
        return f"Router({self.spec.name}, {len(self.spec.tiers)} tiers, {by})"

    def decide(
        self,
        ask: RouteAsk,
        *,
        history: History = _NO_HISTORY,
        down: Collection[str] = frozenset(),
        lock: RouteLock | None = None,
    ) -> RouteDecision:
        """The tier for this request.

        `down`: tiers, or models, that are not to be asked now. `lock`: where a strict request
        stands whose answers have failed its schema before; null: it begins. Raises `NoTier`.
        """
        started = self._clock_ns()
        route = self.spec.of(ask.tenant)
        limits = ask.limits.stricter(route.limits) if route.limits else ask.limits
        seen = outline(ask)
        strict = lock is not None or is_strict(self.spec, ask, seen)
        found = (
            self._locked(ask, limits, seen, down, lock or begin(self.spec, ask))
            if strict
            else self._free(ask, limits, seen, down, history)
        )
        return self._decision(ask, found, limits, strict=strict, started=started)

    def _locked(
        self,
        ask: RouteAsk,
        limits: RouteLimits,
        seen: dict[str, float],
        down: Collection[str],
        lock: RouteLock,
    ) -> "_Found":
        plain = self._outlooks(ask, limits, seen, down, strict_tools=_calls_bind(ask))
        choice, outlooks, changes = choose_locked(self.spec, plain, lock)
        return _Found(choice, outlooks, seen, changes)

    def _free(
        self,
        ask: RouteAsk,
        limits: RouteLimits,
        seen: dict[str, float],
        down: Collection[str],
        history: History,
    ) -> "_Found":
        values, probabilities = self._expected(ask, seen, history)
        outlooks = [
            outlook.model_copy(update={"probability": probabilities[outlook.tier]})
            for outlook in self._outlooks(ask, limits, seen, down, strict_tools=False)
        ]
        target = _target(self.spec, limits)
        default = self.spec.default_for(ask.tenant)
        choice = choose(outlooks, target, default)
        if choice is None:
            raise _none(self.spec, outlooks)
        if down and choice.tier != _tier(choose(_up(outlooks), target, default)):
            choice = Choice(choice.tier, Reason.FAILOVER)
        changes = would_change(outlooks, choice.tier, target, default)
        return _Found(choice, outlooks, values, changes)

    def _expected(
        self, ask: RouteAsk, seen: dict[str, float], history: History
    ) -> tuple[dict[str, float], dict[str, float | None]]:
        """All features, and each tier's probability of a good answer."""
        values = features(ask, seen)
        forecast = None
        if self.model is not None:
            forecast = self.model.forecast(values, text_of(ask))
            values["novelty"] = forecast.novelty
        probabilities: dict[str, float | None] = {}
        for tier in self.spec.tiers:
            row = history.of(ask.tenant, ask.task_family, tier.name)
            prior = self._prior(tier)
            values[f"historical_failure_rate.{tier.name}"] = failure_rate(row, prior)
            known = forecast.probabilities.get(tier.model) if forecast else None
            plain = tier.expected_quality if known is None else known
            if plain is None and row is not None and row.trials:
                plain = 1 - prior
            probabilities[tier.name] = None if plain is None else shifted(plain, row, prior)
        return values, probabilities

    def _prior(self, tier: Tier) -> float:
        trained = self.model.failure_rate(tier.model) if self.model else None
        if trained is not None:
            return trained
        quality = tier.expected_quality
        return _UNKNOWN_RATE if quality is None else 1 - quality

    def _outlooks(
        self,
        ask: RouteAsk,
        limits: RouteLimits,
        seen: Mapping[str, float],
        down: Collection[str],
        *,
        strict_tools: bool,
    ) -> list[TierOutlook]:
        tokens, output = int(seen["token_count"]), ask.request.max_output_tokens
        return [
            TierOutlook(
                tier=tier.name,
                model=tier.model,
                probability=None,
                cost_usd=tier.cost_usd(tokens, output),
                latency_ms=tier.wait_ms(tokens, output),
                bounds=bounds_of(
                    tier, ask, limits, tokens=tokens, down=down, strict_tools=strict_tools
                ),
            )
            for tier in self.spec.tiers
        ]

    def _decision(
        self, ask: RouteAsk, found: "_Found", limits: RouteLimits, *, strict: bool, started: int
    ) -> RouteDecision:
        return RouteDecision(
            decision_id=self._new_id(),
            router=self.spec.name,
            classifier=None if self.model is None else self.model.digest,
            features_version=FEATURES_VERSION,
            tenant=ask.tenant,
            task_family=ask.task_family,
            tier=found.choice.tier,
            model=self.spec.tier(found.choice.tier).model,
            reason=found.choice.reason,
            locked=strict,
            quality_target=_target(self.spec, limits),
            tiers=tuple(found.outlooks),
            features=found.values,
            would_change=found.changes,
            shadow=self.spec.shadow,
            decided_in_us=(self._clock_ns() - started) / 1e3,
        )


def instead(
    decision: RouteDecision, tier: str, reason: Reason, propensity: float = 1.0
) -> RouteDecision:
    """The same decision with another tier, as a policy on top has chosen it.

    `propensity`: its probability under that policy. Raises ValueError where the tier is not of
    `decision.guaranteed`, or for a canary of `decision.open`: no exploration leaves what the router
    guarantees, and no trial breaks a bound.
    """
    among = decision.open if reason is Reason.CANARY else decision.guaranteed
    if tier not in among:
        raise ValueError(f"tier {tier} is not of {', '.join(among)}")
    return decision.model_copy(
        update={
            "tier": tier,
            "model": decision.outlook(tier).model,
            "reason": reason if tier != decision.tier else decision.reason,
            "propensity": propensity,
        }
    )


class _Found(NamedTuple):
    choice: Choice
    outlooks: list[TierOutlook]
    values: dict[str, float]
    changes: tuple[WouldChange, ...]


def _target(spec: RouterSpec, limits: RouteLimits) -> float:
    return spec.quality_target if limits.quality_target is None else limits.quality_target


def _calls_bind(ask: RouteAsk) -> bool:
    return bool(ask.request.tools) and ask.request.response_schema is None


def _tier(choice: Choice | None) -> str | None:
    return None if choice is None else choice.tier


def _up(outlooks: list[TierOutlook]) -> list[TierOutlook]:
    """The same, were no tier down."""
    return [
        outlook.model_copy(update={"bounds": tuple(b for b in outlook.bounds if b != Bound.DOWN)})
        for outlook in outlooks
    ]


def _none(spec: RouterSpec, outlooks: list[TierOutlook]) -> NoTier:
    told = "; ".join(f"{one.tier}: {', '.join(one.bounds)}" for one in outlooks)
    return NoTier(
        f"no tier of router {spec.name} may or can take the request: {told}",
        hint="loosen the bounds of the request, or wait where a tier is only down",
        bounds={one.tier: one.bounds for one in outlooks},
    )
