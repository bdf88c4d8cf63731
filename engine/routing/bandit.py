"""Policies that learn from rewards which tier to choose, among those that a decision allows.

An arm is drawn from probabilities that are computed first, so the propensity that is logged is the
very chance with which it was drawn. `explore` spreads a share evenly over the arms: no propensity
is below explore / arms, which keeps off-policy estimates from resting on a few rows.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from random import Random
from typing import ClassVar, Final, NamedTuple, Protocol, Self

import numpy as np
import numpy.typing as npt

from engine.contracts.bandit import BanditState, PolicyKind
from engine.errors import BadInput
from engine.routing.linear_arm import LinearArm
from engine.statistics.best_of import chances_to_be_best

Numbers = npt.NDArray[np.float64]

RIDGE: Final = 1.0
EXPLORE: Final = 0.02


class Choice(NamedTuple):
    """An arm, and the chance with which it was drawn."""

    arm: str
    propensity: float


class Bandit(Protocol):
    """A policy: how likely it draws each of the arms allowed."""

    def probabilities(self, context: Numbers, arms: Sequence[str]) -> Numbers:
        """The chance of each arm, in their order; they add to 1."""
        ...


class LinearBandit(ABC):
    """What both policies share: an arm's model, the draw, what is kept."""

    kind: ClassVar[PolicyKind]

    def __init__(self, dimension: int, *, ridge: float = RIDGE, explore: float = EXPLORE) -> None:
        self._state = BanditState(kind=self.kind, dimension=dimension, ridge=ridge, explore=explore)
        self._arms: dict[str, LinearArm] = {}

    def choose(self, context: Numbers, arms: Sequence[str], rng: Random) -> Choice:
        """Draw one of the arms given and no other; raises `BadInput` where there is none."""
        chances = self.probabilities(context, arms)
        at = rng.choices(range(len(arms)), weights=chances.tolist())[0]
        return Choice(arms[at], float(chances[at]))

    def probabilities(self, context: Numbers, arms: Sequence[str]) -> Numbers:
        """The chance of each of the arms given, in their order; they add to 1."""
        if not arms or len(set(arms)) < len(arms):
            raise BadInput("arms to choose among, each once", where="bandit")
        if len(arms) == 1:
            return np.ones(1)
        context, spread = self._checked(context), self._state.explore
        models = [self._arms.get(arm) or self._new() for arm in arms]
        return (1 - spread) * self._preferred(context, models) + spread / len(arms)

    def update(self, context: Numbers, arm: str, reward: float) -> None:
        """Learn what an arm was worth in a context."""
        if not np.isfinite(reward):
            raise BadInput(f"a reward of {reward}", where="bandit", hint="leave it out")
        self._arms.setdefault(arm, self._new()).update(self._checked(context), reward)

    def state(self) -> BanditState:
        """All that it has learnt."""
        arms = tuple(model.state(arm) for arm, model in self._arms.items())
        return self._state.model_copy(update={"arms": arms})

    @classmethod
    def of(cls, state: BanditState) -> Self:
        """As it was kept."""
        made = cls(state.dimension, ridge=state.ridge, explore=state.explore)
        made._arms = {one.arm: LinearArm.of(one, state.ridge) for one in state.arms}
        return made

    @abstractmethod
    def _preferred(self, context: Numbers, models: Sequence[LinearArm]) -> Numbers:
        """The chance of each model's arm, were nothing spread evenly."""

    def _new(self) -> LinearArm:
        return LinearArm(self._state.dimension, self._state.ridge)

    def _checked(self, context: Numbers) -> Numbers:
        found = np.asarray(context, dtype=float)
        if found.shape != (self._state.dimension,) or not np.isfinite(found).all():
            said = f"{self._state.dimension} finite numbers are expected as context"
            raise BadInput(said, where="bandit")
        return found

    def __repr__(self) -> str:
        seen = {arm: model.count for arm, model in self._arms.items()}
        return f"{type(self).__name__}({seen}, dimension {self._state.dimension})"


class Thompson(LinearBandit):
    """Thompson sampling for linear arms: each is chosen as likely as it is the best one.

    Agrawal and Goyal, "Thompson sampling for contextual bandits with linear payoffs" (2013). That
    chance is integrated, not sampled: see `chances_to_be_best`.
    """

    kind = "thompson"

    def _preferred(self, context: Numbers, models: Sequence[LinearArm]) -> Numbers:
        found = np.array([model.posterior(context) for model in models])
        return chances_to_be_best(found[:, 0], found[:, 1], found[:, 2])


class EpsilonGreedy(LinearBandit):
    """The reference: the arm that is expected to be best, but for the share of `explore`."""

    kind = "epsilon_greedy"

    def _preferred(self, context: Numbers, models: Sequence[LinearArm]) -> Numbers:
        means = np.array([model.mean(context) for model in models])
        best = means == means.max()
        return np.asarray(best / best.sum())


def bandit_of(state: BanditState) -> LinearBandit:
    """The policy as it was kept."""
    return Thompson.of(state) if state.kind == "thompson" else EpsilonGreedy.of(state)
