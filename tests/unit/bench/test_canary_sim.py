"""The simulation of canaries is of the canaries that the engine leads."""

import numpy as np

from engine.contracts import Canary, CanaryState
from engine.routing.canary import observe
from engine.routing.canary_evidence import asked, evidence
from pipelines.bench.router.canary_sim import LOOK, POLICY, SHARE, Arms, drawn, simulated
from tests.spec.routing.trial import NAMED, outcome


def test_the_simulation_bets_as_the_engine_does() -> None:
    """On the same outcomes both come to the same evidence, look by look, and to the same z."""
    rng, arms = np.random.default_rng(0), Arms.of("quality", 1)
    times = dict.fromkeys(("created_at", "changed_at", "stage_at", "since"), 0.0)
    canary = Canary(**NAMED, **times, tenants=("acme",), share=SHARE, policy=POLICY)
    for look in range(30):
        treated = rng.random((1, LOOK)) < SHARE
        harm = drawn(0.1, 0.8)(rng, treated)["quality"]
        arms.see(harm, treated)
        pairs = zip(treated[0], harm[0], strict=True)
        seen = [outcome(arm="canary" if t else "control", quality=1 - h) for t, h in pairs]
        canary = observe(canary, seen, float(look)).canary
        assert np.isclose(asked(canary, "quality").worse.log_e, arms.log_e[0])
        if canary.state is not CanaryState.RUNNING:
            break
    [told] = [one for one in evidence(canary) if one.metric == "quality"]
    assert np.isclose(told.canary_mean or 0.0, 1 - arms.harm[1, 0] / arms.count[1, 0])


def test_a_healthy_canary_stays_and_a_bad_one_goes() -> None:
    """In a short simulation; the peeking test rolls back many a healthy one."""
    healthy = simulated(drawn(0.0, 0.8), 2_000, seed=0)
    assert (healthy.ours >= 0).mean() < 0.02
    assert (healthy.peeking >= 0).mean() > 0.15
    assert (simulated(drawn(0.3, 0.8), 2_000, seed=0).ours >= 0).mean() > 0.99
