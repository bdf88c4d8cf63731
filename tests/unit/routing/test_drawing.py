"""A learning policy at work on decisions."""

from typing import Any

import numpy as np
import pytest

from engine.contracts import (
    BanditRules,
    RouteDecision,
    RouterSpec,
    Tier,
)
from engine.errors import BadInput
from engine.routing.drawing import Drawing, context_of
from engine.routing.features import FEATURES_VERSION
from tests.spec.routing.learnt import decided, learnt


def spec(*quality: float, **given: Any) -> RouterSpec:
    """Tiers `a`, `b`, … of these qualities; from 0.8 on they are good enough."""
    tiers = tuple(
        Tier(name=name, model=name, max_context_tokens=9_000, expected_quality=each)
        for name, each in zip("abc", quality, strict=False)
    )
    return RouterSpec(name="r", tiers=tiers, default_tier="a", policy="bandit", **given)


def drawn(drawing: Drawing, decision: RouteDecision, count: int = 2_000) -> dict[str, float]:
    """The share of conversations that each tier is drawn for."""
    tiers = [drawing.draw(decision, f"c{n}").tier for n in range(count)]
    return {tier: tiers.count(tier) / count for tier in set(tiers)}


def test_before_anything_is_learnt_a_share_is_explored() -> None:
    """The rest goes where the router says; the chance of each draw stands in it."""
    of = spec(0.9, 0.95, learning=BanditRules(explore=0.2))
    drawing, decision = Drawing(of), decided(of)
    shares = drawn(drawing, decision)
    assert shares == pytest.approx({"a": 0.9, "b": 0.1}, abs=0.02)
    chances = {
        one.tier: one.propensity for n in range(50) if (one := drawing.draw(decision, f"{n}"))
    }
    assert chances == pytest.approx({"a": 0.9, "b": 0.1})


def test_what_was_learnt_is_drawn_by() -> None:
    """The tier with the higher reward, though the router would choose the cheaper one."""
    of = spec(0.9, 0.95)
    assert drawn(Drawing(of, learnt(of, "b")), decided(of))["b"] > 0.97


def test_only_tiers_that_are_good_enough_are_drawn() -> None:
    """However well another one is rewarded; with one alone nothing is drawn."""
    of = spec(0.9, 0.95, 0.2)
    one = Drawing(of, learnt(of, "c")).draw(decided(of), "c1")
    assert one.arms == ("a", "b")
    alone = spec(0.9, 0.2)
    decision = decided(alone)
    assert Drawing(alone, learnt(alone, "b")).draw(decision, "c1") == decision


def test_a_conversation_is_drawn_for_once() -> None:
    """In every process alike; without one, each request is drawn for anew."""
    of = spec(0.9, 0.95, learning=BanditRules(explore=0.5))
    decision = decided(of)
    assert len({Drawing(of).draw(decision, "c1").tier for _ in range(20)}) == 1
    assert len({Drawing(of).draw(decision, None).tier for _ in range(200)}) == 2


def test_what_a_policy_looks_at_is_of_the_decision_alone() -> None:
    """So that it can be made again from what was logged."""
    decision = decided(spec(0.9, 0.95), "Write a function that sorts 3 numbers.")
    again = RouteDecision.parse(decision.model_dump_json())
    assert np.array_equal(context_of(decision), context_of(again))
    assert len(context_of(decision)) == 12


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"router": "other"}, "a policy of router other"),
        ({"tiers": ("a", "z")}, "tiers a, z"),
        ({"features_version": FEATURES_VERSION + 1}, "features of version"),
    ],
)
def test_what_was_learnt_elsewhere_is_refused(given: dict[str, Any], said: str) -> None:
    """Its numbers would mean something else here."""
    of = spec(0.9, 0.95)
    with pytest.raises(BadInput, match=said):
        Drawing(of, learnt(of, "b", **given))
