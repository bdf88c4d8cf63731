"""A model that is a router over models."""

from typing import Any

import pytest

from engine.contracts import (
    CanaryPlace,
    ErrorSpec,
    FamilyHistory,
    Model,
    ModelRequest,
    RouterSpec,
    Routing,
    Tier,
    ToolSpec,
    user,
)
from engine.errors import ModelRefused, ModelUnreachable, NoTier
from engine.models.asking import asking
from engine.models.scripted import Scripted, reply, tool_call
from engine.routing.decision import Router
from engine.routing.history import History
from engine.routing.routed import Routed

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"n": {"type": "integer"}},
    "required": ["n"],
    "additionalProperties": False,
}
PLAIN = ModelRequest(messages=(user("Is 91 prime?"),))
STRICT = ModelRequest(messages=(user("Is 91 prime?"),), response_schema=SCHEMA)
DOWN = ModelUnreachable("no route")


def tier(name: str, **given: Any) -> Tier:
    """A tier that can do everything."""
    able = {"tools": True, "strict_tools": True, "json_schema": True, "max_context_tokens": 9_000}
    return Tier.model_validate({"name": name, "model": name, **able, **given})


def routed(small: Any, large: Any, **given: Any) -> Routed:
    """Two tiers that answer by script; `small` unless something speaks against it."""
    tiers = given.pop("tiers", (tier("small"), tier("large")))
    models: dict[str, Model] = {
        "small": Scripted(small, name="small", repeat=True),
        "large": Scripted(large, name="large", repeat=True),
    }
    kept = {k: given.pop(k) for k in ("history", "placing") if k in given}
    spec = RouterSpec(name="r", tiers=tiers, default_tier="small", **given)
    return Routed("router:r", Router(spec), models.__getitem__, **kept)


async def went(model: Routed, request: ModelRequest = PLAIN) -> tuple[str, Routing]:
    """The answer and how it was come by."""
    response = await model.complete(request)
    return response.message.content, Routing.parse(response.route)


async def test_the_answer_is_that_of_the_tier() -> None:
    """What the chosen tier says comes back, with the decision."""
    said, routing = await went(routed(["s"], ["l"]))
    assert (said, routing.acted_tier, routing.decision.reason) == ("s", "small", "default")


async def test_a_tier_that_is_down_is_passed_over() -> None:
    """The next one answers, and what failed stands among the tries."""
    said, routing = await went(routed([DOWN], ["l"]))
    assert said == "l"
    assert [one.outcome for one in routing.tries] == ["failed", "answered"]
    assert routing.decision.reason == "failover"


async def test_with_all_tiers_down_the_error_is_clear() -> None:
    """It names the tiers, and what the last one said."""
    with pytest.raises(NoTier, match="no route") as raised:
        await routed([DOWN], [DOWN]).complete(PLAIN)
    assert raised.value.retryable


async def test_what_is_wrong_with_the_request_is_not_asked_elsewhere() -> None:
    """A refusal is the request's own."""
    with pytest.raises(ModelRefused):
        await routed([ModelRefused("no")], ["l"]).complete(PLAIN)


async def test_a_tier_that_keeps_failing_is_not_asked_for_a_while() -> None:
    """Its breaker opens, so that requests do not wait for it one by one."""
    model = routed([DOWN], ["l"])
    tries = [(await went(model))[1].tries[0].outcome for _ in range(120)]
    assert tries[0] == "failed"
    assert tries[-1] == "down"


async def test_a_strict_schema_locks_the_small_tier() -> None:
    """Even where the small tier is known to be bad at the family."""
    bad = History(
        [FamilyHistory(tenant="local", task_family="", tier="small", trials=90, failures=90)]
    )
    said, routing = await went(routed(['{"n": 1}'], ["l"], history=lambda _asking: bad), STRICT)
    assert (said, routing.decision.locked) == ('{"n": 1}', True)


async def test_answers_that_break_the_schema_release_the_lock() -> None:
    """After `release_after` of them the next tier with structured output is asked."""
    said, routing = await went(routed(["no"], ['{"n": 2}']), STRICT)
    assert said == '{"n": 2}'
    assert [(one.tier, one.outcome) for one in routing.tries] == [
        ("small", "rejected"),
        ("small", "rejected"),
        ("large", "answered"),
    ]
    assert routing.schema_failures == 2


async def test_a_lock_is_never_released_to_a_tier_without_structured_output() -> None:
    """No answer is given rather than one that breaks its schema."""
    tiers = (tier("small"), tier("large", json_schema=False))
    with pytest.raises(NoTier, match="answer of small: it is no JSON"):
        await routed(["no"], ['{"n": 2}'], tiers=tiers).complete(STRICT)


async def test_a_released_request_is_not_asked_for_ever() -> None:
    """A tier above has one try."""
    model = routed(["no"], ["no"])
    with pytest.raises(NoTier, match="answer of large"):
        await model.complete(STRICT)


