"""Whatever is done to a trial, its promises hold."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.contracts import Canary, CanaryState
from engine.errors import BadInput
from engine.routing.canary import Moved, Said, observe
from engine.routing.placing import Asked, place
from engine.routing.sticky import sticky
from tests.spec.routing.trial import BY_HAND, NAMED, outcome

POLICIES = st.fixed_dictionaries(
    {
        "share": st.sampled_from([0.05, 0.07, 0.1]),
        "max_share": st.just(0.1),
        "bake_s": st.sampled_from([0, 10]),
        "rollback_min": st.integers(1, 20),
        "promote_min": st.integers(1, 60),
        "max_outcomes": st.integers(60, 200),
        "max_s": st.sampled_from([50, 1e6]),
        "alpha": st.sampled_from([0.05, 0.5]),
    }
)
QUALITY = st.one_of(st.none(), st.sampled_from([0.0, 0.3, 0.9, 1.0]))
OUTCOMES = st.builds(
    outcome,
    arm=st.sampled_from(["canary", "control"]),
    share=st.sampled_from([0.05, 0.1, 1.0, 0.0]),
    quality=QUALITY,
    error=st.booleans(),
    latency_ms=st.one_of(st.none(), st.floats(0, 1e9)),
    cost_usd=st.one_of(st.none(), st.floats(0, 1e9)),
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("see"), st.lists(OUTCOMES, max_size=4), st.integers(1, 30)),
        st.tuples(st.just("wait"), st.integers(0, 30), st.just(1)),
        st.tuples(st.just("hand"), st.sampled_from(sorted(BY_HAND)), st.just(1)),
    ),
    max_size=30,
)
TALK = st.text(st.characters(exclude_categories=[]), max_size=20)


def made(policy: dict[str, Any]) -> Canary:
    times = dict.fromkeys(("created_at", "changed_at", "stage_at", "since"), 0.0)
    share = policy["share"]
    return Canary.parse({**NAMED, **times, "policy": policy, "share": share, "tenants": ["acme"]})


def moved(canary: Canary, step: tuple[str, Any, int], now: float) -> Moved:
    kind, what, times = step
    if kind != "hand":
        return observe(canary, what * times if kind == "see" else [], now)
    try:
        return BY_HAND[what](canary, Said("ann"), now)
    except BadInput:
        return Moved(canary)


@given(POLICIES, STEPS, TALK)
def test_what_was_rolled_back_is_never_resurrected(
    policy: dict[str, Any], steps: list[Any], talk: str
) -> None:
    """Neither by outcomes, time, nor by hand; its tier gets nothing, and it tells nothing."""
    canary, now, over = made(policy), 0.0, False
    for step in steps:
        now += step[1] if step[0] == "wait" else 0
        found = moved(canary, step, now)
        canary = found.canary
        assert not (over and found.changes)
        over = over or canary.state is CanaryState.ROLLED_BACK
        placed = place(canary, Asked("acme", talk))
        assert placed is not None
        assert not over or (canary.state, placed.tier) == (CanaryState.ROLLED_BACK, "large")


@given(POLICIES, STEPS, TALK)
def test_a_conversation_stays_where_it_was_drawn(
    policy: dict[str, Any], steps: list[Any], talk: str
) -> None:
    """While the trial runs it may come to the canary as the share grows, and never leaves it."""
    canary, now, was_canary = made(policy), 0.0, False
    for step in steps:
        now += step[1] if step[0] == "wait" else 0
        canary = moved(canary, step, now).canary
        placed = place(canary, Asked("acme", talk))
        assert placed is not None
        assert placed == place(Canary.parse(canary.model_dump_json()), Asked("acme", talk))
        if canary.state is CanaryState.RUNNING:
            assert policy["share"] <= placed.share <= 0.1
            assert not was_canary or placed.arm == "canary"
            was_canary = placed.arm == "canary"


@given(POLICIES, STEPS)
def test_every_change_of_state_is_told_once_with_its_evidence(
    policy: dict[str, Any], steps: list[Any]
) -> None:
    """The changes, one after the other, lead from the first state to the last."""
    canary, now, state = made(policy), 0.0, CanaryState.RUNNING
    for step in steps:
        now += step[1] if step[0] == "wait" else 0
        found = moved(canary, step, now)
        for change in found.changes:
            assert change.before is state
            state = change.after
            metrics = [test.metric for test in found.canary.tests]
            assert [one.metric for one in change.evidence] == metrics
        canary = found.canary
        assert state is canary.state


@given(TALK, TALK, TALK)
def test_a_draw_is_a_share(salt: str, tenant: str, talk: str) -> None:
    """From 0 up to, not including, 1; the same each time."""
    assert 0 <= sticky(salt, tenant, talk) < 1
    assert sticky(salt, tenant, talk) == sticky(salt, tenant, talk)


@given(POLICIES, STEPS)
def test_a_trial_is_kept_whole(policy: dict[str, Any], steps: list[Any]) -> None:
    """What a store keeps is all there is to know: one that is read after each step goes alike."""
    whole, kept, now = made(policy), made(policy), 0.0
    for step in steps:
        now += step[1] if step[0] == "wait" else 0
        whole = moved(whole, step, now).canary
        kept = moved(Canary.parse(kept.model_dump_json()), step, now).canary
        assert whole == kept
