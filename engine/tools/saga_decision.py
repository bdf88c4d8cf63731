"""A person's word on a saga that is parked; no worker that knows its kind has to be there."""

from typing import Final

from engine.contracts import ErrorSpec, Saga, SagaDecision, Sagas
from engine.errors import BadInput
from engine.tools.evidence import Probed
from engine.tools.keyed import KeyedCalls
from engine.tools.saga import Move, decided, keys_of, parked_at

_GIVEN_UP: Final = "it was given up by a person"


def decide(
    sagas: Sagas, calls: KeyedCalls, saga_id: str, decision: SagaDecision, now: float
) -> Saga:
    """Let it go on, or end; what is said of the call in question is kept under the call's key.

    First the call is settled, then the saga kept: where it broke off in between, the same decision
    a second time does the rest. Raises `NotFound`, `BadInput` where the saga is not parked, or was
    begun by a version that did not keep what its steps call; `LeaseLost` where somebody else has
    decided at the same moment.
    """
    saga = sagas.get(saga_id)
    after = decided(saga, decision, now)
    move = parked_at(saga)
    if move is not None and decision.action != "retry":
        _settle(calls, saga, move, decision)
    after = after.model_copy(update={"fence": saga.fence + 1, "lease_until": now})
    sagas.save(after, seen=saga.fence)
    return after


def _settle(calls: KeyedCalls, saga: Saga, move: Move, decision: SagaDecision) -> None:
    key, undoes = keys_of(saga, move)
    if not key.tool:
        said = f"{saga.saga_id} does not tell what its step {saga.steps[move.index].name} calls"
        raise BadInput(said, hint="it was begun by an older version: decide to retry")
    error = None
    if decision.action == "give_up":
        error = ErrorSpec(code="tool_error", message=decision.note or _GIVEN_UP)
    calls.settle(
        key, Probed(decision.action == "happened", decision.result), undoes=undoes, error=error
    )
