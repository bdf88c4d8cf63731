"""Trials as a router uses them."""

from collections.abc import Iterator
from typing import Any

import pytest

from engine.clock import ManualClock
from engine.contracts import Canary, CanaryChange, CanaryOutcome, CanaryPolicy, CanaryState
from engine.errors import BadInput, NotFound, StoreError
from engine.routing.canary import Said
from engine.routing.canary_evidence import totals
from engine.routing.canary_memory import MemoryCanaries
from engine.routing.placing import Asked
from engine.routing.trials import Trials
from tests.spec.routing.trial import outcome

ANN = Said("ann", "why")
MAIN: dict[str, Any] = {"router": "main", "tier": "small", "baseline": "large"}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def canaries() -> MemoryCanaries:
    return MemoryCanaries()


@pytest.fixture
def trials(canaries: MemoryCanaries, clock: ManualClock) -> Trials:
    return Trials(canaries, clock)


def tiers(trials: Trials, tenant: str = "acme", chosen: str | None = None) -> set[str]:
    asked = (Asked(tenant, str(n), None, chosen) for n in range(200))
    places = (trials.place("main", one) for one in asked)
    return {place.tier for place in places if place}


def test_a_tenant_without_a_trial_has_no_place(trials: Trials) -> None:
    """Nor has it under another router."""
    trials.start("c1", tenants=["acme"], **MAIN)
    assert trials.place("main", Asked("bolt", "x")) is None
    assert trials.place("other", Asked("acme", "x")) is None
    assert tiers(trials) == {"small", "large"}


def test_who_may_not_go_to_both_tiers_takes_no_part(trials: Trials) -> None:
    """Or the arms would be given different requests; after promotion its own tier is enough."""
    trials.start("c1", tenants=["acme"], **MAIN)
    for allowed, both in ((["small"], False), (["large"], False), (["large", "small"], True)):
        places = [trials.place("main", Asked("acme", str(n), allowed)) for n in range(200)]
        assert {place is not None for place in places} == {both}
    trials.pause("c1", ANN)
    assert trials.place("main", Asked("acme", "x", ["small"])) is None
    trials.promote("c1", ANN)
    placed = trials.place("main", Asked("acme", "x", ["small"]))
    assert placed
    assert placed.tier == "small"


def test_own_changes_hold_at_once(trials: Trials) -> None:
    """The next request goes where they say."""
    trials.start("c1", tenants=["acme"], **MAIN)
    assert tiers(trials) == {"small", "large"}
    trials.pause("c1", ANN)
    assert tiers(trials) == {"large"}
    trials.promote("c1", ANN)
    assert tiers(trials) == {"small"}


def test_changes_of_others_hold_after_a_moment(
    trials: Trials, canaries: MemoryCanaries, clock: ManualClock
) -> None:
    """As long as what was read may be used."""
    trials.start("c1", tenants=["acme"], **MAIN)
    tiers(trials)
    Trials(canaries, clock).roll_back("c1", ANN)
    clock.advance(0.5)
    assert tiers(trials) == {"small", "large"}
    clock.advance(0.5)
    assert tiers(trials) == set()


def test_outcomes_go_to_their_own_trial(trials: Trials, canaries: MemoryCanaries) -> None:
    """In one call, of several trials; what changed by them is given."""
    trials.start("c1", tenants=["acme"], **MAIN)
    trials.start("c2", tenants=["bolt"], policy=CanaryPolicy(rollback_min=1), **MAIN)
    for _ in range(4):
        bad = [outcome("c2", "bolt", arm="canary", quality=0.0) for _ in range(20)]
        good = [outcome("c2", "bolt", quality=1.0) for _ in range(180)]
        changes = trials.observe([outcome("c1"), *bad, *good])
        if changes:
            break
    assert [(one.canary_id, one.after, one.cause) for one in changes] == [
        ("c2", CanaryState.ROLLED_BACK, "quality")
    ]
    assert canaries.get("c1").state is CanaryState.RUNNING


def test_an_outcome_counts_once(trials: Trials, canaries: MemoryCanaries) -> None:
    """However often it is given, in one call or in several."""
    trials.start("c1", tenants=["acme"], **MAIN)
    one, other = outcome("c1", quality=1.0), outcome("c1", quality=0.0)
    trials.observe([one, one])
    trials.observe([one, other])
    assert totals(canaries.get("c1"), "quality")[1].count == 2
    fence = canaries.get("c1").fence
    assert trials.observe([one, other]) == []
    assert canaries.get("c1").fence == fence


def test_who_would_go_to_neither_tier_takes_no_part(trials: Trials) -> None:
    """A trial is of requests that one of its two tiers would have had anyway."""
    trials.start("c1", tenants=["acme"], **MAIN)
    placed = [trials.place("main", Asked("acme", str(n), None, "medium")) for n in range(50)]
    assert set(placed) == {None}