async def test_arguments_that_break_a_tools_schema_are_asked_for_again() -> None:
    """A required tool with strict arguments locks, and is verified."""
    tool = ToolSpec(name="add", parameters=SCHEMA)
    request = ModelRequest(messages=(user("add"),), tools=(tool,), tool_choice="required")
    answers = [reply("", tool_call("add", {"n": "x"})), reply("", tool_call("add", {"n": 3}))]
    response = await routed(answers, ["l"]).complete(request)
    assert response.message.tool_calls[0].arguments == {"n": 3}


async def test_all_calls_are_paid_for() -> None:
    """Usage is the sum over tries, refused answers included."""
    response = await routed(["no"], ['{"n": 2}']).complete(STRICT)
    assert response.usage.calls == 3


async def test_a_cascade_goes_up_where_an_answer_cannot_be_used() -> None:
    """The cheapest first; an empty answer is none."""
    said, routing = await went(routed([""], ["l"], policy="cascade"))
    assert (said, routing.first_tier, routing.acted_tier) == ("l", "small", "large")


async def test_a_shadow_changes_nothing() -> None:
    """The default tier answers; what would have been done is recorded."""
    known = History(
        [
            FamilyHistory(tenant="local", task_family="", tier="small", trials=90, failures=90),
            FamilyHistory(tenant="local", task_family="", tier="large", trials=90, failures=0),
        ]
    )
    model = routed(["s"], ["l"], shadow=True, history=lambda _asking: known)
    said, routing = await went(model)
    assert (said, routing.decision.tier, routing.acted_tier) == ("s", "large", "small")


async def test_a_conversation_stays_where_its_prompt_is() -> None:
    """A switch that saves less than the cache is not made."""
    rows = {"small": (50, 40), "large": (50, 5)}

    def history(_asking: object) -> History:
        return History(
            FamilyHistory(tenant="t", task_family="", tier=name, trials=n, failures=bad)
            for name, (n, bad) in rows.items()
        )

    tiers = (
        tier("small", input_usd=9.0, output_usd=9.0, output_tokens=1),
        tier("large", input_usd=10.0, output_usd=10.0, output_tokens=1),
    )
    model = routed(["s"], ["l"], tiers=tiers, history=history, quality_target=0.6)
    with asking("t", 0, conversation="c"):
        assert (await went(model))[0] == "l"
        rows["small"] = (50, 1)
        said, routing = await went(model)
    assert (said, routing.decision.reason) == ("l", "affinity")


async def test_a_trials_conversation_gets_its_tier() -> None:
    """Of a tier that the decision allows; the chance stands in the decision."""
    known = History(
        FamilyHistory(tenant="t", task_family="", tier=name, trials=90, failures=1)
        for name in ("small", "large")
    )
    place = CanaryPlace(canary_id="c1", arm="canary", tier="large", share=0.1)
    model = routed(["s"], ["l"], history=lambda _asking: known, placing=lambda *_: place)
    with asking("t", 0, conversation="c"):
        said, routing = await went(model)
    assert (said, routing.decision.reason, routing.decision.propensity) == ("l", "canary", 0.1)
    assert routing.canary == place


async def test_a_trial_may_choose_a_tier_of_unknown_quality() -> None:
    """To find out how good it is; what clears no target is not given to it otherwise."""
    place = CanaryPlace(canary_id="c1", arm="canary", tier="large", share=0.1)
    model = routed(["s"], ["l"], placing=lambda *_: place)
    with asking("t", 0, conversation="c"):
        said, routing = await went(model)
    assert (said, routing.decision.reason) == ("l", "canary")


async def test_what_fails_in_a_trial_stays_its_own() -> None:
    """Though another tier answers, the failure is the canary's."""
    placed = {True: CanaryPlace(canary_id="c1", arm="canary", tier="large", share=0.1)}
    down = ModelUnreachable("no connection")
    model = routed(["s"], [down], placing=lambda _, one: placed.get("large" in one.allowed))
    with asking("t", 0, conversation="c"):
        said, routing = await went(model)
    assert (said, routing.canary, routing.trial_failed) == ("s", placed[True], True)


async def test_an_error_says_how_it_came_to_it() -> None:
    """Also one that no other tier may be spared, by which a trial would look better."""
    place = CanaryPlace(canary_id="c1", arm="canary", tier="large", share=0.1)
    model = routed(["s"], [ModelRefused("no such field")], placing=lambda *_: place)
    with asking("t", 0, conversation="c"), pytest.raises(ModelRefused) as told:
        await model.complete(PLAIN)
    assert ErrorSpec.of(told.value).route == told.value.route
    assert Routing.parse(told.value.route).trial_failed


async def test_in_shadow_mode_no_trial_runs() -> None:
    """What is not acted upon can have no outcome."""
    place = CanaryPlace(canary_id="c1", arm="canary", tier="large", share=0.1)
    model = routed(["s"], ["l"], placing=lambda *_: place, shadow=True)
    with asking("t", 0, conversation="c"):
        said, routing = await went(model)
    assert (said, routing.canary) == ("s", None)
