"""A trial that behaviour tables are run on."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from engine.contracts import Canary, CanaryOutcome
from engine.errors import BadInput
from engine.routing import canary as machine
from engine.routing.canary import Moved, Said
from engine.routing.placing import Asked
from engine.routing.placing import place as place_of

NAMED: dict[str, Any] = {"canary_id": "c1", "router": "main", "tier": "small", "baseline": "large"}
_IDS = count()
BY_HAND: dict[str, Callable[[Canary, Said, float], Moved]] = {
    "pause": machine.pause,
    "resume": machine.resume,
    "promote": machine.promote,
    "roll_back": machine.roll_back,
}


def outcome(canary_id: str = "c1", tenant: str = "acme", **more: Any) -> CanaryOutcome:
    """One of the control, drawn with a tenth, unless said otherwise; each with an id of its own."""
    named = {"outcome_id": f"o{next(_IDS)}", "canary_id": canary_id, "tenant": tenant}
    fields = {"arm": "control", "share": 0.1, **named}
    return CanaryOutcome(**{**fields, **more})


class Trial:
    """A canary, its clock, and what was told of it."""

    def __init__(self, policy: dict[str, Any], tenants: list[str]) -> None:
        share = policy.get("share", 0.05)
        times = dict.fromkeys(("created_at", "changed_at", "stage_at", "since"), 0.0)
        data = {**NAMED, **times, "policy": policy, "share": share, "tenants": tenants}
        self.canary = Canary.parse(data)
        self.now = 0.0
        self.told: list[str] = []

    def run(self, steps: list[dict[str, Any]]) -> None:
        """Each step in turn; raises `AssertionError` where one is not as its table says."""
        for step in steps:
            kind = next(iter(step))
            getattr(self, f"_{kind}")(step[kind], step)

    def _wait(self, seconds: float, _step: dict[str, Any]) -> None:
        self.now += seconds
        self._keep(machine.observe(self.canary, [], self.now))

    def _see(self, times: int, step: dict[str, Any]) -> None:
        """So many rounds of outcomes: nine of control to one of the canary, or all its own."""
        share = step.get("share", 0.1)
        pair = [("canary", step.get("canary", {})), ("control", step.get("control", {}))]
        per_round = {"canary": 1, "control": step.get("controls", 9 if share < 1 else 0)}
        made = [
            outcome(arm=arm, share=share, tenant=step.get("tenant", "acme"), **fields)
            for arm, fields in pair
            for _ in range(per_round[arm])
        ]
        for _ in range(times):
            self._keep(machine.observe(self.canary, made, self.now))

    def _hand(self, what: str, step: dict[str, Any]) -> None:
        act = BY_HAND[what]
        if "refused" in step:
            with pytest.raises(BadInput, match=step["refused"]):
                act(self.canary, Said("ann"), self.now)
        else:
            self._keep(act(self.canary, Said("ann"), self.now))

    def _is(self, state: str, step: dict[str, Any]) -> None:
        place = place_of(self.canary, Asked("acme", "any"))
        assert place is not None
        found = {
            "is": self.canary.state.value,
            "share": place.share,
            "late": self.canary.late,
            "cause": self.canary.cause.value,
        }
        assert {name: found[name] for name in step} == step, state

    def _keep(self, moved: Moved) -> None:
        self.canary = moved.canary
        self.told += [f"{c.before} > {c.after}: {c.cause}" for c in moved.changes[:1]]
