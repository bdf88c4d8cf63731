"""Leads sagas on, one call at a time; what is kept before and after each is enough to go on from.

Several workers share a queue. A lease keeps each saga at one of them; its fence grows with each
that takes it up, so that what a worker writes who was thought dead is refused. That a call under
way is not made a second time is what its key sees to (`engine.tools.keyed`).
"""

import asyncio
from collections.abc import Callable, Iterable
from random import Random
from typing import Final
from uuid import uuid4

from engine.clock import Clock
from engine.contracts import ErrorSpec, Json, JsonObject, Saga, SagaDecision, Sagas
from engine.contracts.saga import OPEN
from engine.errors import CallInFlight, DeadlineExceeded, EffectUnknown, LeaseLost, NotFound
from engine.tools.keyed import Held, KeyedCall, KeyedCalls, Run, StoredError
from engine.tools.saga import Move, begun, failed, keys_of, next_move, succeeded, waiting
from engine.tools.saga import unknown as not_known
from engine.tools.saga_decision import decide
from engine.tools.saga_spec import Act, SagaSpec, view_of

_KEEP_S: Final = 30 * 86_400.0
"""The end of a saga's call is kept for so long: longer than any saga takes."""
_LOOK_S: Final = 0.1
"""Seconds until a call that somebody else had is looked at again, at least."""
_FIRST_S: Final = 60.0
"""A saga that was taken up is at its first call within that time."""


