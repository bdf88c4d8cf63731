"""Trials as a router uses them: where a conversation goes, what became of it, what a person says.

All state lies in the port `Canaries`, which several processes share. A change that another process
was quicker with is made anew on what that one left.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Final

from engine.clock import Clock
from engine.contracts import (
    Canaries,
    Canary,
    CanaryChange,
    CanaryOutcome,
    CanaryPlace,
    CanaryPolicy,
)
from engine.errors import LeaseLost
from engine.routing import canary as machine
from engine.routing.canary import Moved, Said

_TRIES: Final = 50
"""Processes that would have to be quicker one after the other before a change is given up."""
_PAGE: Final = 100

Decide = Callable[[Canary], Moved]
Seen = tuple[float, Canary | None]


class Trials:
    """The trials of a home or server; safe to use from several threads.

    What is known of a tenant's trial is read again after `sync_s` seconds: so long may a process
    send requests to a canary that another one has rolled back.
    """

    def __init__(self, canaries: Canaries, clock: Clock, *, sync_s: float = 1.0) -> None:
        self._canaries = canaries
        self._clock = clock
        self._sync_s = sync_s
        self._seen: dict[tuple[str, str], Seen] = {}
        self._lock = threading.Lock()

    def start(
        self,
        canary_id: str,
        *,
        router: str,
        tier: str,
        baseline: str,
        tenants: Sequence[str],
        policy: CanaryPolicy | None = None,
        said: Said | None = None,
    ) -> Canary:
        """Begin a trial; raises `BadInput` where it cannot be, or one of the tenants is in another.

        Several tenants are a pool: one verdict for all of them.
        """
        policy, now = policy or CanaryPolicy(), self._clock.now()
        fields = {
            "canary_id": canary_id,
            "router": router,
            "tier": tier,
            "baseline": baseline,
            "tenants": list(tenants),
            "policy": policy.model_dump(mode="json"),
            "share": policy.share,
        }
        times = dict.fromkeys(("created_at", "changed_at", "stage_at", "since"), now)
        moved = machine.begun(Canary.parse({**fields, **times}, where="canary"), said or Said(""))
        self._canaries.add(moved.canary, moved.changes)
        self._forget()
        return moved.canary

    def place(
        self,
        router: str,
        tenant: str,
        conversation: str,
        allowed: Collection[str] | None = None,
    ) -> CanaryPlace | None:
        """Where a conversation belongs; null where it takes part in no trial of this router.

        `allowed` names the tiers that the request may go to; null: any of them.
        """
        key, now = (router, tenant), self._clock.monotonic()
        found = self._seen.get(key)
        if found is None or not 0 <= now - found[0] < self._sync_s:
            found = self._seen[key] = now, self._canaries.of(router, tenant)
        canary = found[1]
        return None if canary is None else machine.place(canary, tenant, conversation, allowed)

    def observe(self, outcomes: Iterable[CanaryOutcome]) -> list[CanaryChange]:
        """Count outcomes in their trials, each once; gives what changed by them.

        Raises `NotFound` for a trial that is not there; those before it are counted.
        """
        by_trial: dict[str, list[CanaryOutcome]] = {}
        for outcome in outcomes:
            by_trial.setdefault(outcome.canary_id, []).append(outcome)
        changes: list[CanaryChange] = []
        for canary_id, own in by_trial.items():
            changes += self._change(canary_id, self._counting(own)).changes
        return changes

    def pause(self, canary_id: str, said: Said) -> Canary:
        """Give the tier on trial no more requests until the trial is resumed."""
        return self._by_hand(canary_id, machine.pause, said)

    def resume(self, canary_id: str, said: Said) -> Canary:
        """Let a paused trial run on."""
        return self._by_hand(canary_id, machine.resume, said)

    def promote(self, canary_id: str, said: Said) -> Canary:
        """Give the tier on trial every request."""
        return self._by_hand(canary_id, machine.promote, said)

    def roll_back(self, canary_id: str, said: Said) -> Canary:
        """Give the tier on trial no more requests, for good."""
        return self._by_hand(canary_id, machine.roll_back, said)

    def tell(self, sink: Callable[[CanaryChange], None]) -> int:
        """Hand each change that was not told yet to `sink`, in order; gives how many.

        One whose sink raises, or whose process is killed, is handed out again: a sink has to bear
        the same `change_id` twice.
        """
        told = 0
        while page := self._canaries.untold(_PAGE):
            for change in page:
                sink(change)
                self._canaries.told([change])
            told += len(page)
        return told

    def _counting(self, outcomes: Sequence[CanaryOutcome]) -> Decide:
        now = self._clock.now()
        return lambda canary: machine.observe(canary, outcomes, now)

    def _by_hand(
        self, canary_id: str, act: Callable[[Canary, Said, float], Moved], said: Said
    ) -> Canary:
        now = self._clock.now()
        return self._change(canary_id, lambda one: act(one, said, now)).canary

    def _change(self, canary_id: str, decide: Decide) -> Moved:
        for _ in range(_TRIES):
            moved = decide(self._canaries.get(canary_id))
            try:
                kept = self._canaries.save(moved.canary, moved.changes)
            except LeaseLost:
                continue
            if moved.changes:
                self._forget()
            return Moved(kept, moved.changes)
        raise LeaseLost(f"the canary {canary_id} is changed all the time by others")

    def _forget(self) -> None:
        """Read anew what is known of tenants: this process obeys its own changes at once."""
        with self._lock:
            self._seen = {}

    def __repr__(self) -> str:
        return f"Trials({self._canaries!r}, {len(self._seen)} tenants seen)"
