"""Where a router chose wrongly, by what its tiers did alone."""

from datetime import datetime

import pytest

from engine.contracts import Fact, Rating, TaskVersion
from tests.browser.routed import ALONE, ROUTED, ROUTER, TASKS, misroutes, passes, route_facts
from tests.unit.store import facts
from workbench.store import Store
from workbench.store.queries.routing import Chosen, episodes, of_episode, outcomes


def versions(run_id: str, contents: str) -> list[Fact]:
    """Which contents of its tasks a run used, in turn."""
    tasks = {(f.task_id, f.family) for f in route_facts() if hasattr(f, "task_id")}
    return [
        TaskVersion(
            run_id=run_id,
            suite="helpdesk",
            task_id=task_id,
            family=family,
            version=1,
            content_hash=contents[number % len(contents)] * 32,
        )
        for number, (task_id, family) in enumerate(sorted(tasks))
    ]


@pytest.fixture
def routed(store: Store) -> Store:
    """A routed run and each of its tiers alone."""
    with store.recorder() as recorder:
        recorder.add(*route_facts())
    return store


def test_misroutes_are_those_that_another_tier_shows(routed: Store) -> None:
    """Too low where it failed and the dearer tier passes, too high where the cheaper one passes."""
    found = misroutes(routed, ROUTED)
    for row in found.rows.to_dicts():
        number = int(row["task_id"].split("-")[1])
        assert passes({"low": "small", "high": "large"}[row["better"]], number)
        assert row["fault"] == ("too_high" if row["better"] == "low" else "too_low")
    assert found.count == TASKS


def test_a_rate_has_its_count_and_wilsons_interval(routed: Store) -> None:
    """5 of 24, from 9.2 to 40.5 % (computed by statsmodels' `proportion_confint`)."""
    found = misroutes(routed, ROUTED)
    assert (found.rate, found.left_out) == (5 / 24, 0)
    assert found.interval == pytest.approx((0.092448, 0.404705), abs=1e-6)


def test_tasks_of_other_content_say_nothing(routed: Store) -> None:
    """A task that has been changed since is another one: half of them are left out."""
    with routed.recorder() as recorder:
        recorder.add(*versions(ROUTED, "a"))
        recorder.add(*versions(ALONE["small"], "a"))
        recorder.add(*versions(ALONE["large"], "ab"))
    found = misroutes(routed, ROUTED)
    assert (found.count, found.left_out) == (TASKS / 2, TASKS / 2)


def test_a_run_without_a_router_has_none(routed: Store) -> None:
    """Of nothing there is no rate."""
    found = misroutes(routed, ALONE["small"])
    assert (found.count, found.left_out, found.rate) == (0, 0, None)


def test_what_came_of_decisions_is_counted_by_tier(routed: Store) -> None:
    """By scores, people's ratings and a person's step; without a score it is a miss."""
    of = {"run_id": ROUTED, "episode_id": f"ep-4444{0:016x}"}
    by = {"task_id": "policy-00", "rubric": "r", "rubric_hash": "0" * 32, "rated_at": facts.AT}
    bare = facts.routing().model_copy(update={"run_id": ROUTED, "router": ROUTER})
    with routed.recorder() as recorder:
        for rater, passed in (("ann", True), ("bob", False)):
            recorder.add(Rating(**of, **by, rater=rater, value=0.0, passed=passed))
        recorder.add(facts.step(0, 9, kind="human", **of), bare)
    found = outcomes(routed.lake, Chosen(ROUTER, datetime(1970, 1, 1)))  # noqa: DTZ001
    low, missed = found.filter(tier="low"), found.filter(tier="small")
    assert low.select("rated_good", "rated_bad", "escalated", "missing").row(0) == (0, 1, 1, 0)
    assert missed.select("passed", "failed", "missing").row(0) == (0, 0, 1)
    assert found["passed"].sum() == 20


def test_decisions_of_an_episode_come_back_as_they_were(routed: Store) -> None:
    """With what was expected of each tier, in the order of the steps."""
    first = episodes(routed.lake, run_id=ROUTED)["episode_id"][0]
    (decision,) = of_episode(routed.lake, first)
    tiers = decision.details["decision"]["tiers"]  # type: ignore[index,call-overload]
    assert [tier["tier"] for tier in tiers] == ["low", "high"]  # type: ignore[index,union-attr]
    assert decision.episode_id == first
