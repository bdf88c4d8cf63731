"""Training rows as numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.contracts import ModelRequest, RouteAsk
from engine.contracts.router_model import RoutedRow
from engine.routing.embedding import Embedder
from engine.routing.features import FEATURES, features, text_of, vector

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Features, embeddings and outcomes of the same rows."""

    plain: Floats
    """Features, not standardised: (rows, features)."""
    meaning: Floats | None
    """Embeddings: (rows, dimensions)."""
    outcomes: Mapping[str, Floats]
    """By model: share of good answers, 0 to 1; nan: not known."""

    def __len__(self) -> int:
        return len(self.plain)

    def take(self, rows: Places) -> "Matrix":
        """Those rows alone."""
        meaning = None if self.meaning is None else self.meaning[rows]
        outcomes = {model: shares[rows] for model, shares in self.outcomes.items()}
        return Matrix(self.plain[rows], meaning, outcomes)

    def known(self, model: str) -> Places:
        """Rows with the model's outcome."""
        return np.flatnonzero(~np.isnan(self.outcomes[model]))


def matrix(rows: Sequence[RoutedRow], embed: Embedder | None) -> Matrix:
    """The rows' features, embeddings where there is an embedder, and outcomes."""
    asks = [RouteAsk(request=ModelRequest(messages=row.said())) for row in rows]
    models = sorted({model for row in rows for model in row.outcomes})
    return Matrix(
        plain=np.array([vector(features(ask)) for ask in asks]).reshape(-1, len(FEATURES)),
        meaning=embed([text_of(ask) for ask in asks]) if embed and asks else None,
        outcomes={
            model: np.array([float(row.outcomes.get(model, np.nan)) for row in rows])
            for model in models
        },
    )