class SagaWorker:
    """Takes sagas of the kinds it knows from the queue and leads them on.

    `on_change` is told of each saga as it is kept; it must not raise.
    """

    def __init__(
        self,
        sagas: Sagas,
        calls: KeyedCalls,
        specs: Iterable[SagaSpec],
        *,
        clock: Clock,
        rng: Random,
        margin_s: float = 5.0,
        on_change: Callable[[Saga], None] | None = None,
    ) -> None:
        self._sagas = sagas
        self._calls = calls
        self._specs = {spec.kind: spec for spec in specs}
        self._clock = clock
        self._rng = rng
        self._margin_s = margin_s
        self._on_change = on_change
        self._owner = uuid4().hex

    def submit(
        self, kind: str, given: JsonObject, *, saga_id: str | None = None, tenant: str = "local"
    ) -> Saga:
        """Put a saga into the queue; one of that id that is there already is given as it is.

        Raises `NotFound` where the kind is not known.
        """
        now = self._clock.now()
        saga = Saga(
            saga_id=saga_id or f"saga-{uuid4().hex[:12]}",
            kind=kind,
            tenant=tenant,
            input=given,
            steps=self._spec(kind).new_steps(),
            created_at=now,
            changed_at=now,
            due_at=now,
        )
        return self._sagas.add(saga)

    async def work(self) -> Saga | None:
        """Take up a saga that is due and lead it on until it ends, is parked or has to wait.

        Gives it as it is then; null where none was due. Where another has taken it over in the
        meantime it is left to them.
        """
        saga = self._sagas.claim(
            self._owner, list(self._specs), _FIRST_S + self._margin_s, self._clock.now()
        )
        if saga is None:
            return None
        self._spec(saga.kind).fits(saga)
        try:
            move = next_move(saga)
            while move and saga.state in OPEN and saga.due_at <= self._clock.now():
                saga = await self._moved(saga, move)
                move = next_move(saga)
        except LeaseLost:
            return self._sagas.get(saga.saga_id)
        return saga

    async def drain(self) -> int:
        """Lead sagas on until none of these kinds is open; gives how often one was taken up."""
        taken = 0
        while True:
            if await self.work() is not None:
                taken += 1
                continue
            due_at = self._sagas.next_due(list(self._specs))
            if due_at is None:
                return taken
            await self._clock.sleep(max(0.01, due_at - self._clock.now()))

    def decide(self, saga_id: str, decision: SagaDecision) -> Saga:
        """Let a parked saga go on by a person's word; raises `BadInput`, `NotFound`."""
        saga = decide(self._sagas, self._calls, saga_id, decision, self._clock.now())
        if self._on_change is not None:
            self._on_change(saga)
        return saga

    async def _moved(self, saga: Saga, move: Move) -> Saga:
        """Make one call, and keep what came of it."""
        act = self._act(saga, move)
        saga = begun(saga, move, self._clock.now())
        lease_until = self._clock.now() + act.patience.limit_s + 2 * self._margin_s
        saga = self._kept(saga.model_copy(update={"lease_until": lease_until}))
        run = _Limited(act)
        try:
            answer = await self._answered(saga, move, act, run)
        except Exception as error:  # noqa: BLE001 - it decides how the saga goes on
            if isinstance(error, CallInFlight | LeaseLost) and not run.begun:
                return self._kept(self._behind(saga, move, error))
            return self._kept(self._after(saga, move, act, error))
        return self._kept(succeeded(saga, move, answer, self._clock.now()))

    async def _answered(self, saga: Saga, move: Move, act: Act, run: Run) -> Json:
        """What the call answers, now or when it was made; found out where it is tried no more."""
        call = self._call(saga, move)
        if saga.steps[move.index].attempts >= act.patience.attempts:
            record = await self._calls.found_out(call, act.probe)
            if record is not None and record.state == "failed" and record.error is not None:
                raise StoredError(record.error)
            if record is not None:
                return record.result
        return (await self._calls.call(call, run, act.probe)).result

    def _behind(self, saga: Saga, move: Move, error: CallInFlight | LeaseLost) -> Saga:
        """The call is somebody else's, a worker's that was replaced: wait until it is over."""
        now, attempts = self._clock.now(), saga.steps[move.index].attempts
        due_at = now + max(_LOOK_S, getattr(error, "retry_after_s", 0.0))
        spec = ErrorSpec.of(error)
        return waiting(saga, move, spec, now=now, due_at=due_at, attempts=attempts)

    def _after(self, saga: Saga, move: Move, act: Act, error: Exception) -> Saga:
        """How the saga goes on after a call that raised."""
        now, spec, step = self._clock.now(), ErrorSpec.of(error), saga.steps[move.index]
        if isinstance(error, EffectUnknown):
            return not_known(saga, move, spec, now)
        sure = act.effect == "read_only" or getattr(error, "no_effect", False)
        attempts = step.attempts + 1 if _again(act, error, sure=sure) else act.patience.attempts
        if attempts < act.patience.attempts or not (sure or step.attempts >= act.patience.attempts):
            wait_s = act.patience.wait_s(attempts, self._rng.random())
            return waiting(saga, move, spec, now=now, due_at=now + wait_s, attempts=attempts)
        return failed(saga, move, spec, now) if sure else not_known(saga, move, spec, now)

    def _call(self, saga: Saga, move: Move) -> KeyedCall:
        act = self._act(saga, move)
        key, undoes = keys_of(saga, move)
        return KeyedCall(
            key,
            act.arguments(view_of(saga)),
            effect=act.effect,
            limit_s=act.patience.limit_s,
            scope=saga.saga_id,
            keep_s=_KEEP_S,
            undoes=undoes,
        )

    def _act(self, saga: Saga, move: Move) -> Act:
        step = self._spec(saga.kind).steps[move.index]
        return step.compensation if move.undo and step.compensation else step.act

    def _spec(self, kind: str) -> SagaSpec:
        if kind not in self._specs:
            known = ", ".join(sorted(self._specs)) or "none"
            raise NotFound(f"no saga of the kind {kind!r}", hint=f"kinds: {known}")
        return self._specs[kind]

    def _kept(self, saga: Saga) -> Saga:
        """Keep a saga; one that nobody is at work on is free to be taken up."""
        now = self._clock.now()
        if saga.state not in OPEN or saga.due_at > now:
            saga = saga.model_copy(update={"lease_until": now})
        self._sagas.save(saga)
        if self._on_change is not None:
            self._on_change(saga)
        return saga

    def __repr__(self) -> str:
        return f"SagaWorker({', '.join(self._specs)})"


def _again(act: Act, error: Exception, *, sure: bool) -> bool:
    """Whether another call is worth making."""
    retryable = getattr(error, "retryable", False) or isinstance(error, DeadlineExceeded)
    return retryable or (not sure and act.effect == "idempotent")


class _Limited:
    """The call of an act under its limit; `DeadlineExceeded` in place of the limit's own error."""

    def __init__(self, act: Act) -> None:
        self._act = act
        self.begun = False

    async def __call__(self, held: Held) -> Json:
        self.begun = True
        limit_s = self._act.patience.limit_s
        scope = asyncio.timeout(limit_s)
        try:
            async with scope:
                return await self._act.run(held)
        except TimeoutError:
            if not scope.expired():
                raise
            said = f"{self._act.tool} gave no answer within {limit_s:g} s"
            raise DeadlineExceeded(said) from None
