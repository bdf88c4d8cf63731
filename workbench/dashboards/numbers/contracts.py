"""What the Contracts page asks."""

from dataclasses import dataclass

import polars as pl

from workbench.store import Store
from workbench.store.queries import contracts


@dataclass(frozen=True, slots=True)
class ContractsNumbers:
    """Tables with the columns of the queries of their names."""

    unknown: pl.DataFrame
    violations: pl.DataFrame


def load_contracts(store: Store) -> ContractsNumbers:
    """Unknown fields, the most frequent first, and violations, the latest first."""
    return ContractsNumbers(
        unknown=contracts.unknown_fields(store.lake), violations=contracts.violations(store.lake)
    )
