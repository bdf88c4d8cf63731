"""What a router's policy has learnt, as the tests need it."""

from typing import Any

from engine.contracts import (
    AdoptionVerdict,
    ModelRequest,
    RouteAsk,
    RouteDecision,
    RouterSpec,
    user,
)
from engine.contracts.bandit import LearntPolicy
from engine.routing.bandit import Thompson
from engine.routing.decision import Router
from engine.routing.drawing import context_of
from engine.routing.features import FEATURES_VERSION

VERDICT = AdoptionVerdict(
    verdict="adopt",
    reason="",
    rows=0,
    missed=0,
    logged=None,
    gain=None,
    gain_low=None,
    gain_high=None,
    confidence=0.95,
    effective_rows=0.0,
    largest_weight=0.0,
    estimates=(),
)


def decided(of: RouterSpec, words: str = "Is 91 prime?") -> RouteDecision:
    ask = RouteAsk(request=ModelRequest(messages=(user(words),)), tenant="t")
    return Router(of).decide(ask)


def learnt(of: RouterSpec, best: str, **given: Any) -> LearntPolicy:
    """Of many rewards by which one tier is the best."""
    bandit, context = Thompson(len(context_of(decided(of)))), context_of(decided(of))
    for tier in of.tiers:
        for _ in range(200):
            bandit.update(context, tier.name, float(tier.name == best))
    about = {"router": of.name, "features_version": FEATURES_VERSION, "learnt_at": 0.0, "rows": 400}
    names = tuple(tier.name for tier in of.tiers)
    fields = {**about, "tiers": names, "rules": of.learning, "verdict": VERDICT}
    return LearntPolicy(**{**fields, "state": bandit.state(), **given})
