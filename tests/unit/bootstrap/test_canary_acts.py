"""What a person may do about a trial, and what is written down of it."""

from pathlib import Path

import pytest

from engine.contracts import Canary, CanaryPolicy, CanaryState
from engine.errors import BadInput
from tests.spec.routing.trial import NAMED
from workbench.bootstrap.canary_acts import NewTrial, act, allowed, policy_of, start
from workbench.bootstrap.routers import known_specs
from workbench.settings import Settings
from workbench.store import Store

TWO = ("acme", "bolt")
NEW = NewTrial("c1", "main", "small", "large", TWO, CanaryPolicy())


@pytest.mark.parametrize(
    ("state", "acts"),
    [
        ("running", ("pause", "promote", "roll_back")),
        ("inconclusive", ("resume", "promote", "roll_back")),
        ("promoted", ("roll_back",)),
        ("rolled_back", ()),
    ],
)
def test_a_state_allows_what_its_machine_does(state: str, acts: tuple[str, ...]) -> None:
    """No more and no less: nobody is offered what would be refused."""
    times = dict.fromkeys(("created_at", "changed_at", "stage_at", "since"), 0.0)
    canary = Canary.parse({**NAMED, **times, "share": 0.05, "tenants": ["acme"]})
    assert allowed(canary.model_copy(update={"state": CanaryState(state)})) == acts


def test_an_act_is_told_in_the_lake_with_its_author(tmp_path: Path) -> None:
    """For each tenant a change and an audit row, with the note."""
    settings = Settings(home=tmp_path, author="ann")
    with Store.memory() as store:
        start(store, settings, NEW, "try it")
        assert act(store, settings, "c1", "roll_back", "complaints").state == "rolled_back"
        changes = store.sql("SELECT tenant, author, note FROM canary_changes WHERE cause = 'hand'")
        audits = store.sql("SELECT tenant, action, author FROM audits")
    assert sorted(changes.rows()) == [("acme", "ann", "complaints"), ("bolt", "ann", "complaints")]
    acts = [(tenant, f"canary {what}", "ann") for what in ("start", "roll back") for tenant in TWO]
    assert sorted(audits.rows()) == sorted(acts)


def test_a_policy_is_made_of_what_a_person_writes() -> None:
    """Whole numbers and others; null where something is not watched; the rest as it is."""
    made = policy_of({"share": "0.1", "promote_min": "50", "cost_ratio": "null"}, where="policy")
    assert (made.share, made.promote_min, made.cost_ratio) == (0.1, 50, None)
    assert made.quality_margin == CanaryPolicy().quality_margin


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"share": "much"}, "share: 'much' is no number"),
        ({"share": "nan"}, "share: 'nan' is no number"),
        ({"max_s": "inf"}, "max_s: 'inf' is no number"),
        ({"share": "0.5"}, "share: Input should be less than"),
        ({"shares": "0.1"}, "shares: Extra inputs"),
    ],
)
def test_a_policy_that_cannot_be_is_refused(given: dict[str, str], said: str) -> None:
    """By the field, and with where it was given."""
    with pytest.raises(BadInput, match=f"policy: {said}"):
        policy_of(given, where="policy")


def test_routers_of_a_home_are_known_and_broken_files_passed_over(tmp_path: Path) -> None:
    """The embedded one comes along."""
    (tmp_path / "routers").mkdir()
    (tmp_path / "routers" / "odd.yaml").write_text("tiers: 3")
    tier = "{name: one, model: small, max_context_tokens: 100}"
    text = f"name: own\ndefault_tier: one\ntiers: [{tier}]\n"
    (tmp_path / "routers" / "own.yaml").write_text(text)
    assert [spec.name for spec in known_specs(tmp_path)] == ["embedded", "own"]
