"""What the Golden page asks."""

from dataclasses import dataclass

import polars as pl

from workbench.store import Store
from workbench.store.queries import golden


@dataclass(frozen=True, slots=True)
class GoldenNumbers:
    """Tasks with the columns of `queries.golden.standing`."""

    tasks: pl.DataFrame


def load_golden(store: Store) -> GoldenNumbers:
    """Every golden task as it stands, the latest change first."""
    return GoldenNumbers(tasks=golden.standing(store.lake))
