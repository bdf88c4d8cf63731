"""Sagas, the journal and calls in doubt as tables."""

from engine.contracts import CallKey, ErrorSpec, Intent, KeyAsk, Saga, SagaStep
from engine.tools.idempotency import MemoryKeys
from engine.tools.journal import MemoryJournal
from engine.tools.saga_memory import MemorySagas
from workbench.store.saga_table import (
    DOUBTS,
    ENTRIES,
    SAGAS,
    STEPS,
    doubt_table,
    journal_table,
    saga_table,
    step_table,
)

CALL = CallKey(tool="pay", key="k1")
SAGA = Saga(
    saga_id="s1",
    kind="trip",
    input={},
    state="parked",
    backward=True,
    steps=(
        SagaStep(name="hotel", compensable=True, state="done", result={"id": 1}, changed_at=1.0),
        SagaStep(
            name="flight",
            compensable=True,
            state="parked",
            error=ErrorSpec(code="tool_refused", message="too late"),
            changed_at=2.0,
        ),
        SagaStep(name="car", compensable=True, state="failed"),
    ),
    created_at=1.0,
    changed_at=2.0,
    due_at=2.0,
)


def test_a_saga_is_a_row() -> None:
    """What stands of it, where it waits, and why."""
    sagas = MemorySagas()
    sagas.add(SAGA)
    [row] = saga_table(sagas).to_dicts()
    assert (row["state"], row["done"], row["steps"]) == ("parked", 1, 3)
    assert (row["at_step"], row["error"]) == ("flight", "too late")


def test_a_step_is_a_row() -> None:
    """In order, answers as JSON text."""
    table = step_table(SAGA)
    assert table["step"].to_list() == ["hotel", "flight", "car"]
    assert table["result"].to_list() == ['{"id":1}', "null", "null"]
    assert table["changed_at"].null_count() == 1


def test_an_entry_is_a_row() -> None:
    """The newest first, or those of a state."""
    journal = MemoryJournal()
    intent = Intent(**CALL.model_dump(), arguments={"cents": 5}, owner="a", due_at=9.0)
    journal.mark(journal.begin(intent, 1.0), "failed", 2.0)
    journal.begin(intent, 3.0)
    assert journal_table(journal)["state"].to_list() == ["intent", "failed"]
    assert journal_table(journal, state="failed")["arguments"].to_list() == ['{"cents":5}']


def test_a_call_in_doubt_is_a_row() -> None:
    """Once its lease is over."""
    keys = MemoryKeys()
    keys.take(KeyAsk(**CALL.model_dump(), fingerprint="f", owner="a", lease_s=10.0), 100.0)
    assert doubt_table(keys, 109.0).is_empty()
    assert doubt_table(keys, 110.0)["key"].to_list() == ["k1"]


def test_empty_tables_have_their_columns() -> None:
    """So that a page can draw them."""
    assert saga_table(MemorySagas()).columns == list(SAGAS)
    assert journal_table(MemoryJournal()).columns == list(ENTRIES)
    assert doubt_table(MemoryKeys(), 0.0).columns == list(DOUBTS)
    assert step_table(SAGA).columns == list(STEPS)
