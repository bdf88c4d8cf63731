"""One arm's reward as a linear function of the context, with how uncertain it is."""

import math
from typing import Final, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from engine.contracts.bandit import ArmState

Numbers = npt.NDArray[np.float64]

_SHAPE: Final = 2.0
_RATE: Final = 0.25
"""Of the inverse gamma prior: as if two rewards in [0, 1] had been seen that scatter widely."""
_LEAST: Final = 1e-12


class Posterior(NamedTuple):
    """A value's distribution: Student's t."""

    location: float
    scale: float
    freedom: float


class LinearArm:
    """Bayesian linear regression with a normal-inverse-gamma prior, kept as sums.

    Of the noise nothing is assumed but that it is normal: see Riquelme, Tucker and Snoek, "Deep
    Bayesian Bandits Showdown" (2018), section 3.
    """

    def __init__(self, dimension: int, ridge: float) -> None:
        self._ridge = ridge
        self.count = 0
        self._products = np.zeros((dimension, dimension))
        self._weighted = np.zeros(dimension)
        self._squares = 0.0
        self._known: tuple[Numbers, Numbers, float] | None = None

    def update(self, context: Numbers, reward: float) -> None:
        """Learn from one reward."""
        self.count += 1
        self._products += np.outer(context, context)
        self._weighted += reward * context
        self._squares += reward * reward
        self._known = None

    def mean(self, context: Numbers) -> float:
        """What is expected in a context."""
        return float(self._solved()[1] @ context)

    def posterior(self, context: Numbers) -> Posterior:
        """What the mean reward in a context may be."""
        covariance, weights, variance = self._solved()
        spread = max(float(context @ covariance @ context), _LEAST)
        scale = math.sqrt(variance * spread)
        return Posterior(float(weights @ context), scale, 2 * _SHAPE + self.count)

    def state(self, arm: str) -> ArmState:
        """All of it, to be kept."""
        return ArmState(
            arm=arm,
            count=self.count,
            products=tuple(self._products.ravel().tolist()),
            weighted=tuple(self._weighted.tolist()),
            squares=self._squares,
        )

    @classmethod
    def of(cls, state: ArmState, ridge: float) -> Self:
        """As it was kept."""
        size = len(state.weighted)
        arm = cls(size, ridge)
        arm.count = state.count
        arm._products = np.array(state.products).reshape(size, size)
        arm._weighted = np.array(state.weighted)
        arm._squares = state.squares
        return arm

    def _solved(self) -> tuple[Numbers, Numbers, float]:
        """Covariance (without the noise's variance), weights, and the noise's variance."""
        if self._known is None:
            size = len(self._weighted)
            inverse = np.linalg.inv(self._products + self._ridge * np.eye(size))
            covariance = np.asarray(inverse, dtype=np.float64)
            weights = covariance @ self._weighted
            rest = max(self._squares - float(weights @ self._weighted), 0.0)
            variance = (_RATE + rest / 2) / (_SHAPE + self.count / 2)
            self._known = covariance, weights, variance
        return self._known

    def __repr__(self) -> str:
        return f"LinearArm({self.count} rewards, dimension {len(self._weighted)})"
