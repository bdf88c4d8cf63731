"""Trials as a router uses them: where a conversation goes, what became of it, what a person says.

All state lies in the port `Canaries`, which several processes share. A change that another process
was quicker with is made anew on what that one left.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from engine.clock import Clock
from engine.contracts import (
    Canaries,
    Canary,
    CanaryChange,
    CanaryOutcome,
    CanaryPlace,
    CanaryPolicy,
    CanaryState,
)
from engine.errors import LeaseLost, StoreError
from engine.routing import canary as machine
from engine.routing.canary import Moved, Said
from engine.routing.placing import Asked, placed
from engine.telemetry import get_logger

_TRIES: Final = 50
"""Processes that would have to be quicker one after the other before a change is given up."""
_PAGE: Final = 100
_AT_ONCE: Final = 10
"""Outcomes that stakes are set for by those before them: the fewer, the sooner harm shows."""

Decide = Callable[[Canary], Moved]


@dataclass(frozen=True, slots=True)
class _Seen:
    """The trials of a tenant with a router, as they were read at a time."""

    at: float
    trials: Sequence[Canary]


class Trials:
    """The trials of a home or server; safe to use from several threads.

    What is known of a tenant's trials is read again after `sync_s` seconds: so long may a process
    send requests to a canary that another one has rolled back. Where it cannot be read no trial
    runs: of what was known before promotions and rollbacks hold, for no request is to be lost.
    """

    def __init__(self, canaries: Canaries, clock: Clock, *, sync_s: float = 1.0) -> None:
        self._canaries = canaries
        self._clock = clock
        self._sync_s = sync_s
        self._seen: dict[tuple[str, str], _Seen] = {}
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

    def place(self, router: str, request: Asked) -> CanaryPlace | None:
        """Where a conversation belongs; null where it takes part in no trial of this router."""
        return placed(self._trials(router, request.tenant), request)

    def observe(self, outcomes: Iterable[CanaryOutcome]) -> list[CanaryChange]:
        """Count outcomes in their trials, each once by its id; gives what changed by them.

        Raises `NotFound` for a trial that is not there; those before it are counted.
        """
        by_trial: dict[str, list[CanaryOutcome]] = {}
        for outcome in outcomes:
            by_trial.setdefault(outcome.canary_id, []).append(outcome)
        changes: list[CanaryChange] = []
        for canary_id, own in by_trial.items():
            while found := self._change(canary_id, self._counting(canary_id, own)).changes:
                changes += found
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

    def _trials(self, router: str, tenant: str) -> Sequence[Canary]:
        key, now = (router, tenant), self._clock.monotonic()
        found = self._seen.get(key)
        if found is None or not 0 <= now - found.at < self._sync_s:
            found = self._seen[key] = _Seen(now, self._read(key, found))
        return found.trials

    def _read(self, key: tuple[str, str], before: _Seen | None) -> Sequence[Canary]:
        try:
            return self._canaries.of(*key)
        except StoreError as error:
            get_logger().warning("canaries_unreadable", error=str(error), router=key[0])
            running = CanaryState.RUNNING
            return [one for one in before.trials if one.state is not running] if before else ()

    def _counting(self, canary_id: str, outcomes: Sequence[CanaryOutcome]) -> Decide:
        now = self._clock.now()

        def counted(canary: Canary) -> Moved:
            """Up to the first change: each is kept by itself."""
            known = self._canaries.counted(canary_id, [one.outcome_id for one in outcomes])
            fresh = {one.outcome_id: one for one in outcomes if one.outcome_id not in known}
            moved = machine.observe(canary, [], now)
            left = list(fresh.values())
            while left and not moved.changes:
                some, left = left[:_AT_ONCE], left[_AT_ONCE:]
                ids = tuple(one.outcome_id for one in some)
                after = machine.observe(moved.canary, some, now)
                moved = replace(after, counted=(*moved.counted, *ids))
            return moved

        return counted

    def _by_hand(
        self, canary_id: str, act: Callable[[Canary, Said, float], Moved], said: Said
    ) -> Canary:
        now = self._clock.now()
        return self._change(canary_id, lambda one: act(one, said, now)).canary

    def _change(self, canary_id: str, decide: Decide) -> Moved:
        for _ in range(_TRIES):
            before = self._canaries.get(canary_id)
            moved = decide(before)
            if moved == Moved(before):
                return moved
            try:
                kept = self._canaries.save(moved.canary, moved.changes, moved.counted)
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
