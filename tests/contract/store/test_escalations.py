"""The port `Escalations` on every implementation."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.contracts import Decision, Escalations, OpenEpisode, ToolCall, Wait
from engine.errors import BadInput, NotFound
from workbench.store.escalations import SqliteEscalations
from workbench.store.waits import MemoryEscalations

CALL = ToolCall(id="c1", name="refund", arguments={"cents": 10**30})
APPROVAL = Wait(kind="approval", key="1.1:decision0", agent="a", message="asks", call=CALL)
GUARD = Wait(kind="guard", key="2:after:decision", agent="a", message="loops")
YES = Decision(action="approve", author="ann", decided_at=7.0)


@pytest.fixture(params=["memory", "sqlite"])
def waits(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Escalations]:
    """An implementation, with two open episodes of one run."""
    sqlite = SqliteEscalations(tmp_path / "home" / "state.sqlite")
    made = sqlite if request.param == "sqlite" else MemoryEscalations()
    for number in (1, 2):
        made.begin(episode(number))
    yield made
    made.close()


def episode(number: int, run: str = "run-1") -> OpenEpisode:
    return OpenEpisode(
        run_id=run, episode_id=f"ep-{number}", task_id=f"t{number}", epoch=0, started_at=1.5
    )


def states(waits: Escalations) -> list[tuple[str, str]]:
    return [(wait.escalation_id, wait.state) for wait in waits.listed()]


def test_a_log_gives_back_what_was_kept(waits: Escalations) -> None:
    """The latest value of each key, numbers of any size included, and of no other episode."""
    waits.keep("ep-1", "a", 1)
    waits.keep("ep-1", "a", {"big": 10**30, "text": "ü"})
    waits.keep("ep-2", "b", None)
    assert waits.take_up("ep-1") == {"a": {"big": 10**30, "text": "ü"}}


def test_a_parked_episode_waits(waits: Escalations) -> None:
    """It is found by its id with all that it waits for."""
    parked = waits.park("ep-1", APPROVAL, 5.0)
    assert waits.get("esc-1-1") == parked
    assert (parked.wait, parked.task_id, parked.started_at) == (APPROVAL, "t1", 1.5)
    assert waits.counts() == {"waiting": 1}


def test_what_waits_is_not_taken_up(waits: Escalations) -> None:
    """Nobody leads an episode on before a person has decided."""
    waits.park("ep-1", APPROVAL, 5.0)
    with pytest.raises(BadInput, match="esc-1-1 waits for a person"):
        waits.take_up("ep-1")


def test_a_decision_stands_in_the_log_under_the_waits_key(waits: Escalations) -> None:
    """Whoever takes the episode up finds it there."""
    waits.park("ep-1", APPROVAL, 5.0)
    assert waits.decide("esc-1-1", YES).decision == YES
    assert waits.take_up("ep-1") == {"1.1:decision0": YES.model_dump(mode="json")}
    assert states(waits) == [("esc-1-1", "continuing")]


def test_a_wait_is_decided_once(waits: Escalations) -> None:
    """The second decision is refused, and says who was first."""
    waits.park("ep-1", APPROVAL, 5.0)
    waits.decide("esc-1-1", YES)
    with pytest.raises(BadInput, match="decided already: approve by ann"):
        waits.decide("esc-1-1", Decision(action="stop"))


def test_arguments_need_a_call(waits: Escalations) -> None:
    """What waits for no call takes none, and still waits after."""
    waits.park("ep-1", GUARD, 5.0)
    with pytest.raises(BadInput, match="waits for no call"):
        waits.decide("esc-1-1", Decision(action="edit", arguments={}))
    assert waits.counts() == {"waiting": 1}


def test_an_episode_may_wait_again(waits: Escalations) -> None:
    """Its next wait has an id of its own, and the one before is done."""
    waits.park("ep-1", APPROVAL, 5.0)
    waits.decide("esc-1-1", YES)
    waits.park("ep-1", GUARD, 6.0)
    assert states(waits) == [("esc-1-1", "done"), ("esc-1-2", "waiting")]


def test_an_ended_episode_is_open_no_more(waits: Escalations) -> None:
    """Its waits are done and its log is gone; the other episode is untouched."""
    waits.park("ep-1", APPROVAL, 5.0)
    waits.finish("ep-1")
    assert (states(waits), waits.open("run-1")) == ([("esc-1-1", "done")], [episode(2)])
    for act in (lambda: waits.take_up("ep-1"), lambda: waits.keep("ep-1", "a", 1)):
        with pytest.raises(NotFound, match="no open episode ep-1"):
            act()


def test_lists_are_by_run(waits: Escalations) -> None:
    """A run's own, in the order of their parking."""
    waits.begin(episode(3, "run-2"))
    for number in (3, 2, 1):
        waits.park(f"ep-{number}", APPROVAL, 5.0)
    assert [wait.episode_id for wait in waits.listed("run-1")] == ["ep-2", "ep-1"]
    assert waits.open("run-2") == [episode(3, "run-2")]


def test_an_unknown_wait_is_not_found(waits: Escalations) -> None:
    """Neither to read nor to decide."""
    for act in (lambda: waits.get("esc-9-1"), lambda: waits.decide("esc-9-1", YES)):
        with pytest.raises(NotFound, match="no escalation esc-9-1"):
            act()
