"""The adapter: what it gives again, what it hands to the tool, what it tells."""

import asyncio
from dataclasses import replace

import pytest

from engine.contracts import (
    BreakerPolicy,
    BulkheadPolicy,
    HedgePolicy,
    RatePolicy,
    RetryPolicy,
    ToolPolicy,
    ToolSpec,
)
from engine.errors import BadInput, EffectUnknown
from engine.tools import Site
from engine.tools.adapter import Called, GuardedTool
from engine.tools.guards import Guards
from tests.spec.tools.tool import HERE, Desk, Faulty, saying

DESTRUCTIVE = ToolPolicy(attempt_s=0.02)
ELSEWHERE = Site("acme", "ep-1", "2.1")


def heard(tool: Faulty, policy: ToolPolicy) -> tuple[GuardedTool, list[object]]:
    """The tool under that policy, and what is told of it."""
    events: list[object] = []
    return GuardedTool(tool, policy, Guards(on_event=events.append)), events


async def test_the_same_call_in_the_same_place_is_made_once() -> None:
    """Its answer is given again, and the step says so."""
    desk = Desk(Faulty(), DESTRUCTIVE)
    site = replace(HERE, told={})
    assert [await desk.outcome(), await desk.outcome(site)] == ["done", "done"]
    assert (desk.tool.calls, site.told) == (1, {"replayed": True})


@pytest.mark.parametrize(
    "site", [ELSEWHERE, Site("acme", "ep-2", "1.1"), Site("other", "ep-1", "1.1")]
)
async def test_the_same_call_in_another_place_is_another_call(site: Site) -> None:
    """In another step, episode or tenant."""
    desk = Desk(Faulty(), DESTRUCTIVE)
    await desk.outcome()
    await desk.outcome(site)
    assert desk.tool.calls == 2


async def test_a_key_of_the_callers_own_names_one_call() -> None:
    """Other arguments under it are refused."""
    desk = Desk(Faulty(), DESTRUCTIVE)
    assert await desk.outcome(Site(key="order-7"), cents=1) == "done"
    assert await desk.outcome(Site(key="order-7"), cents=1) == "done"
    assert await desk.outcome(Site(key="order-7"), cents=2) == "key_reused"
    assert desk.tool.keys == ["order-7"]


async def test_every_attempt_is_made_under_the_same_key() -> None:
    """So that the other side can tell that it is one call."""
    desk = Desk(
        Faulty(["server error", "hang"]), DESTRUCTIVE.model_copy(update={"effect": "idempotent"})
    )
    assert await desk.outcome() == "done"
    assert len(desk.tool.keys) == 3
    assert len(set(desk.tool.keys)) == 1


async def test_one_attempt_that_may_have_acted_leaves_the_call_unsure() -> None:
    """Though the last one is known to have done nothing."""
    faults = ["server error", "no connection", "no connection"]
    desk = Desk(Faulty(faults, happens=[True]), ToolPolicy(effect="idempotent"))
    assert await desk.outcome() == "tool_unreachable"
    record = desk.record()
    assert (desk.tool.calls, record and record.state) == (3, "unknown")


async def test_a_call_in_doubt_is_not_made_again_by_asking_once_more() -> None:
    """The model asks again in its next step: the call in doubt is the one that is meant."""
    desk = Desk(Faulty(["server error"], happens=[True]), DESTRUCTIVE)
    assert await desk.outcome() == "effect_unknown"
    assert await desk.outcome(ELSEWHERE) == "call_in_flight"
    desk.clock.advance(120)
    assert await desk.outcome(ELSEWHERE) == "effect_unknown"
    assert (desk.tool.calls, desk.tool.effects) == (1, 1)


async def test_a_call_in_doubt_is_settled_by_its_probe_later() -> None:
    """As soon as nothing of it can arrive any more."""
    desk = Desk(Faulty(["hang"], probe=saying(False)), DESTRUCTIVE)
    assert await desk.outcome() == "effect_unknown"
    desk.clock.advance(120)
    assert (await desk.outcome(ELSEWHERE), desk.tool.effects) == ("done", 1)


