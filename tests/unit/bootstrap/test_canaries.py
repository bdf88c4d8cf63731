"""Where trials are kept, and what is told of them in the lake."""

from pathlib import Path

import pytest

from engine.clock import ManualClock
from engine.contracts import CanaryPolicy
from engine.routing.canary import Said
from engine.routing.canary_memory import MemoryCanaries
from engine.routing.trials import Trials
from tests.spec.routing.trial import outcome
from workbench.bootstrap.canaries import canaries_of, tell
from workbench.settings import Settings
from workbench.store import Store


@pytest.mark.parametrize(
    ("catalogue", "kept"), [(None, "canaries.sqlite"), ("postgres:dbname=x", "PostgresDatabase")]
)
def test_trials_lie_where_the_catalogue_does(
    tmp_path: Path, catalogue: str | None, kept: str
) -> None:
    """On a server that machines share, or in a file of home; nothing is opened yet."""
    assert kept in repr(canaries_of(Settings(home=tmp_path, catalogue=catalogue)))
    assert not list(tmp_path.iterdir())


def test_what_a_person_did_is_an_audit_row_and_what_a_trial_decided_is_none() -> None:
    """Told once, however often it is asked for."""
    with Store.memory() as store:
        trials = Trials(MemoryCanaries(), ManualClock())
        policy = CanaryPolicy(rollback_min=1, alpha=0.5)
        tiers = {"router": "main", "tier": "small", "baseline": "large"}
        trials.start("c1", tenants=["acme"], policy=policy, said=Said("ann", "try"), **tiers)
        for _ in range(5):
            bad = [outcome("c1", arm="canary", quality=0.0) for _ in range(20)]
            trials.observe([*bad, *(outcome("c1", quality=1.0) for _ in range(180))])
        assert (tell(trials, store), tell(trials, store)) == (2, 0)
        rows = store.sql("SELECT action, author, subject FROM audits").to_dicts()
    assert rows == [{"action": "canary start", "author": "ann", "subject": "c1"}]
