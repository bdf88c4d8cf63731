"""A call made at most once under its key: written down before, and found out about after a crash.

Order of what is kept, each durable before the next:

    key taken ─> intent ─> the call ─> effect ─> key done ─> done
              a             b           c          d

A process that dies at `a` has done nothing; at `b` nobody knows, and the tool's probe or a person
has to say; at `c` the journal knows; at `d` the key does. Undoing a call is a call with a key of
its own, written into the entry of the one that it undoes (compensating, compensated).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Literal
from uuid import uuid4

from engine.clock import Clock
from engine.contracts import (
    CallKey,
    Ending,
    ErrorSpec,
    IdempotencyKeys,
    Intent,
    Journal,
    Json,
    JsonObject,
    KeyAsk,
    KeyRecord,
    Taken,
    ToolEffect,
)
from engine.errors import CallInFlight, EffectUnknown, KeyReused, LeaseLost, WorkbenchError
from engine.tools.evidence import Probed, Trace
from engine.tools.idempotency import LIVE, fingerprint

_POLL_S: Final = 0.05
"""How often a caller looks who waits for somebody else's call to end."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a call is made under; a tool that takes a key or a fence gets them from here."""

    key: CallKey
    fence: int
    arguments: JsonObject


Run = Callable[[Held], Awaitable[Json]]
Probe = Callable[[Held], Awaitable[Probed]]


@dataclass(frozen=True, slots=True)
class KeyedCall:
    """A call to be made at most once."""

    key: CallKey
    arguments: JsonObject
    effect: ToolEffect = "destructive"
    limit_s: float = 30.0
    """Seconds after which the caller ends the call; it is the caller who sees to it."""
    scope: str = ""
    keep_s: float = 86_400.0
    wait_s: float = 0.0
    """Seconds to wait for the same call of somebody else's."""
    undoes: CallKey | None = None
    shown: JsonObject | None = None
    """The arguments as the journal may show them; null: as they are."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tool answered, now or when the call was made."""

    result: Json
    replayed: bool


