"""A person's word on a call in doubt, and on a parked saga."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from engine.clock import ManualClock, SystemClock
from engine.contracts import BreakerState, CallKey, Ending, Intent, KeyAsk
from engine.errors import BadInput, NotFound, ToolError
from engine.tools import Answer, Held, KeyedCall, StoredError
from tests.browser.tool_world import HOUR_S, TRIP, lead_sagas
from workbench.bootstrap.doubts import doubts
from workbench.bootstrap.resolving import resolve
from workbench.bootstrap.tool_orders import order
from workbench.bootstrap.tool_state import ToolState
from workbench.store import Store

KEY = CallKey(tenant="acme", tool="pay", key="k-1")
CALL = KeyedCall(KEY, {"cents": 5})
NOW = SystemClock().now()
Table = dict[Any, Any]
LONG_AGO = ManualClock(NOW - HOUR_S)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[ToolState]:
    made = ToolState.of(tmp_path)
    yield made
    made.close()


async def broke(_held: Held) -> str:
    raise ToolError("broke off")


async def paid(held: Held) -> str:
    return f"paid {held.arguments['cents']}"


async def a_doubt(state: ToolState, clock: ManualClock = LONG_AGO) -> None:
    """A call that may have had its effect, long ago unless said otherwise."""
    with suppress(ToolError):
        await state.calls(clock).call(CALL, broke)


def audited(store: Store) -> list[tuple[str, str, str]]:
    return store.sql("SELECT subject, action, author FROM audits ORDER BY acted_at").rows()


@pytest.mark.parametrize("name", ["k-1", "k", "1"])
async def test_a_call_is_named_by_its_key_or_its_number(
    state: ToolState, store: Store, name: str
) -> None:
    """The beginning of a key will do; the audit row has the whole."""
    await a_doubt(state)
    told = resolve(store, state, name, {"said": "done", "reason": "seen"}, author="ann")
    assert (told.subject, told.state, audited(store)) == ("k-1", "done", [("k-1", "done", "ann")])
    assert doubts(state) == []


SAID_OF_A_CALL: Table = {
    "done": (Answer({"id": 7}, replayed=True), "done"),
    "retry": (Answer("paid 5", replayed=False), "done"),
    "failed": ("given up by a person: seen", "failed"),
}


@pytest.mark.parametrize("said", SAID_OF_A_CALL)
async def test_what_is_said_of_a_call_is_what_its_next_caller_gets(
    state: ToolState, store: Store, said: str
) -> None:
    """The answer, a new call, or the reason why there is none; and so in the journal."""
    await a_doubt(state)
    given = {"said": said, "reason": "seen", "result": {"id": 7}}
    resolve(store, state, "k-1", given, author="ann")
    try:
        found: object = await state.calls().call(CALL, paid)
    except StoredError as error:
        found = error.message
    assert (found, state.journal.listed()[0].state) == SAID_OF_A_CALL[said]


SAID_OF_A_SAGA: Table = {
    ("cid", "done"): ("compensated", "compensated"),
    ("cid", "failed"): ("compensated", "given_up"),
    ("cid", "retry"): ("parked", "parked"),
    ("eve", "done"): ("done", "done"),
    ("eve", "failed"): ("compensated", "failed"),
    ("eve", "retry"): ("parked", "unknown"),
}


@pytest.mark.parametrize("case", SAID_OF_A_SAGA, ids="-".join)
async def test_a_parked_saga_goes_on_without_a_worker_that_decides(
    state: ToolState, store: Store, case: tuple[str, str]
) -> None:
    """The word is kept here, and followed by whichever worker comes next."""
    (guest, said), name = case, f"trip-of-{case[0]}"
    await lead_sagas(state, ManualClock(NOW - HOUR_S), guest)
    resolve(store, state, name, {"said": said, "reason": "by phone"}, author="ann")
    await state.worker([TRIP], ManualClock(NOW + HOUR_S)).drain()
    saga = state.sagas.get(name)
    assert (saga.state, saga.steps[1].state) == SAID_OF_A_SAGA[case]
    assert [decision.note for decision in saga.decisions] == ["by phone"]
    assert audited(store) == [(name, said, "ann")]


async def test_a_call_of_a_saga_is_left_to_the_saga(state: ToolState, store: Store) -> None:
    """It stands in the list once, and is decided in one place."""
    await lead_sagas(state, ManualClock(NOW - HOUR_S), "eve")
    assert [doubt.subject for doubt in doubts(state)] == ["trip-of-eve"]
    [number] = [str(entry.entry_id) for entry in state.journal.in_doubt(NOW)]
    for name in ("trip-of-eve/flight", number):
        with pytest.raises(BadInput, match="decide about the saga"):
            resolve(store, state, name, {"said": "done", "reason": "x"}, author="")


REFUSED: Table = {
    ("trip-of-ann", "done", "x"): "is done",
    ("nobody", "done", "x"): "no call in doubt",
    ("trip-of", "done", "x"): "begins several",
    ("99", "done", "x"): "no entry 99",
    ("1", "done", "x"): "nothing waits",
    ("trip-of-cid", "done", ""): "reason",
    ("trip-of-cid", "maybe", "x"): "said",
}


@pytest.mark.parametrize("case", REFUSED, ids="-".join)
async def test_what_cannot_be_resolved_is_refused_and_leaves_no_trace(
    state: ToolState, store: Store, case: tuple[str, str, str]
) -> None:
    """In words, before the audit row."""
    name, said, reason = case
    await lead_sagas(state, ManualClock(NOW - HOUR_S), "ann", "cid", "fay")
    with pytest.raises(BadInput, match=REFUSED[case]):
        resolve(store, state, name, {"said": said, "reason": reason}, author="ann")
    assert audited(store) == []


async def test_a_call_that_may_be_under_way_is_not_resolved(state: ToolState, store: Store) -> None:
    """Not before its lease is over."""
    await a_doubt(state, ManualClock(SystemClock().now() + HOUR_S))
    with pytest.raises(BadInput, match=r"under way .*dead, in "):
        resolve(store, state, "1", {"said": "done", "reason": "x"}, author="")


@pytest.mark.parametrize(("said", "end"), [("done", "done"), ("failed", "failed")])
def test_an_entry_without_a_key_is_closed_by_itself(
    state: ToolState, store: Store, said: str, end: str
) -> None:
    """Its key is kept elsewhere, or no longer."""
    intent = Intent(**KEY.model_dump(), arguments={}, owner="a", due_at=NOW - 10)
    state.journal.begin(intent, NOW - 20)
    told = resolve(store, state, "1", {"said": said, "reason": "x"}, author="")
    assert (told.state, state.journal.get(1).state) == (end, end)


def test_an_end_that_the_journal_has_not_heard_of_is_told_to_it(
    state: ToolState, store: Store
) -> None:
    """Where the word before this one broke off between the key and the journal."""
    ask = KeyAsk(**KEY.model_dump(), fingerprint="f", owner="a", lease_s=1.0)
    held = state.keys.take(ask, NOW - 20).record
    intent = Intent(**KEY.model_dump(), arguments={}, owner="a", due_at=NOW - 10)
    state.journal.mark(state.journal.begin(intent, NOW - 20), "effect", NOW - 19)
    state.keys.finish(held, Ending(state="done"), NOW - 18)
    resolve(store, state, "1", {"said": "done", "reason": "x"}, author="")
    assert state.journal.get(1).state == "done"


def test_an_order_is_audited_with_what_was_before(state: ToolState, store: Store) -> None:
    """Who, what, why, and the state that it changed."""
    with pytest.raises(NotFound):
        order(store, state, "shop/pay", "trip", author="ann")
    state.breakers.change("shop/pay", lambda _before: (BreakerState(), None))
    now = order(store, state, "shop/pay", "trip", author="ann", reason="the bank is down")
    order(store, state, "shop/pay", "disable", author="bob")
    details = store.sql("SELECT action, details FROM audits ORDER BY acted_at")["details"].to_list()
    assert (now.mode, audited(store)[0]) == ("forced_open", ("shop/pay", "trip", "ann"))
    assert "the bank is down" in details[0]
    assert '"before":"forced_open"' in details[1]
