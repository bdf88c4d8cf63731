"""The port `Canaries` on every implementation."""

import threading
from typing import Any

import pytest

from engine.clock import SystemClock
from engine.contracts import Canaries, Canary, CanaryState
from engine.errors import BadInput, LeaseLost, NotFound
from engine.routing.canary import Said, begun, observe, pause, promote, roll_back
from engine.routing.trials import Trials
from tests.spec.routing.trial import outcome


def canary(name: str = "c1", *tenants: str, at: float = 100.0, **more: Any) -> Canary:
    named: dict[str, Any] = {"canary_id": name, "tenants": tenants or ("acme",), "router": "main"}
    tiers = {"tier": "small", "baseline": "large", "share": 0.1}
    times = dict.fromkeys(("created_at", "changed_at", "stage_at", "since"), at)
    return Canary(**{**named, **tiers, **times, **more})


def started(canaries: Canaries, *args: Any, **more: Any) -> Canary:
    made = canary(*args, **more)
    moved = begun(made, Said("ann"))
    canaries.add(moved.canary, moved.changes)
    return made


def test_a_trial_is_kept_whole(canaries: Canaries) -> None:
    """With all that it was made of, and what it has seen."""
    made = started(canaries, "c1", "ü", "b")
    assert canaries.get("c1") == made
    seen = observe(made, [outcome("c1", "b", arm="canary", quality=0.1)] * 30, 5.0).canary
    kept = canaries.save(seen)
    assert canaries.get("c1") == kept == seen.model_copy(update={"fence": 1})


def test_what_was_read_before_a_change_is_refused(canaries: Canaries) -> None:
    """Whoever lost reads anew; nothing of theirs is kept."""
    made = started(canaries)
    canaries.save(pause(made, Said("ann"), 5.0).canary)
    moved = promote(made, Said("bob"), 6.0)
    before = canaries.untold()
    with pytest.raises(LeaseLost, match="another process"):
        canaries.save(moved.canary, moved.changes)
    assert canaries.get("c1").state is CanaryState.INCONCLUSIVE
    assert canaries.untold() == before


def test_an_id_is_taken_once(canaries: Canaries) -> None:
    """The trial that is there stays."""
    made = started(canaries)
    with pytest.raises(BadInput, match="there is a canary 'c1'"):
        started(canaries, "c1", "other")
    assert canaries.get("c1") == made
    assert len(canaries.untold()) == 1


@pytest.mark.parametrize("state", ["running", "inconclusive"])
def test_a_tenant_is_in_one_trial_of_a_router(canaries: Canaries, state: str) -> None:
    """Another router's is none of its business."""
    started(canaries, "c1", "acme", state=CanaryState(state))
    with pytest.raises(BadInput, match="tenant 'acme' is in the canary 'c1'"):
        started(canaries, "c2", "bolt", "acme")
    started(canaries, "c3", "acme", router="other")
    assert not canaries.of("main", "bolt")


def test_the_trials_of_a_tenant_are_in_their_order(canaries: Canaries) -> None:
    """All that it was ever in with this router, the oldest first."""
    first = started(canaries, "c1", "acme", "bolt", state=CanaryState.PROMOTED)
    second = started(canaries, "c2", "acme", at=200.0, baseline="small", tier="tiny")
    rolled_back = canaries.save(roll_back(second, Said("ann"), 300.0).canary)
    assert list(canaries.of("main", "acme")) == [first, rolled_back]
    assert list(canaries.of("main", "bolt")) == [first]
    assert list(canaries.of("other", "acme")) == []


def test_what_was_counted_is_kept_with_the_trial(canaries: Canaries) -> None:
    """And with nothing where somebody else was quicker."""
    made = started(canaries)
    canaries.save(made, counted=["a", "ü"])
    with pytest.raises(LeaseLost):
        canaries.save(made, counted=["b"])
    assert set(canaries.counted("c1", ["a", "b", "ü"])) == {"a", "ü"}
    assert not canaries.counted("c1", [])
    assert not canaries.counted("c9", ["a"])


def test_lists_are_of_a_state_and_the_newest_first(canaries: Canaries) -> None:
    """So many at most."""
    for number in range(3):
        started(canaries, f"c{number}", f"t{number}", at=float(number))
    canaries.save(promote(canaries.get("c1"), Said("ann"), 9.0).canary)
    assert [one.canary_id for one in canaries.listed(2)] == ["c2", "c1"]
    running = canaries.listed(state=CanaryState.RUNNING)
    assert [one.canary_id for one in running] == ["c2", "c0"]


def test_changes_are_handed_out_until_they_are_told(canaries: Canaries) -> None:
    """In the order in which they were kept, with the trial that they are of."""
    moved = pause(started(canaries), Said("ann", "why"), 5.0)
    canaries.save(moved.canary, moved.changes)
    first, second = canaries.untold()
    assert (first.before, second.before, second.note) == (None, "running", "why")
    assert list(canaries.untold(1)) == [first]
    for _ in range(2):
        canaries.told([first])
    assert list(canaries.untold()) == [second]


def test_a_trial_that_is_not_there_is_not_found(canaries: Canaries) -> None:
    """Neither to read nor to keep."""
    with pytest.raises(NotFound, match="no canary 'c9'"):
        canaries.get("c9")
    with pytest.raises(LeaseLost):
        canaries.save(canary("c9"))


def test_of_several_who_start_at_once_one_succeeds(canaries: Canaries) -> None:
    """For the same tenant, under different ids."""
    refused: list[str] = []

    def start(number: int) -> None:
        try:
            started(canaries, f"c{number}")
        except BadInput:
            refused.append(f"c{number}")

    threads = [threading.Thread(target=start, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 3
    assert len(canaries.listed()) == 1


def test_outcomes_seen_at_once_all_count(canaries: Canaries) -> None:
    """By several that read and keep the same trial: whoever was slower begins anew."""
    started(canaries)
    trials = Trials(canaries, SystemClock())

    def watch() -> None:
        for _ in range(8):
            trials.observe([outcome("c1", quality=0.9) for _ in range(5)])

    threads = [threading.Thread(target=watch) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert canaries.get("c1").strata[0].control.count == 3 * 8 * 5
