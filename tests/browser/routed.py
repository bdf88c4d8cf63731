"""A router's run beside its two tiers alone, and a canary that was rolled back.

`python -m tests.browser.routed HOME` makes one to look at.
"""

import random
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from engine.clock import ManualClock
from engine.contracts import (
    CanaryOutcome,
    CanaryPolicy,
    Exchange,
    Fact,
    ModelRequest,
    RouteAsk,
    RouterSpec,
    RouteTry,
    Routing,
    RoutingDecision,
    Run,
    RunEnd,
    Tier,
    user,
)
from engine.routing.decision import Router
from engine.routing.forecast import Forecast
from engine.routing.placing import Asked
from engine.routing.trials import Trials
from tests.browser.samples import START, Sample, a_run, facts_of
from workbench.bootstrap.canaries import canaries_of, tell
from workbench.settings import Settings
from workbench.store import Store
from workbench.store.queries.routing import Misroutes, episodes, misrouted
from workbench.store.queries.tried import tried

ROUTER = "desk"
ROUTED = "run-20260104-060000-4444"
ALONE = {"small": "run-20260104-020000-2222", "large": "run-20260104-040000-3333"}
TASKS = 24
CANARY = "mini-1"
SPEC = RouterSpec(
    name=ROUTER,
    tiers=(
        Tier(
            name="low",
            model="small",
            max_context_tokens=2_000,
            json_schema=True,
            input_usd=0.1,
            output_usd=0.4,
            latency_ms=300,
        ),
        Tier(
            name="high",
            model="large",
            max_context_tokens=2_000,
            json_schema=True,
            input_usd=1.0,
            output_usd=4.0,
            latency_ms=1_500,
        ),
    ),
    default_tier="low",
    quality_target=0.6,
)


class Guesser:
    """A classifier that is told by the number in the text how hard the task is."""

    digest = "c" * 32

    def forecast(self, values: Mapping[str, float], text: str) -> Forecast:
        """The more, the harder for the small model."""
        del values
        number = int("".join(filter(str.isdigit, text)) or 0)
        return Forecast({"small": 0.95 - 0.03 * number, "large": 0.9 - 0.01 * number}, 0.3)

    def failure_rate(self, model: str) -> float | None:
        """As measured once."""
        return {"small": 0.4, "large": 0.2}.get(model)


def passes(model: str, number: int) -> bool:
    """The large model knows more, though not everything."""
    return number % 5 != 4 if model == "large" else number < 14 and number % 7 != 3


def decided(number: int) -> Routing:
    """How the router came by the answer of a task; one tier was down, one answer was refused."""
    ask = RouteAsk(request=ModelRequest(messages=(user(f"Question {number}?"),)), tenant="local")
    router = Router(SPEC, Guesser(), new_id=lambda: f"{number:020x}")
    down = {"low"} if number == 5 else ()
    decision = router.decide(ask, down=down)
    tier = SPEC.tier(decision.tier)
    call = {"tier": tier.name, "model": tier.model, "latency_ms": 400.0 + 20 * number}
    tries = (RouteTry(**call, outcome="answered", tokens=120, cost_usd=0.0002),)
    if down:
        gone = RouteTry(tier="low", model="small", outcome="failed", reason="x", latency_ms=9.0)
        tries = (gone, *tries)
    decision = decision.model_copy(update={"decided_in_us": 310.0 + number})
    return Routing(decision=decision, first_tier="low", acted_tier=tier.name, tries=tries)


def routed_facts(sample: Sample) -> Iterator[Fact]:
    """An episode that the router led, its model call and its decision."""
    yield from facts_of(sample)
    routing = decided(sample.number // 2)
    exchange = Exchange(
        run_id=sample.run.run_id,
        episode_id=sample.episode_id,
        step_index=1,
        position=0,
        kind="model",
        name="router:desk",
        request={"messages": []},
        request_hash="0" * 32,
        response={"route": routing.model_dump(mode="json", exclude_defaults=True)},
        started_at=sample.started_at,
        ended_at=sample.started_at + 1,
    )
    yield exchange
    row = RoutingDecision.of(exchange)
    assert row
    yield row


def _runs() -> Iterator[tuple[Run, str]]:
    for place, (model, run_id) in enumerate(ALONE.items()):
        yield a_run(run_id, "default", model, 2.0 * place - 30, epochs=1, planned=TASKS), model
    yield a_run(ROUTED, "default", "router:desk", -26, epochs=1, planned=TASKS), ""


def route_facts() -> Iterator[Fact]:
    """The three runs."""
    for run, model in _runs():
        yield run
        for number in range(TASKS):
            tier = model or SPEC.tier(decided(number).acted_tier).model
            sample = Sample(
                run,
                2 * number,
                "triage" if number % 2 else "policy",
                0,
                passed=passes(tier, number),
                cost_usd=0.0002 if tier == "small" else 0.002,
                seconds=0.5 if tier == "small" else 1.7,
            )
            yield from facts_of(sample) if model else routed_facts(sample)
        yield RunEnd(run_id=run.run_id, status="finished", ended_at=run.started_at + 300)


def fill_routes(store: Store) -> None:
    """The runs, into a store."""
    with store.recorder() as recorder:
        recorder.add(*route_facts())


def misroutes(store: Store, run_id: str) -> Misroutes:
    """Those of one run, by what the tiers alone did."""
    led = episodes(store.lake, run_id=run_id)
    return misrouted(tried(store.lake, led), led.height)


def fill_canaries(store: Store, settings: Settings) -> None:
    """A canary that answers worse, until it is rolled back; and what was told of it."""
    canaries, draw, clock = canaries_of(settings), random.Random(0), ManualClock(START)
    trials = Trials(canaries, clock)
    names = {"router": ROUTER, "tier": "low", "baseline": "high"}
    policy = CanaryPolicy(share=0.1, max_share=0.1)
    trials.start(CANARY, **names, tenants=["local", "acme"], policy=policy)
    for number in range(3_000):
        clock.advance(60)
        place = trials.place(ROUTER, Asked("local", f"talk-{number}"))
        if place is None or place.share in {0.0, 1.0}:
            break
        good = draw.random() < (0.55 if place.arm == "canary" else 0.85)
        seen = {
            "outcome_id": f"talk-{number}",
            "canary_id": CANARY,
            "tenant": "local",
            "arm": place.arm,
            "share": place.share,
        }
        took = {"latency_ms": draw.gauss(900, 60), "cost_usd": 0.001}
        trials.observe([CanaryOutcome(**seen, quality=float(good), **took)])
    tell(trials, store)
    canaries.close()


if __name__ == "__main__":
    settings = Settings.load(home=Path(sys.argv[1]))
    with Store.open(settings) as made:
        fill_routes(made)
        fill_canaries(made, settings)
