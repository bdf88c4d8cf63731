"""A router's policy that explores, is learnt from, weighed, adopted and forgotten."""

from pathlib import Path

import pytest

from engine.contracts import RouterSpec
from engine.errors import BadInput
from tests.unit.bootstrap.trialled import BAD, Home
from workbench.bootstrap import policies
from workbench.bootstrap.policies import Lesson, adopted, forget, learn, policy_file, put
from workbench.bootstrap.routers import open_router
from workbench.store import Store

EPOCHS = 20
NOW = 4e9


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """After a run that explored: `new` is the cheaper tier, and its answers are wrong."""
    made = Home(tmp_path_factory.mktemp("bandit"), BAD, policy="bandit", expected_quality=0.9)
    made.run(EPOCHS)
    return made


def spec(home: Home) -> RouterSpec:
    return open_router("main", home.settings.home).spec


def lesson_in(store: Store, home: Home) -> Lesson:
    return learn(store, spec(home), "thompson", NOW)


def lesson(home: Home) -> Lesson:
    with Store.open(home.settings) as store:
        return lesson_in(store, home)


def test_a_log_speaks_for_the_better_tier(home: Home) -> None:
    """By what was logged with known chances, and later than what it was taught."""
    found = lesson(home)
    assert found.verdict.verdict == "adopt"
    assert found.verdict.gain_low is not None
    assert found.verdict.gain_low > 0.1
    assert found.policy.rows + found.verdict.rows == len(found.log.rows) == EPOCHS * 50


def test_what_is_adopted_is_drawn_by_until_it_is_forgotten(home: Home) -> None:
    """Both are written down with who did it."""
    with Store.open(home.settings) as store:
        put(store, home.settings.home, lesson_in(store, home).policy, "ann", NOW)
    after = home.run()
    rows = home.rows("SELECT run_id, acted_tier FROM routing_decisions")
    assert rows.count((after, "old")) > 45
    with Store.open(home.settings) as store:
        assert forget(store, home.settings.home, "main", "bo", NOW + 1)
        assert not forget(store, home.settings.home, "main", "bo", NOW + 2)
    acts = home.rows("SELECT action, author FROM audits ORDER BY acted_at")
    assert acts == [("adopt policy", "ann"), ("forget policy", "bo")]


def test_what_no_log_speaks_for_is_not_adopted(home: Home) -> None:
    """Nothing is written then."""
    found = lesson(home).policy
    kept = found.model_copy(
        update={"verdict": found.verdict.model_copy(update={"verdict": "keep"})}
    )
    with Store.open(home.settings) as store, pytest.raises(BadInput, match="keep: "):
        put(store, home.settings.home, kept, "ann", NOW)


def test_a_policy_that_was_changed_by_hand_is_refused(home: Home) -> None:
    """Where it lies, and what to do."""
    path = policy_file(home.settings.home, "main")
    path.parent.mkdir(parents=True, exist_ok=True)
    sealed = lesson(home).policy
    path.write_text(sealed.model_copy(update={"digest": "0" * 32}).model_dump_json())
    with pytest.raises(BadInput, match="was changed after it was written"):
        adopted(home.settings.home, spec(home))
    path.unlink()


def test_without_a_log_nothing_is_learnt(tmp_path: Path) -> None:
    """Nor of a router that has no learning policy; it is said what to do."""
    for policy, said in (("bandit", "nothing was chosen"), ("direct", "no learning policy")):
        folder = tmp_path / policy
        folder.mkdir()
        home = Home(folder, BAD, policy=policy)
        with Store.open(home.settings) as store, pytest.raises(BadInput, match=said):
            policies.learn(store, spec(home), "thompson", NOW)
