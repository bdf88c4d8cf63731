"""Whatever is asked of a router, its guarantees hold."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.contracts import Bound, CanaryPlace, Reason, RouteAsk, RouteDecision, RouteLock
from engine.errors import NoTier
from engine.models.scripted import reply
from engine.routing.course import Course
from engine.routing.decision import Router, instead
from engine.routing.drawing import Drawing
from engine.routing.early_exit import begin, failed, is_structured
from engine.routing.history import History
from tests.spec.routing.asked import asked, router
from tests.spec.routing.learnt import learnt

NAMES = ["small", "plain", "large"]
QUALITY = st.dictionaries(st.sampled_from(NAMES), st.floats(0, 1))
SETTINGS = st.fixed_dictionaries(
    {
        "quality_target": st.floats(0, 1),
        "release_after": st.integers(1, 4),
        "locked_unfit": st.sampled_from(["refuse", "next"]),
        "locked_down": st.sampled_from(["refuse", "next"]),
        "default_tier": st.sampled_from(NAMES),
    }
)
ROUTERS = st.builds(lambda quality, fields: router(quality, **fields), QUALITY, SETTINGS)
LIMITS: dict[str, Any] = {
    "region": st.sampled_from([None, None, None, None, "eu", "mars"]),
    "sensitivity": st.sampled_from(["public", "public", "internal", "confidential", "restricted"]),
    "max_cost_usd": st.none() | st.none() | st.floats(0, 0.01),
    "max_latency_ms": st.none() | st.none() | st.floats(1, 5000),
    "quality_target": st.none() | st.floats(0, 1),
}
DOWN = st.frozensets(st.sampled_from(NAMES))


def asks(schemas: list[str | None], tools: list[str | None]) -> st.SearchStrategy[RouteAsk]:
    return st.builds(
        asked,
        words=st.sampled_from([1, 5, 100, 1200, 3000, 50_000]),
        schema=st.sampled_from(schemas),
        tools=st.sampled_from(tools),
        tenant=st.sampled_from(["acme", "bolt"]),
        **LIMITS,
    )


ANY = asks([None, "strict", "optional", "loose"], [None, "strict", "loose"])
LOCKING = asks(["strict", "optional"], [None, "strict", "loose"])


def decided(spec, ask, down=frozenset(), lock=None) -> RouteDecision | None:
    """Null where the request is refused: then no promise is broken."""
    try:
        return Router(spec).decide(ask, down=down, lock=lock)
    except NoTier:
        return None


@given(ROUTERS, LOCKING, DOWN)
def test_a_strict_schema_goes_to_the_small_tier(spec, ask, down):
    """For every request, tenant and target, however good other tiers are: or it goes nowhere."""
    firm = spec.model_copy(update={"locked_unfit": "refuse", "locked_down": "refuse"})
    lock = begin(firm, ask)
    for _ in range(spec.release_after):
        decision = decided(firm, ask, down, lock)
        assert decision is None or (decision.tier, decision.locked) == ("small", True)
        lock = failed(lock)
    assert lock.released


@given(ROUTERS, LOCKING, DOWN, st.integers(0, 8))
def test_structured_output_is_never_left(spec, ask, down, failures):
    """Locked, gone on, fallen back or released: only to a tier that can bind its output."""
    lock = RouteLock(tier="small", failures=failures, release_after=spec.release_after)
    if (decision := decided(spec, ask, down, lock)) is None:
        return
    assert is_structured(spec.tier(decision.tier), ask)
    if lock.released:
        assert NAMES.index(decision.tier) > 0


@given(ROUTERS, LOCKING, st.sampled_from(Reason))
def test_no_policy_breaks_a_lock(spec, ask, reason):
    """A canary, a bandit or a cascade that wants another tier for a locked request is refused."""
    if (decision := decided(spec, ask)) is None:
        return
    for tier in set(NAMES) - {decision.tier}:
        with pytest.raises(ValueError, match="is not of"):
            instead(decision, tier, reason)


@given(ROUTERS, ANY, DOWN, st.sampled_from(NAMES))
def test_no_exploration_breaks_a_bound(spec, ask, down, tier):
    """What a policy may choose no bound keeps out, and it clears the target or is the choice."""
    if (decision := decided(spec, ask, down)) is None:
        return
    assert not decision.outlook(decision.tier).bounds
    try:
        other = instead(decision, tier, Reason.BANDIT, 0.5)
    except ValueError:
        return
    outlook = other.outlook(other.tier)
    assert outlook.allowed
    assert tier == decision.tier or (outlook.probability or 0) >= decision.quality_target


@given(ROUTERS, LOCKING, st.sampled_from(NAMES), st.sampled_from(NAMES), st.booleans())
def test_a_strict_request_stays_small_under_every_policy(spec, ask, trial, best, cascade):
    """Whatever is on trial or was learnt, until its lock is released; structured after that."""
    ask = ask.model_copy(update={"conversation_id": "c"})
    policy = {"policy": "cascade" if cascade else "bandit", "locked_unfit": "refuse"}
    spec = spec.model_copy(update=policy)
    place = CanaryPlace(canary_id="c1", arm="canary", tier=trial, share=0.1)
    drawing = Drawing(spec, learnt(spec, best))
    course = Course(Router(spec), ask, History(), placing=lambda *_: place, drawing=drawing)
    for number in range(spec.release_after + 2):
        try:
            tier = course.decide()
        except NoTier:
            return
        assert tier.name == "small" or number >= spec.release_after
        assert is_structured(tier, ask)
        if course.take(tier, reply("no JSON"), 1.0):
            return


@given(ROUTERS, ANY, DOWN, st.sampled_from(NAMES))
def test_no_trial_breaks_a_bound(spec, ask, down, tier):
    """A tier on trial may be of unknown quality, but nothing may keep it out."""
    if (decision := decided(spec, ask, down)) is None:
        return
    try:
        other = instead(decision, tier, Reason.CANARY, 0.1)
    except ValueError:
        return
    assert tier == decision.tier or not decision.locked
    assert other.outlook(other.tier).allowed


@given(ROUTERS, ANY)
def test_no_request_is_lost(spec, ask):
    """With every tier down each request ends in an error that names what keeps out each tier."""
    with pytest.raises(NoTier) as told:
        Router(spec).decide(ask, down=frozenset(NAMES))
    assert set(told.value.bounds) == set(NAMES)
    assert all(told.value.bounds.values())


@given(ROUTERS, ANY, DOWN)
def test_what_would_change_it_does(spec, ask, down):
    """A target that is said to lead elsewhere leads there."""
    decision = decided(spec, ask, down)
    for change in decision.would_change if decision else ():
        if change.what != "quality_target" or change.value is None:
            continue
        target = change.value + (1e-6 if ">" in change.text else 0.0)
        limits = ask.limits.model_copy(update={"quality_target": min(1.0, target)})
        asked_anew = ask.model_copy(update={"limits": limits})
        assert decided(spec, asked_anew, down).tier == change.tier


@given(ROUTERS, ANY, DOWN)
def test_a_decision_is_the_same_again(spec, ask, down):
    """It hangs on nothing but what it was given."""
    one, two = (decided(spec, ask, down) for _ in range(2))
    if one is None:
        assert two is None
        return
    changing = {"decision_id": "", "decided_in_us": 0.0}
    assert one.model_copy(update=changing) == two.model_copy(update=changing)
    assert RouteDecision.parse(one.model_dump_json()) == one
    assert all(Bound.LOCK not in tier.bounds for tier in one.tiers) or one.locked