def test_what_was_promoted_stays_so_under_the_next_trial(trials: Trials) -> None:
    """Whoever is not drawn for the new tier has the promoted one, not what that replaced."""
    trials.start("c1", tenants=["acme"], **MAIN)
    trials.promote("c1", ANN)
    trials.start("c2", tenants=["acme"], router="main", tier="tiny", baseline="small")
    assert tiers(trials, chosen="large") == {"tiny", "small"}


def test_a_tier_that_was_rolled_back_gets_nothing(trials: Trials) -> None:
    """Not even where the router would choose it; other choices stay as they are."""
    trials.start("c1", tenants=["acme"], **MAIN)
    trials.roll_back("c1", ANN)
    assert tiers(trials, chosen="small") == {"large"}
    assert tiers(trials, chosen="medium") == set()


class Dead(MemoryCanaries):
    """A server that goes away."""

    gone = False

    def of(self, router: str, tenant: str) -> list[Canary]:
        if self.gone:
            raise StoreError("no connection")
        return super().of(router, tenant)


def test_without_its_store_no_trial_runs(clock: ManualClock) -> None:
    """Requests go where they would without it; what was promoted stays so."""
    canaries = Dead()
    trials = Trials(canaries, clock)
    trials.start("c1", tenants=["acme"], **MAIN)
    trials.start("c2", tenants=["bolt"], **MAIN)
    trials.promote("c2", ANN)
    assert tiers(trials) == {"small", "large"}
    assert tiers(trials, "bolt") == {"small"}
    canaries.gone = True
    clock.advance(1.0)
    assert tiers(trials) == set()
    assert tiers(trials, "bolt") == {"small"}


def test_outcomes_of_strangers_are_refused(trials: Trials) -> None:
    """Of a trial that is not there, or of a tenant that is not in it."""
    trials.start("c1", tenants=["acme"], **MAIN)
    with pytest.raises(NotFound, match="no canary 'c9'"):
        trials.observe([outcome("c9")])
    with pytest.raises(BadInput, match="tenant 'bolt'"):
        trials.observe([outcome("c1", "bolt")])


class Hurried(MemoryCanaries):
    """Somebody else changes each trial just before the first two changes of ours."""

    times = 2

    def save(self, canary: Canary, changes: Any = (), counted: Any = ()) -> Canary:
        if self.times:
            self.times -= 1
            super().save(self.get(canary.canary_id))
        return super().save(canary, changes, counted)


def test_a_change_is_made_anew_on_what_another_left(clock: ManualClock) -> None:
    """It is neither lost nor made twice."""
    canaries = Hurried()
    trials = Trials(canaries, clock)
    trials.start("c1", tenants=["acme"], **MAIN)
    trials.observe([outcome("c1", quality=1.0)])
    kept = canaries.get("c1")
    assert (kept.fence, kept.strata[0].control.count) == (3, 1)


def test_each_tenant_of_a_pool_is_told_without_the_others(trials: Trials) -> None:
    """Only how many they are."""
    trials.start("c1", tenants=["acme", "bolt"], said=ANN, **MAIN)
    told: list[CanaryChange] = []
    assert trials.tell(told.append) == 2
    assert [(one.tenant, one.pooled, one.author) for one in told] == [
        ("acme", 2, "ann"),
        ("bolt", 2, "ann"),
    ]
    assert "bolt" not in told[0].model_dump_json()
    assert trials.tell(told.append) == 0


def test_a_tenant_that_is_harmed_is_not_outvoted_by_one_that_is_served_better(
    trials: Trials,
) -> None:
    """Each is told its own evidence, and not how it stands with the other."""
    trials.start("c1", tenants=["acme", "bolt"], **MAIN)

    def rounds() -> Iterator[CanaryOutcome]:
        for tenant, canary, control in (("acme", 0.9, 0.5), ("bolt", 0.5, 0.9)):
            yield outcome("c1", tenant, arm="canary", quality=canary)
            yield from (outcome("c1", tenant, quality=control) for _ in range(9))

    changes = next(filter(None, (trials.observe(rounds()) for _ in range(400))))
    assert [(one.after, one.cause) for one in changes] == [("rolled_back", "quality")] * 2
    acme, bolt = (one.details["own_log_e"] for one in changes)
    assert acme < 0.5
    assert bolt > 5.0
    assert changes[0].evidence[0].log_e_worse < 1


def test_a_change_that_could_not_be_told_is_told_again(trials: Trials) -> None:
    """And those after it; none that was told before."""
    trials.start("c1", tenants=["acme", "bolt"], **MAIN)
    told: list[str] = []

    def fails_once(change: CanaryChange) -> None:
        told.append(change.tenant)
        if told == ["acme", "bolt"]:
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        trials.tell(fails_once)
    trials.tell(fails_once)
    assert told == ["acme", "bolt", "bolt"]