async def test_a_person_may_have_a_call_in_doubt_made_again() -> None:
    """They say that it had no effect."""
    desk = Desk(Faulty(["server error"]), DESTRUCTIVE)
    assert await desk.outcome() == "effect_unknown"
    assert await desk.outcome(replace(HERE, again=True)) == "done"


async def test_a_cancelled_call_is_in_doubt() -> None:
    """It was sent, and nobody has heard its answer."""
    desk = Desk(Faulty(["hang"]), ToolPolicy())
    call = asyncio.create_task(desk.outcome())
    while not desk.tool.calls:
        await asyncio.sleep(0)
    call.cancel()
    await asyncio.wait([call])
    record = desk.record()
    assert (call.cancelled(), record and record.state) == (True, "unknown")


async def test_a_call_whose_turn_does_not_come_has_done_nothing() -> None:
    """The bulkhead is full: it is refused, its key is free, its neighbour goes on."""
    policy = ToolPolicy(bulkhead=BulkheadPolicy(concurrent=1, queue=0), attempt_s=0.05)
    desk = Desk(Faulty(["hang"]), policy)
    first = asyncio.create_task(desk.outcome())
    while not desk.tool.calls:
        await asyncio.sleep(0)
    assert await desk.outcome(ELSEWHERE, cents=1) == "bulkhead_full"
    assert await first == "effect_unknown"
    assert await desk.outcome(ELSEWHERE, cents=1) == "done"


async def test_failures_open_the_breaker_and_refusals_do_not() -> None:
    """A tool that says no is well."""
    policy = ToolPolicy(
        effect="read_only",
        retry=None,
        breaker=BreakerPolicy(minimum_calls=2, window_size=4),
    )
    refusing = Desk(Faulty(["refused"] * 4), policy)
    broken = Desk(Faulty(["server error"] * 4), policy)
    assert {await refusing.outcome() for _ in range(4)} == {"tool_refused"}
    assert [await broken.outcome() for _ in range(3)] == ["tool_unavailable"] * 2 + ["breaker_open"]


async def test_too_many_calls_a_second_are_refused() -> None:
    """By the tool's own rate."""
    policy = ToolPolicy(effect="read_only", rate=RatePolicy(per_s=1, burst=1))
    desk = Desk(Faulty(), policy)
    assert [await desk.outcome(), await desk.outcome()] == ["done", "rate_limited"]


async def test_a_late_read_is_hedged() -> None:
    """The second call's answer counts, and the first is cancelled."""
    policy = ToolPolicy(effect="read_only", hedge=HedgePolicy(delay_s=0.0))
    desk = Desk(Faulty(["hang"]), policy)
    assert (await desk.outcome(), desk.tool.calls) == ("done", 2)


def test_only_reads_are_hedged() -> None:
    """A policy that says otherwise is refused."""
    with pytest.raises(BadInput, match="hedge makes a call twice"):
        ToolPolicy.parse({"effect": "idempotent", "hedge": {}})


async def test_a_call_tells_how_it_went() -> None:
    """Attempts, error and how many are under way, to the hook."""
    tool, events = heard(Faulty(["server error"]), ToolPolicy(retry=RetryPolicy(attempts=1)))
    with pytest.raises(EffectUnknown) as caught:
        await tool.call({})
    [called] = [event for event in events if isinstance(event, Called)]
    assert called == Called("refund", 0, 1, replayed=False, error=caught.value)


async def test_a_tool_tells_how_it_stands() -> None:
    """Its breaker, slots and budget, with the process that tells it."""
    desk = Desk(Faulty(), ToolPolicy(effect="read_only"))
    await desk.outcome()
    status = desk.guarded.status()
    assert (status.tool, status.breaker_state, status.calls) == ("refund", "closed", 1)
    assert (status.in_flight, status.limit, status.retry_budget_left) == (0, 10, 3.0)
    assert status.updated_at == desk.clock.now()


def test_the_model_is_not_told_of_the_policy() -> None:
    """Nor does what is recorded of a request depend on it."""
    plain = ToolSpec(name="refund", parameters={"type": "object"})
    guarded = plain.model_copy(update={"policy": ToolPolicy()})
    assert guarded.model_dump() == plain.model_dump()
