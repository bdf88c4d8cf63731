"""What waits, as people ask for it."""

import pytest

from engine.contracts import Decision, OpenEpisode, ToolCall, Wait
from engine.errors import BadInput, NotFound
from workbench.store import Store
from workbench.store.waitlist import COLUMNS, resolve_wait
from workbench.store.waits import MemoryEscalations

CALL = ToolCall(id="1", name="pay", arguments={"cents": 7})


def waits(*episodes: str) -> MemoryEscalations:
    made = MemoryEscalations()
    for name in episodes:
        made.begin(
            OpenEpisode(run_id="run-1", episode_id=name, task_id="t", epoch=0, started_at=0.0)
        )
        wait = Wait(kind="approval", key="k", agent="clerk", message="wants", call=CALL)
        made.park(name, wait, 1.0)
    return made


def test_an_empty_store_has_an_empty_list() -> None:
    """All columns are there."""
    with Store.memory() as store:
        frame = store.escalations()
    assert (frame.columns, frame.height) == (list(COLUMNS), 0)


def test_a_row_holds_the_call_and_the_decision() -> None:
    """Null until there is one, then what it was, whose, and when."""
    with Store.memory() as store:
        store._state = waits("ep-ab")
        [before] = store.escalations().to_dicts()
        store.waits.decide("esc-ab-1", Decision(action="stop", author="ann", decided_at=2.0))
        [after] = store.escalations().to_dicts()
    assert (before["tool"], before["arguments"], before["action"]) == ("pay", '{"cents":7}', None)
    assert (after["action"], after["author"], after["decided_at"].timestamp()) == ("stop", "ann", 2)


@pytest.mark.parametrize("text", ["esc-ab-1", "esc-ab"])
def test_a_unique_beginning_is_enough(text: str) -> None:
    """As with runs and episodes."""
    assert resolve_wait(waits("ep-ab", "ep-b"), text).episode_id == "ep-ab"


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("esc-", BadInput, "begins several ids: esc-ab-1, esc-b-1"),
        ("", NotFound, "no escalation ''"),
        ("esc-ax-1", NotFound, "near: esc-ab-1"),
    ],
)
def test_an_unclear_id_says_which_there_are(text: str, error: type[Exception], said: str) -> None:
    """Several, none, or a near one."""
    with pytest.raises(error, match=said):
        resolve_wait(waits("ep-ab", "ep-b"), text)
