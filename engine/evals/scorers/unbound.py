"""Scorers that need the suite's folder before they can score."""

from abc import ABC, abstractmethod
from pathlib import Path

from engine.contracts import Record
from engine.evals.task import Scorer


class Unbound(Record, ABC):
    """What is written of a scorer that names files beside the suite."""

    kind: str
    name: str = ""

    @abstractmethod
    def bind(self, folder: Path, where: str = "") -> Scorer:
        """The scorer, its files read; raises `BadInput` where they cannot be."""