class KeyedCalls:
    """Makes calls under keys; a journal makes fewer of them unknown after a crash.

    `margin_s` is what a lease is longer than the call's limit: for clocks that differ, and for
    requests that arrive after their sender has given up.
    """

    def __init__(
        self,
        keys: IdempotencyKeys,
        journal: Journal | None = None,
        *,
        clock: Clock,
        margin_s: float = 5.0,
    ) -> None:
        self._keys = keys
        self._journal = journal
        self._clock = clock
        self._margin_s = margin_s

    async def call(self, call: KeyedCall, run: Run, probe: Probe | None = None) -> Answer:
        """Make the call, or give the stored answer of it.

        Raises `KeyReused`, `CallInFlight`, `EffectUnknown` where it is not made, `LeaseLost` where
        it was taken over, the stored error as a `StoredError`, and whatever `run` raises.
        """
        taken = await self._taken(call)
        if taken.verdict == "unknown":
            settled = await self._settled(call, taken.record, probe)
            if settled.state == "done":
                return Answer(settled.result, replayed=True)
            taken = self._take(call)
        if taken.verdict == "run":
            return await self._made(call, taken.record, run)
        return _refusal_or_answer(taken, self._clock.now())

    async def found_out(self, call: KeyedCall, probe: Probe | None = None) -> KeyRecord | None:
        """How a call has ended that may have been begun; it is not made. Null: never begun.

        Raises `CallInFlight` while it may still be under way, `EffectUnknown` where nobody can
        tell.
        """
        record = self._keys.get(call.key, self._clock.now())
        if record is None or record.state in {"done", "failed"}:
            return record
        if record.lease_until > self._clock.now():
            raise _busy(record, self._clock.now())
        return await self._settled(call, record, probe)

    def settle(
        self,
        key: CallKey,
        probed: Probed,
        *,
        undoes: CallKey | None = None,
        error: ErrorSpec | None = None,
    ) -> KeyRecord | None:
        """Keep what a person says has become of a call that has no end; gives it as it is then.

        `error` is what callers of one that did not happen are told from then on; without one it is
        made again when it is next asked for. Undoing that failed, and that they have seen to
        themselves, is written into the journal. Null where there is no such call.
        """
        record = self._keys.get(key, self._clock.now())
        if record is None or probed.happened is None:
            return record
        trace = Trace(self._journal, record, undoes, now=self._clock.now)
        if record.state in LIVE:
            trace.evidence()
            return self._told(trace, record, probed, error)
        if record.state == "failed" and probed.happened:
            trace.undone_by_hand(probed.result)
        return record

    async def _taken(self, call: KeyedCall) -> Taken:
        """Take the call, waiting for somebody else's to end for as long as it may."""
        until = self._clock.monotonic() + call.wait_s
        taken = self._take(call)
        while taken.verdict == "busy" and self._clock.monotonic() < until:
            await self._clock.sleep(_POLL_S)
            taken = self._take(call)
        return taken

    def _take(self, call: KeyedCall) -> Taken:
        return self._keys.take(self._ask(call), self._clock.now())

    def _ask(self, call: KeyedCall) -> KeyAsk:
        return KeyAsk(
            tenant=call.key.tenant,
            tool=call.key.tool,
            key=call.key.key,
            fingerprint=fingerprint(call.arguments),
            owner=uuid4().hex,
            lease_s=call.limit_s + self._margin_s,
            retake=call.effect != "destructive",
            keep_s=call.keep_s,
        )

    async def _made(self, call: KeyedCall, held: KeyRecord, run: Run) -> Answer:
        trace = Trace(self._journal, held, call.undoes, now=self._clock.now)
        trace.begin(_intent(call, held))
        if self._clock.now() >= held.lease_until:  # it stood still for that long since it was taken
            raise LeaseLost(f"the lease of the call {held.key} ran out before it was made")
        try:
            result = await run(Held(call.key, held.fence, call.arguments))
        except Exception as error:
            self._failed(call, held, trace, error)
            raise
        except BaseException:  # cancelled: what was sent may have its effect
            self._finish(held, Ending(state="unknown"))
            raise
        trace.effect(result)
        self._finish(held, Ending(state="done", result=result))
        trace.done()
        return Answer(result, replayed=False)

    def _failed(self, call: KeyedCall, held: KeyRecord, trace: Trace, error: Exception) -> None:
        state: Literal["failed", "unknown"] = "unknown"
        if call.effect == "read_only" or getattr(error, "no_effect", False):
            state = "failed"
            trace.failed()
        self._finish(held, Ending(state=state, error=ErrorSpec.of(error)))

    async def _settled(self, call: KeyedCall, record: KeyRecord, probe: Probe | None) -> KeyRecord:
        """Find out what became of a call, and keep it; raises `EffectUnknown`."""
        trace = Trace(self._journal, record, call.undoes, now=self._clock.now)
        probed = trace.evidence()
        if probed.happened is None and probe is not None:
            probed = await probe(Held(call.key, record.fence, call.arguments))
        if probed.happened is None:
            raise EffectUnknown(
                f"{record.tool} was called as {record.key} and may have had its effect",
                hint="see what it did, then settle the call",
            )
        return self._told(trace, record, probed)

    def _told(
        self, trace: Trace, record: KeyRecord, probed: Probed, error: ErrorSpec | None = None
    ) -> KeyRecord:
        trace.settle(probed)
        settled = self._finish(record, _ending(probed, error))
        trace.done()
        return settled

    def _finish(self, held: KeyRecord, ending: Ending) -> KeyRecord:
        return self._keys.finish(held, ending, self._clock.now())

    def __repr__(self) -> str:
        return f"KeyedCalls({self._keys!r}, {self._journal!r})"


class StoredError(WorkbenchError):
    """The call ended with this error when it was made; it is not made again."""

    no_effect = True

    def __init__(self, spec: ErrorSpec) -> None:
        super().__init__(spec.message)
        self.code = spec.code
        self.spec = spec


def _refusal_or_answer(taken: Taken, now: float) -> Answer:
    record = taken.record
    if record.state == "done" and taken.verdict == "replay":
        return Answer(record.result, replayed=True)
    if taken.verdict == "replay":
        raise StoredError(record.error or ErrorSpec(code="error", message="it failed"))
    if taken.verdict == "other_arguments":
        raise KeyReused(
            f"the key {record.key} belongs to a call of {record.tool} with other arguments",
            hint="a new call needs a new key",
        )
    raise _busy(record, now)


def _busy(record: KeyRecord, now: float) -> CallInFlight:
    return CallInFlight(
        f"the call {record.key} of {record.tool} is being made",
        hint="ask again later, or wait for it",
        retry_after_s=max(0.0, record.lease_until - now),
    )


def _intent(call: KeyedCall, held: KeyRecord) -> Intent:
    return Intent(
        tenant=held.tenant,
        tool=held.tool,
        key=held.key,
        arguments=call.arguments if call.shown is None else call.shown,
        scope=call.scope,
        owner=held.owner,
        due_at=held.lease_until,
    )


def _ending(probed: Probed, error: ErrorSpec | None) -> Ending:
    if probed.happened:
        return Ending(state="done", result=probed.result)
    if error is not None:
        return Ending(state="failed", error=error)
    message = "it was begun and did not happen"
    return Ending(state="failed", error=ErrorSpec(code="error", message=message, retryable=True))
