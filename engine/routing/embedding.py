"""What a text means as a vector: static word embeddings, whose weights come with their package."""

from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from engine.routing.signals import excerpt

Vectors = npt.NDArray[np.float64]
DIMENSIONS: Final = 256


class Embedder(Protocol):
    """Turns texts into vectors of length 1."""

    @property
    def name(self) -> str:
        """Package, version's model and dimensions: vectors of another name do not compare."""
        ...

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """A row for each text; 0 throughout for a text without words."""
        ...


class WordLlama:
    """`wordllama`'s 256 dimensions, read from the installed package: nothing is downloaded."""

    name: Final = f"wordllama-{DIMENSIONS}"

    def __init__(self) -> None:
        self._model = _load()

    def __repr__(self) -> str:
        return f"WordLlama({DIMENSIONS} dimensions)"

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """A row for each text's excerpt."""
        found = np.asarray(
            self._model.embed([excerpt(text) or " " for text in texts], norm=False), dtype=float
        )
        norms = np.linalg.norm(found, axis=1, keepdims=True)
        vectors: Vectors = np.nan_to_num(found / np.where(norms > 0, norms, 1.0))
        return vectors


def embedder() -> Embedder | None:
    """The embedder at hand; null where `wordllama` is not installed."""
    return WordLlama() if find_spec("wordllama") else None


@lru_cache(maxsize=1)
def _load() -> Any:
    import wordllama  # noqa: PLC0415  # takes 0.4 s, and is not needed for an early exit

    home = Path(wordllama.__file__).parent
    return wordllama.WordLlama.load(cache_dir=home, disable_download=True)
