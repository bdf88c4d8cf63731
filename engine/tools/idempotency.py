"""What becomes of a call under an idempotency key: decided purely, kept elsewhere.

take                 finish
(none) ─────> in_flight ─────────────> done ──┐ replayed, forgotten after `keep_s`
│     └───────────────> failed ┘ taken again where its error is retryable
│ lease over  ┌───────> done | failed     a probe, the journal, a person, or its
└──────────> unknown ──────────────       holder after all
└ take, of a tool that may be called again ──> in_flight
"""

import threading
from collections.abc import Mapping
from typing import Final, Protocol

from engine.contracts import (
    CallKey,
    Ending,
    Json,
    JsonObject,
    KeyAsk,
    KeyRecord,
    Taken,
    Verdict,
    canonical,
    digest,
)
from engine.errors import LeaseLost

LIVE: Final = frozenset({"in_flight", "unknown"})
"""States without an end."""


def fingerprint(arguments: JsonObject) -> str:
    """Digest of the canonical arguments: equal arguments, equal digest."""
    return digest(canonical(arguments))


def derived_key(tenant: str, tool: str, arguments: JsonObject, scope: str) -> str:
    """A key for a call that was given none: the same call in the same scope has the same.

    `scope` is an episode and the place in it, or whatever else tells one intended call from a
    second one that is meant to happen as well.
    """
    return digest(canonical([tenant, tool, scope, arguments]))


class Named(Protocol):
    """A record that names a call."""

    @property
    def tenant(self) -> str: ...  # noqa: D102
    @property
    def tool(self) -> str: ...  # noqa: D102
    @property
    def key(self) -> str: ...  # noqa: D102


def key_of(named: Named) -> CallKey:
    """The name of the call alone."""
    return CallKey(tenant=named.tenant, tool=named.tool, key=named.key)


def take(found: KeyRecord | None, ask: KeyAsk, now: float) -> Taken:
    """What the caller is to do, and the record that is to be kept from now on."""
    if found is None or forgotten(found, now):
        return Taken(verdict="run", record=_held(ask, 1, now))
    verdict = _verdict(found, ask, now)
    if verdict != "other_arguments" and (found.state, found.owner) == ("in_flight", ask.owner):
        return Taken(verdict="run", record=found)  # the answer was lost on its way
    if verdict == "run":
        return Taken(verdict=verdict, record=_held(ask, found.fence + 1, now))
    if verdict == "unknown" and found.state == "in_flight":
        found = found.model_copy(update={"state": "unknown", "changed_at": now})
    return Taken(verdict=verdict, record=found)


def _verdict(found: KeyRecord, ask: KeyAsk, now: float) -> Verdict:
    if found.fingerprint != ask.fingerprint:
        return "other_arguments"
    if found.state == "done":
        return "replay"
    if found.state == "failed":
        return "run" if found.error and found.error.retryable else "replay"
    if found.state == "unknown" and ask.retake:
        return "run"
    if found.lease_until > now:  # what was sent may still arrive
        return "busy"
    return "run" if ask.retake else "unknown"


def _held(ask: KeyAsk, fence: int, now: float) -> KeyRecord:
    return KeyRecord(
        tenant=ask.tenant,
        tool=ask.tool,
        key=ask.key,
        fingerprint=ask.fingerprint,
        owner=ask.owner,
        state="in_flight",
        fence=fence,
        lease_until=now + ask.lease_s,
        retake=ask.retake,
        keep_s=ask.keep_s,
        changed_at=now,
    )


def finish(found: KeyRecord | None, held: KeyRecord, ending: Ending, now: float) -> KeyRecord:
    """The record with its end; raises `LeaseLost` where `held` is not what is kept.

    The same end a second time changes nothing.
    """
    if found is None or (found.fence, found.owner) != (held.fence, held.owner):
        raise lost(held)
    if found.state not in LIVE:
        if (found.state, found.result, found.error) == (ending.state, ending.result, ending.error):
            return found
        raise LeaseLost(f"the call {held.key} of {held.tool} is {found.state} already")
    return found.model_copy(update=ended(held, ending, now))


def ended(held: KeyRecord, ending: Ending, now: float) -> Mapping[str, Json | object]:
    """What an end changes of a record."""
    return {
        "state": ending.state,
        "result": ending.result,
        "error": ending.error,
        "changed_at": now,
        "expires_at": None if ending.state == "unknown" else now + held.keep_s,
    }


def forgotten(record: KeyRecord, now: float) -> bool:
    """Whether its end has been kept for long enough."""
    return record.expires_at is not None and record.expires_at <= now


def in_doubt(record: KeyRecord, now: float) -> bool:
    """Whether people are to look at it."""
    return record.state in LIVE and not record.retake and record.lease_until <= now


def lost(held: KeyRecord) -> LeaseLost:
    """Somebody else has it."""
    said = f"the call {held.key} of {held.tool} was taken again"
    return LeaseLost(said, hint="its lease had run out: give it more time")


class MemoryKeys:
    """The port `IdempotencyKeys` in this process alone, gone when it ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._records: dict[CallKey, KeyRecord] = {}

    def take(self, ask: KeyAsk, now: float) -> Taken:
        """What the caller is to do; at most one of all who ask at once is told to run."""
        key = key_of(ask)
        with self._lock:
            taken = take(self._records.get(key), ask, now)
            self._records[key] = taken.record
        return taken

    def finish(self, held: KeyRecord, ending: Ending, now: float) -> KeyRecord:
        """Keep how a taken or unknown call ended; raises `LeaseLost`."""
        key = key_of(held)
        with self._lock:
            self._records[key] = record = finish(self._records.get(key), held, ending, now)
        return record

    def get(self, key: CallKey, now: float) -> KeyRecord | None:
        """The call as it is kept; null where it is not, or no longer."""
        with self._lock:
            found = self._records.get(key)
        return None if found is None or forgotten(found, now) else found

    def doubtful(self, now: float, limit: int = 100) -> list[KeyRecord]:
        """Calls that may or may not have had their effect, and are never simply made again."""
        with self._lock:
            found = [record for record in self._records.values() if in_doubt(record, now)]
        return sorted(found, key=lambda record: record.lease_until)[:limit]

    def prune(self, now: float) -> int:
        """Drop ends that have been kept for long enough; gives how many."""
        with self._lock:
            before = len(self._records)
            self._records = {k: r for k, r in self._records.items() if not forgotten(r, now)}
            return before - len(self._records)

    def close(self) -> None:
        """Nothing is held."""

    def __repr__(self) -> str:
        return f"MemoryKeys({len(self._records)} calls)"
