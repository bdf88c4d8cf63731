"""What a router asks of a classifier."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol


class Forecast(NamedTuple):
    """What a classifier says of a request, by the models' names."""

    probabilities: Mapping[str, float]
    novelty: float
    """Quantile, 0 to 1, of the text's distance to what it was trained on."""


class Classifier(Protocol):
    """Knows how likely each model is to give a good answer."""

    @property
    def digest(self) -> str:
        """What tells it from any other."""
        ...

    def forecast(self, values: Mapping[str, float], text: str) -> Forecast:
        """What it says of a request's features and text."""
        ...

    def failure_rate(self, model: str) -> float | None:
        """That of all it was trained on; null for a model it does not know."""
        ...
