"""What a benchmark is asked and what it answers."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Options:
    """How large a run is, and where public data lies."""

    full: bool = False
    data: Path | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """A metric's value in its unit; null where it could not be measured, with a note why."""

    metric: str
    value: float | None
    unit: str
    note: str = ""
