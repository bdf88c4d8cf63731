"""Runs of which a trial is part: conversations are placed, and their outcomes counted."""

from pathlib import Path

import pytest

from engine.contracts import CanaryState
from engine.routing.canary import Said
from engine.routing.canary_evidence import totals
from tests.unit.bootstrap.trialled import BAD, BROKEN, GOOD, TASKS, Home

ARMS = """
    SELECT arm, reason, acted_tier, count(*) AS count FROM routing_decisions
    GROUP BY ALL ORDER BY arm
"""


EPOCHS = 3


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """After a run with a trial whose tier is as good as the other one."""
    home = Home(tmp_path_factory.mktemp("healthy"), GOOD)
    home.started()
    home.run(EPOCHS)
    return home


def counts(home: Home) -> tuple[int, int]:
    canary, control = totals(home.canary(), "quality")
    return canary.count, control.count


def test_conversations_are_placed_and_counted_by_arm(healthy: Home) -> None:
    """Each once; the decisions say of which arm they are."""
    (canary, control), rows = counts(healthy), healthy.rows(ARMS)
    assert [row[:3] for row in rows] == [
        ("canary", "canary", "new"),
        ("control", "default", "old"),
    ]
    assert [row[3] for row in rows] == [canary, control]
    assert canary + control == EPOCHS * TASKS
    assert 3 <= canary <= 36


def test_counting_again_changes_nothing(healthy: Home) -> None:
    """Whoever looks at a trial counts what is left, which is nothing."""
    before = healthy.canary()
    assert healthy.canary() == before


def test_a_router_without_trial_goes_its_own_way(tmp_path: Path) -> None:
    """Requests go where the router says, and nothing is counted."""
    home = Home(tmp_path, GOOD)
    home.run()
    assert [row[:3] for row in home.rows(ARMS)] == [(None, "default", "old")]


def test_a_bad_tier_is_rolled_back_while_the_run_goes_on(tmp_path: Path) -> None:
    """By what the run itself has shown; it gets nothing from then on."""
    home = Home(tmp_path, BAD)
    home.started(rollback_min=5)
    home.run(epochs=16)
    canary = home.canary()
    assert (canary.state, canary.cause) == (CanaryState.ROLLED_BACK, "quality")
    seen = dict(home.rows("SELECT arm, count(*) FROM routing_decisions GROUP BY arm"))
    home.run()
    after = dict(home.rows("SELECT arm, count(*) FROM routing_decisions GROUP BY arm"))
    assert after["canary"] == seen["canary"]
    told = home.rows("SELECT after, cause FROM canary_changes ORDER BY changed_at")
    assert told == [("running", "started"), ("rolled_back", "quality")]


def test_a_tier_that_refuses_every_call_is_seen_to_fail(tmp_path: Path) -> None:
    """An error that no other tier is asked after counts as the canary's too."""
    home = Home(tmp_path, BROKEN)
    home.started(rollback_min=3)
    home.run(epochs=16)
    canary = home.canary()
    assert canary.state is CanaryState.ROLLED_BACK
    failed = totals(canary, "error")[0]
    assert failed.count == failed.harm > 0


def test_what_is_asked_while_a_trial_is_paused_does_not_count(tmp_path: Path) -> None:
    """All of it goes to the tier that was there before."""
    home = Home(tmp_path, GOOD)
    home.started()
    with home.trials() as (_, trials):
        trials.pause("c1", Said("ann"))
    home.run()
    assert counts(home) == (0, 0)
    assert home.rows("SELECT DISTINCT acted_tier FROM routing_decisions") == [("old",)]
