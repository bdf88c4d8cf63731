"""The port `Sagas` on every implementation."""

import pytest

from engine.contracts import Saga, Sagas, SagaStep
from engine.errors import LeaseLost, NotFound


def saga(name: str = "s1", *, kind: str = "trip", due_at: float = 100.0) -> Saga:
    return Saga(
        saga_id=name,
        kind=kind,
        input={"big": 10**30, "text": "ü"},
        steps=(SagaStep(name="hotel", compensable=True),),
        created_at=due_at,
        changed_at=due_at,
        due_at=due_at,
    )


def claimed(sagas: Sagas, now: float, owner: str = "a") -> Saga | None:
    return sagas.claim(owner, ["trip"], 10.0, now)


def test_a_saga_is_added_once(sagas: Sagas) -> None:
    """One of the same id is given as it is kept."""
    first = sagas.add(saga())
    assert sagas.add(saga(due_at=999.0)) == first == sagas.get("s1") == saga()


def test_the_saga_due_for_longest_is_taken_up(sagas: Sagas) -> None:
    """Of the kinds asked for, and none before it is due."""
    for name, kind, due_at in (("x", "other", 1.0), ("b", "trip", 120.0), ("c", "trip", 110.0)):
        sagas.add(saga(name, kind=kind, due_at=due_at))
    assert claimed(sagas, 109.0) is None
    found = [claimed(sagas, 120.0) for _ in range(3)]
    assert [one and one.saga_id for one in found] == ["c", "b", None]


def test_a_lease_keeps_a_saga_at_one_worker(sagas: Sagas) -> None:
    """Until it has run out; the next has a greater fence."""
    sagas.add(saga())
    first, none, second = claimed(sagas, 100.0), claimed(sagas, 109.0), claimed(sagas, 110.0, "b")
    assert none is None
    assert first
    assert second
    assert (first.owner, first.fence, first.lease_until) == ("a", 1, 110.0)
    assert (second.owner, second.fence, second.lease_until) == ("b", 2, 120.0)
    assert sagas.get("s1") == second


def test_what_a_worker_writes_that_was_replaced_is_refused(sagas: Sagas) -> None:
    """Its fence is too small."""
    sagas.add(saga())
    stale, fresh = claimed(sagas, 100.0), claimed(sagas, 200.0, "b")
    assert stale
    with pytest.raises(LeaseLost, match="another worker"):
        sagas.save(stale)
    assert sagas.get("s1") == fresh


def test_of_two_who_decide_one_is_refused(sagas: Sagas) -> None:
    """Both have seen the same fence, and write the next."""
    sagas.add(saga())
    first = saga().model_copy(update={"fence": 1, "state": "running"})
    sagas.save(first, seen=0)
    with pytest.raises(LeaseLost):
        sagas.save(first.model_copy(update={"state": "parked"}), seen=0)
    assert sagas.get("s1") == first


@pytest.mark.parametrize("state", ["done", "compensated", "parked"])
def test_a_saga_that_is_not_open_is_not_taken_up(sagas: Sagas, state: str) -> None:
    """It has ended, or waits for a person."""
    sagas.add(saga())
    sagas.save(saga().model_copy(update={"state": state}))
    assert claimed(sagas, 1e9) is None
    assert sagas.next_due(["trip"]) is None


def test_the_next_due_is_known(sagas: Sagas) -> None:
    """Of these kinds: when it is due, or when its lease runs out."""
    for name, kind, due_at in (("x", "other", 1.0), ("b", "trip", 120.0), ("c", "trip", 110.0)):
        sagas.add(saga(name, kind=kind, due_at=due_at))
    assert sagas.next_due(["trip"]) == 110.0
    claimed(sagas, 115.0)
    assert sagas.next_due(["trip"]) == 120.0
    assert sagas.next_due([]) is None


def test_lists_are_of_a_state_and_the_newest_first(sagas: Sagas) -> None:
    """So many at most; and counted by state."""
    for number in range(3):
        sagas.add(saga(f"s{number}", due_at=100.0 + number))
    sagas.save(sagas.get("s1").model_copy(update={"state": "parked"}))
    assert [one.saga_id for one in sagas.listed()] == ["s2", "s1", "s0"]
    assert [one.saga_id for one in sagas.listed(1, state="running")] == ["s2"]
    assert dict(sagas.counts()) == {"running": 2, "parked": 1}


def test_a_saga_that_is_not_there_is_not_found(sagas: Sagas) -> None:
    """Neither to read nor to keep."""
    with pytest.raises(NotFound, match="no saga 's9'"):
        sagas.get("s9")
    with pytest.raises(LeaseLost):
        sagas.save(saga("s9"))
