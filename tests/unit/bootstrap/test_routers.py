"""What a router is told of its tiers before it decides."""

from pathlib import Path

from engine.models.asking import Asking
from workbench.bootstrap.router import read_spec
from workbench.bootstrap.routers import Records
from workbench.store.queries.tier_outcomes import TaskRecord

ASKING = Asking("acme", family="refund", task="r1")


def records(*rows: TaskRecord) -> Records:
    """How one tier did, whose model is `m`."""
    return Records(lambda: list(rows), {"m": "small"})


def test_outcomes_of_a_family_are_added_up() -> None:
    """All other tasks of the tenant's family count."""
    known = records(
        TaskRecord("acme", "refund", "r2", "m", 3, 1), TaskRecord("acme", "refund", "r3", "m", 2, 2)
    )
    found = known.without(ASKING).of("acme", "refund", "small")
    assert found is not None
    assert (found.trials, found.failures) == (5, 3)


def test_a_task_is_not_told_its_own_outcome() -> None:
    """What the tier did on the very task is left out."""
    known = records(
        TaskRecord("acme", "refund", "r1", "m", 4, 4), TaskRecord("acme", "refund", "r2", "m", 1, 0)
    )
    found = known.without(ASKING).of("acme", "refund", "small")
    assert found is not None
    assert (found.trials, found.failures) == (1, 0)


def test_other_tenants_and_families_are_not_counted() -> None:
    """A tenant's history is its own, and a family's too."""
    known = records(
        TaskRecord("zeta", "refund", "r2", "m", 3, 1),
        TaskRecord("acme", "invoice", "i1", "m", 2, 2),
    )
    found = known.without(ASKING).of("acme", "refund", "small")
    assert found is not None
    assert found.trials == 0


def test_the_router_of_the_guide_can_be_read(tmp_path: Path) -> None:
    """With each of its settings."""
    text = (Path(__file__).parents[3] / "docs" / "routing" / "README.md").read_text("utf-8")
    blocks = [block.partition("```")[0] for block in text.split("```yaml\n")[1:]]
    path = tmp_path / "desk.yaml"
    path.write_text(blocks[0].replace("policy: direct", "") + blocks[1])
    spec = read_spec(path)
    assert (spec.name, spec.policy, spec.learning.explore) == ("desk", "bandit", 0.1)
