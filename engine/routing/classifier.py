"""P(a model's answer is good enough), for each model: linear, calibrated, numpy alone."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.contracts.router_model import RouterModel
from engine.errors import BadInput
from engine.routing.embedding import Embedder
from engine.routing.features import FEATURES, FEATURES_VERSION, vector
from engine.routing.forecast import Forecast
from engine.routing.novelty import distances, quantile

Floats = npt.NDArray[np.float64]
CLIP: Final = 4.0
"""Deviations from the mean beyond which a feature says nothing more."""


class LinearClassifier:
    """A trained model at work; raises `BadInput` where it cannot be used here."""

    def __init__(self, model: RouterModel, embed: Embedder | None = None) -> None:
        _check(model, embed)
        self.card = model.card
        self._digest = model.digest
        self._embed = embed if model.embedder else None
        self._means, self._scales = np.array(model.means), np.array(model.scales)
        self._names = tuple(one.model for one in model.models)
        self._rates = {one.model: one.failure_rate for one in model.models}
        heat = np.array([one.temperature for one in model.models])
        self._intercepts = np.array([one.intercept for one in model.models]) / heat
        self._weights = np.array([one.features for one in model.models]) / heat[:, None]
        self._meanings = np.array([one.embedding for one in model.models]) / heat[:, None]
        self._prototypes = np.array(model.prototypes)
        self._distances = np.array(model.distances)

    def __repr__(self) -> str:
        return f"LinearClassifier({self._digest}, {', '.join(self._names)})"

    @property
    def digest(self) -> str:
        """That of its file."""
        return self._digest

    @property
    def models(self) -> tuple[str, ...]:
        """Models it knows, by name."""
        return self._names

    def failure_rate(self, model: str) -> float | None:
        """That of all it was trained on; null for a model it does not know."""
        return self._rates.get(model)

    def forecast(self, values: Mapping[str, float], text: str) -> Forecast:
        """The models' probabilities for a request, and how new it is."""
        plain = standardised(vector(values), self._means, self._scales)
        log_odds = self._intercepts + self._weights @ plain
        point = plain
        if self._embed is not None:
            point = self._embed([text])[0]
            log_odds = log_odds + self._meanings @ point
        far = float(distances(point[None, :], self._prototypes)[0])
        probabilities = 1 / (1 + np.exp(-log_odds))
        return Forecast(
            dict(zip(self._names, probabilities.tolist(), strict=True)),
            quantile(far, self._distances),
        )


def standardised(values: Floats, means: Floats, scales: Floats) -> Floats:
    """In deviations from the mean, at most `CLIP`; 0 where training saw one value alone."""
    found: Floats = np.clip((values - means) * scales, -CLIP, CLIP)
    return found


def _check(model: RouterModel, embed: Embedder | None) -> None:
    if (model.features_version, model.feature_names) != (FEATURES_VERSION, FEATURES):
        raise BadInput(
            f"the classifier reads features of version {model.features_version}, "
            f"these are of version {FEATURES_VERSION}",
            hint="train it anew: workbench router train",
        )
    if model.embedder and (embed is None or embed.name != model.embedder):
        raise BadInput(
            f"the classifier needs {model.embedder}",
            hint="pip install 'agent-workbench[routing]', or train without: --no-embedding",
        )
