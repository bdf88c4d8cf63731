"""Trials of the router `desk` in every state: through the real state machine and its store.

`python -m tests.browser.trials HOME` makes a home to look at.
"""

import random
import sys
from contextlib import closing
from pathlib import Path
from typing import Final

from engine.clock import ManualClock
from engine.contracts import CanaryPolicy
from engine.routing.canary import Said
from engine.routing.trials import Trials
from tests.browser.routed import ROUTER, fill_canaries, fill_routes
from tests.browser.samples import START
from tests.spec.routing.trial import outcome
from workbench.bootstrap.canaries import canaries_of, tell
from workbench.settings import Settings
from workbench.store import Store

POOLED: Final = "pool-1"
"""Of two tenants; one is served worse and worse, though not yet for certain."""
ALONE: Final = "solo-1"
PAUSED: Final = "rest-1"
_TIERS: Final = {"router": ROUTER, "tier": "low", "baseline": "high"}
_POLICY: Final = CanaryPolicy(share=0.1, max_share=0.1)
_GOOD: Final = {"dune": (0.6, 0.85), "echo": (0.86, 0.85), "fern": (0.84, 0.85)}
"""How often answers are good of the canary and of control, by tenant."""


def see(trials: Trials, canary: str, tenants: tuple[str, ...], rounds: int) -> None:
    """So many conversations of the canary, each with nine of control."""
    draw = random.Random(7)
    for number in range(rounds):
        tenant = tenants[number % len(tenants)]
        chances = _GOOD[tenant]
        seen = [
            outcome(
                canary,
                tenant,
                arm=arm,
                quality=float(draw.random() < chance),
                latency_ms=draw.gauss(900, 60),
                cost_usd=cost,
            )
            for arm, chance, cost, times in (
                ("canary", chances[0], 0.0002, 1),
                ("control", chances[1], 0.002, 9),
            )
            for _ in range(times)
        ]
        trials.observe(seen)


def fill_trials(store: Store, settings: Settings) -> None:
    """A pool and two trials of one tenant each, one of them paused; a day after the first."""
    with closing(canaries_of(settings)) as canaries:
        trials = Trials(canaries, ManualClock(START + 86_400))
        for name, tenants in ((POOLED, ("dune", "echo")), (ALONE, ("fern",)), (PAUSED, ("gale",))):
            trials.start(name, tenants=tenants, policy=_POLICY, said=Said("ann", "try"), **_TIERS)
        see(trials, POOLED, ("dune", "echo"), 120)
        see(trials, ALONE, ("fern",), 60)
        trials.pause(PAUSED, Said("ann", "the provider is slow"))
        tell(trials, store)


if __name__ == "__main__":
    settings = Settings.load(home=Path(sys.argv[1]))
    with Store.open(settings) as made:
        fill_routes(made)
        fill_canaries(made, settings)
        fill_trials(made, settings)
