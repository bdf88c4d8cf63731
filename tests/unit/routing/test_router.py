"""A router with a classifier, and what its decisions carry."""

import pytest

from engine.contracts import RouteAsk, RouteLimits, RouterSpec
from engine.contracts.message import MessageSpec, assistant, user
from engine.contracts.model import ModelRequest
from engine.routing.classifier import LinearClassifier
from engine.routing.decision import Router
from engine.routing.features import FEATURES, OUTLINE, features, outline, text_of
from tests.spec.routing.asked import STRICT, asked
from tests.unit.routing.conftest import Letters

TIERS = [
    {"name": name, "model": name, "max_context_tokens": 9000, "json_schema": True}
    for name in ("small", "large")
]
SPEC = RouterSpec.parse({"name": "main", "default_tier": "large", "tiers": TIERS})


class Untouched(Letters):
    """Fails where it is asked."""

    def __call__(self, texts):
        raise AssertionError(texts)


@pytest.mark.parametrize(("text", "tier"), [("aaa", "small"), ("aaa" + " 12" * 7, "large")])
def test_hard_prompts_go_to_the_large_tier(trained, text, tier):
    """By the classifier's probabilities, which the decision carries with the file's digest."""
    router = Router(SPEC, LinearClassifier(trained, Letters()))
    found = router.decide(RouteAsk(request=ModelRequest(messages=(user(text),))))
    assert found.tier == tier
    assert found.classifier == trained.digest
    assert set(found.features) == {*OUTLINE, *FEATURES, "novelty"} | {
        f"historical_failure_rate.{name}" for name in ("small", "large")
    }


def test_an_early_exit_reads_no_text(trained):
    """The embedder is not asked, and only the outline is among the features."""
    router = Router(SPEC, LinearClassifier(trained, Untouched()))
    found = router.decide(asked(schema="strict"))
    assert found.tier == "small"
    assert set(found.features) == set(OUTLINE)


def test_the_outline_counts_what_the_model_gets():
    """Messages, schema and turns; four bytes a token."""
    messages = (user("12345678"), assistant("ok"), user("1234"))
    ask = RouteAsk(request=ModelRequest(messages=messages))
    found = outline(ask)
    assert (found["token_count"], found["turns"]) == (4, 2)
    strict = RouteAsk(request=ModelRequest(messages=messages, response_schema=STRICT))
    assert outline(strict)["token_count"] > found["token_count"]
    assert outline(strict)["json_schema_strictness"] == 1


def test_the_last_thing_the_user_said_is_read():
    """Instructions before it and tool results after it are not."""
    messages = (MessageSpec(role="system", content="s"), user("a"), user("b"), assistant("c"))
    assert text_of(RouteAsk(request=ModelRequest(messages=messages))) == "b"
    assert text_of(RouteAsk(request=ModelRequest(messages=messages[:1]))) == "s"
    assert text_of(RouteAsk(request=ModelRequest(messages=()))) == ""


def test_features_hang_on_the_request_alone():
    """Who asks, and under what name, changes none of them."""
    one, other = asked(), asked(tenant="bolt").model_copy(update={"task_family": "exam"})
    assert features(one) == features(other)


def test_limits_of_both_are_kept():
    """The stricter of a request's and a tenant's; its own target and region come first."""
    one = RouteLimits(max_cost_usd=2, quality_target=0.5, region="eu")
    other = RouteLimits.parse(
        {"max_cost_usd": 1, "max_latency_ms": 9, "quality_target": 0.9, "sensitivity": "restricted"}
    )
    found = one.stricter(other)
    assert (found.max_cost_usd, found.max_latency_ms, found.quality_target) == (1, 9, 0.5)
    assert (found.region, found.sensitivity.value) == ("eu", "restricted")
