"""How a saga goes on: decided purely, from what is kept of it and from what a call came to.

running ──────────────────────────────> done
│ a step failed for good                        retry
└──> compensating ──────────────────> compensated  ┌──── parked
└── a compensation failed for good ──────┴──> (a person decides)
"""

from dataclasses import dataclass
from typing import Any

from engine.contracts import (
    CallKey,
    ErrorSpec,
    Json,
    Saga,
    SagaDecision,
    SagaState,
    SagaStep,
    StepState,
)
from engine.errors import BadInput

_AHEAD = frozenset({"pending", "running"})
_BEHIND = frozenset({"done", "compensating"})


@dataclass(frozen=True, slots=True)
class Move:
    """The next call of a saga: a step, or what undoes it."""

    index: int
    undo: bool


def next_move(saga: Saga) -> Move | None:
    """What is to be called; null where nothing is left in the present direction."""
    if not saga.backward:
        ahead = (i for i, step in enumerate(saga.steps) if step.state in _AHEAD)
        return next((Move(i, undo=False) for i in ahead), None)
    behind = [i for i, s in enumerate(saga.steps) if s.state in _BEHIND and s.compensable]
    return Move(behind[-1], undo=True) if behind else None


def begun(saga: Saga, move: Move, now: float) -> Saga:
    """The call is about to be made."""
    step = saga.steps[move.index]
    state: StepState = "compensating" if move.undo else "running"
    attempts = step.attempts if step.state == state else 0
    return _with(saga, move, now, state=state, attempts=attempts)


def succeeded(saga: Saga, move: Move, result: Json, now: float) -> Saga:
    """The call has been made, now or before."""
    if move.undo:
        return _ended(_with(saga, move, now, state="compensated", undone=result), now)
    return _ended(_with(saga, move, now, state="done", result=result), now)


def waiting(
    saga: Saga, move: Move, error: ErrorSpec, *, now: float, due_at: float, attempts: int
) -> Saga:
    """The call is to be tried again then, after so many that have failed."""
    after = _with(saga, move, now, error=error, attempts=attempts)
    return after.model_copy(update={"due_at": due_at})


def failed(saga: Saga, move: Move, error: ErrorSpec, now: float) -> Saga:
    """The call has failed for good, without effect.

    A step turns the saga round; what undoes one waits for a person.
    """
    if move.undo:
        return _parked(_with(saga, move, now, state="parked", error=error))
    return _ended(_turned(_with(saga, move, now, state="failed", error=error)), now)


def unknown(saga: Saga, move: Move, error: ErrorSpec, now: float) -> Saga:
    """Nobody can tell whether the call had its effect: a person has to."""
    return _parked(_with(saga, move, now, state="unknown", error=error))


def parked_at(saga: Saga) -> Move | None:
    """The call that waits for a person."""
    at = (i for i, step in enumerate(saga.steps) if step.state in {"unknown", "parked"})
    return next((Move(i, undo=saga.backward) for i in at), None)


def keys_of(saga: Saga, move: Move) -> tuple[CallKey, CallKey | None]:
    """The key of a call of a saga, and that of the call that it undoes."""
    step = saga.steps[move.index]
    own = CallKey(tenant=saga.tenant, tool=step.tool, key=f"{saga.saga_id}/{step.name}")
    if not move.undo:
        return own, None
    key = f"{own.key}/undo-{step.round}"
    return CallKey(tenant=saga.tenant, tool=step.undo_tool, key=key), own


def decided(saga: Saga, decision: SagaDecision, now: float) -> Saga:
    """The saga after a person's word, due at once; raises `BadInput` where it is not parked."""
    move = parked_at(saga)
    if saga.state != "parked" or move is None:
        raise BadInput(
            f"{saga.saga_id} is {saga.state}", hint="only a parked saga is decided about"
        )
    state: SagaState = "compensating" if saga.backward else "running"
    kept = {"state": state, "due_at": now, "decisions": (*saga.decisions, decision)}
    saga = saga.model_copy(update=kept)
    if decision.action == "happened":
        return succeeded(saga, move, decision.result, now)
    if decision.action == "give_up" and move.undo:
        return _ended(_with(saga, move, now, state="given_up"), now)
    if decision.action in {"not_happened", "give_up"} and not move.undo:
        said = ErrorSpec(code="error", message=decision.note or "it did not happen")
        return failed(saga, move, said, now)
    step = saga.steps[move.index]
    again: StepState = "compensating" if move.undo else "running"
    anew = step.round + (step.state == "parked")
    return _with(saga, move, now, state=again, attempts=0, round=anew)


def _with(saga: Saga, move: Move, now: float, **changes: Any) -> Saga:
    step = saga.steps[move.index].model_copy(update={**changes, "changed_at": now})
    steps = (*saga.steps[: move.index], step, *saga.steps[move.index + 1 :])
    return saga.model_copy(update={"steps": steps, "changed_at": now})


def _turned(saga: Saga) -> Saga:
    return saga.model_copy(update={"backward": True, "state": "compensating"})


def _parked(saga: Saga) -> Saga:
    return saga.model_copy(update={"state": "parked"})


def _ended(saga: Saga, now: float) -> Saga:
    """In its last state where nothing is left to call; due at once otherwise."""
    if next_move(saga) is None:
        state: SagaState = "compensated" if saga.backward else "done"
        return saga.model_copy(update={"state": state})
    return saga.model_copy(update={"due_at": now})


def checked_steps(steps: tuple[SagaStep, ...]) -> tuple[SagaStep, ...]:
    """The steps as they are; raises `BadInput` where there is none, or two have one name."""
    if not steps or len({step.name for step in steps}) < len(steps):
        raise BadInput("a saga has at least one step, and each has a name of its own")
    return steps
