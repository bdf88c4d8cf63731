"""Whether a router's requests are still those that its classifier was trained on."""

import numpy as np
import pytest

from engine.contracts import (
    Episode,
    Exchange,
    ModelRequest,
    RouteAsk,
    RouteDecision,
    RouterModel,
    RouterSpec,
    RouteTry,
    Routing,
    RoutingDecision,
    Run,
    Score,
    StopReason,
    Tier,
    Usage,
    user,
)
from engine.routing.classifier import LinearClassifier
from engine.routing.decision import Router
from engine.routing.model_file import sealed
from engine.routing.training import train
from tests.unit.routing.conftest import made
from workbench.bootstrap.drifting import Drift, drift
from workbench.store import Store

TIERS = tuple(Tier(name=name, model=name, max_context_tokens=9_000) for name in ("small", "large"))
SPEC = RouterSpec(name="main", tiers=TIERS, default_tier="small", quality_target=0.1)
ABOUT = {"run_id": "run-1", "agent": "a", "model": "router:main"}


@pytest.fixture(scope="module")
def model() -> RouterModel:
    """Trained on 300 texts, half of which small models get wrong."""
    return sealed(train(made(300), None, data="made up", trained_at=1.0))


def watched(
    model: RouterModel,
    prompts: list[str],
    *,
    passes: float | None = None,
    by: RouterModel | None = None,
) -> Drift:
    """After these prompts; answers are as good as was said of them, or so often."""
    router, rng = Router(SPEC, LinearClassifier(model, None)), np.random.default_rng(0)
    with Store.memory() as store:
        with store.recorder() as recorder:
            of = {**ABOUT, "suite": "s", "name": "n", "epochs": 1, "seed": 0}
            recorder.add(Run(**of, planned=len(prompts), started_at=0.0))
            for at, prompt in enumerate(prompts):
                decision = router.decide(RouteAsk(request=ModelRequest(messages=(user(prompt),))))
                chance = decision.outlook(decision.tier).probability
                right = bool(rng.random() < (chance if passes is None else passes))
                recorder.add(*kept(at, answered(decision), right=right))
        return drift(store.lake, "main", by or model)


def answered(decision: RouteDecision) -> Routing:
    tier = decision.tier
    tried = RouteTry(tier=tier, model=decision.model, outcome="answered", latency_ms=1.0)
    return Routing(decision=decision, first_tier=tier, acted_tier=tier, tries=(tried,))


def kept(at: int, routing: Routing, *, right: bool) -> list[Episode | RoutingDecision | Score]:
    """The facts of one episode."""
    of = {"run_id": "run-1", "episode_id": f"ep-{at:05}"}
    task = {"task_id": f"t{at}", "family": "f", "epoch": 0}
    route = routing.model_dump(mode="json", exclude_defaults=True)
    times = {"started_at": float(at), "ended_at": at + 0.5}
    about = {"step_index": 0, "position": 0, "kind": "model", "name": "m", "request_hash": "0"}
    asked = Exchange(**of, **times, **about, request={}, response={"route": route})
    made_of_it = RoutingDecision.of(asked)
    assert made_of_it is not None
    ended = {"stop_reason": StopReason.ANSWERED, "steps": 1, "usage": Usage(), "cost_usd": 0.0}
    return [
        made_of_it,
        Episode(**of, **task, **times, **ended, agent="a", model="router:main"),
        Score(**of, **task, scorer="s", value=float(right), passed=right, scored_at=at + 1.0),
    ]


def prompts(count: int, seed: int = 1) -> list[str]:
    return [row.prompt or "" for row in made(count, seed)]


def test_requests_like_those_of_training_have_not_drifted(model: RouterModel) -> None:
    """Nor have chances that hold."""
    found = watched(model, prompts(400))
    assert (found.decisions, found.report.outcomes) == (400, 400)
    assert not found.report.drifted


def test_other_requests_are_seen_by_the_features_that_moved(model: RouterModel) -> None:
    """The furthest comes first."""
    found = watched(model, ["What is the capital of France, and why?"] * 400).report
    assert found.drifted
    assert "log_chars" in {one.feature for one in found.features if one.moved}
    assert found.features[0].psi == max(one.psi for one in found.features)


def test_chances_that_no_longer_hold_are_seen(model: RouterModel) -> None:
    """The requests are the same, the tiers have become worse."""
    found = watched(model, prompts(400), passes=0.2).report
    assert found.miscalibrated
    assert found.log_e_over > found.log_e_under


def test_decisions_of_another_classifier_do_not_count(model: RouterModel) -> None:
    """Each is held against what it was trained on itself."""
    other = sealed(train(made(100, seed=7), None, data="other", trained_at=2.0))
    found = watched(model, prompts(30), by=other)
    assert (found.decisions, found.report.outcomes) == (0, 0)


def test_a_feature_that_was_always_the_same_is_not_watched(model: RouterModel) -> None:
    """The classifier does not read it: whatever it becomes, chances are what they were."""
    watched_ones = {bins.feature for bins in model.seen}
    read = {name for name, scale in zip(model.feature_names, model.scales, strict=True) if scale}
    assert watched_ones == read
    assert "tool_count" not in watched_ones
