"""Policies that learn which tier to choose."""

from collections import Counter
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.contracts import BanditState
from engine.errors import BadInput
from engine.routing.bandit import EpsilonGreedy, LinearBandit, Thompson, bandit_of

KINDS = [Thompson, EpsilonGreedy]
X = np.array([1.0, 0.5])
DRAWS = 4_000


def taught(kind: type[LinearBandit], rounds: int = 300, seed: int = 0) -> LinearBandit:
    """Arm `b` is better where the second number is positive, else `a`."""
    policy, rng = kind(2), Random(seed)
    for _ in range(rounds):
        context = np.array([1.0, rng.uniform(-1, 1)])
        for arm, sign in (("a", -1), ("b", 1)):
            policy.update(context, arm, 0.5 + 0.4 * sign * context[1] + rng.gauss(0, 0.1))
    return policy


@pytest.mark.parametrize("kind", KINDS)
def test_it_learns_what_depends_on_the_context(kind: type[LinearBandit]) -> None:
    """And goes on exploring with the share that was asked for."""
    policy = taught(kind)
    for second, best in ((0.8, 1), (-0.8, 0)):
        found = policy.probabilities(np.array([1.0, second]), ["a", "b"])
        assert found[best] == pytest.approx(0.99, abs=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_arms_are_drawn_with_the_chance_that_is_logged(kind: type[LinearBandit]) -> None:
    """Counted over draws of a policy that is not sure yet."""
    policy, rng = taught(kind, rounds=4), Random(1)
    policy.update(X, "c", 0.7)
    drawn = [policy.choose(X, ["a", "b", "c"], rng) for _ in range(DRAWS)]
    counted, logged = Counter(one.arm for one in drawn), {one.arm: one.propensity for one in drawn}
    for arm, propensity in logged.items():
        assert counted[arm] / DRAWS == pytest.approx(propensity, abs=4 * 0.5 / DRAWS**0.5)


@given(
    st.lists(st.sampled_from("abcde"), min_size=1, unique=True),
    st.lists(st.tuples(st.sampled_from("abcde"), st.floats(-1e3, 1e3)), max_size=20),
    st.integers(0, 99),
    st.sampled_from(KINDS),
)
def test_nothing_but_what_is_allowed_is_chosen(
    arms: list[str], rewards: list[tuple[str, float]], seed: int, kind: type[LinearBandit]
) -> None:
    """However good the others were; each of the allowed with the least chance, and all with 1."""
    policy = kind(2, explore=0.1)
    for arm, reward in rewards:
        policy.update(X, arm, reward)
    found = policy.choose(X, arms, Random(seed))
    chances = policy.probabilities(X, arms)
    assert found.arm in arms
    assert chances.sum() == pytest.approx(1)
    assert chances.min() >= 0.1 / len(arms) - 1e-12
    assert found.propensity == chances[arms.index(found.arm)]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_kept_goes_on_alike(kind: type[LinearBandit]) -> None:
    """Through JSON and back, to the last digit."""
    policy = taught(kind)
    again = bandit_of(BanditState.parse(policy.state().model_dump_json()))
    for one in (policy, again):
        one.update(X, "b", 0.25)
    assert type(again) is kind
    assert again.state() == policy.state()
    assert (again.probabilities(X, ["a", "b"]) == policy.probabilities(X, ["a", "b"])).all()


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_learnt_holds_from_the_next_choice_on(kind: type[LinearBandit]) -> None:
    """Also where it was asked just before."""
    policy, found = kind(2), []
    for reward in (0.9, -5.0, 0.0):
        found.append(policy.probabilities(X, ["a", "b"])[0])
        policy.update(X, "a", reward)
    assert found[0] == 0.5
    assert found[1] > 0.5 > found[2]


def test_unseen_arms_are_alike() -> None:
    """Nothing is known of any of them."""
    assert Thompson(2).probabilities(X, ["a", "b"]) == pytest.approx([0.5, 0.5])
    assert EpsilonGreedy(2).probabilities(X, ["a", "b", "c"]) == pytest.approx([1 / 3] * 3)


@pytest.mark.parametrize("arms", [[], ["a", "a"]])
def test_arms_have_to_be_there_each_once(arms: list[str]) -> None:
    """Otherwise there is nothing to choose."""
    with pytest.raises(BadInput, match="arms to choose among"):
        Thompson(2).choose(X, arms, Random(0))


@pytest.mark.parametrize("context", [[1.0], [1.0, float("nan")], [[1.0, 2.0]]])
def test_contexts_have_their_size(context: list[float]) -> None:
    """And finite numbers, or all that was learnt would be spoilt."""
    with pytest.raises(BadInput, match="2 finite numbers"):
        Thompson(2).update(np.array(context), "a", 1.0)
    with pytest.raises(BadInput, match="a reward of inf"):
        Thompson(2).update(X, "a", float("inf"))
