"""The database's errors become errors that say what to do."""

import duckdb
import pytest

from engine.errors import StoreError, StoreFull, StoreTooNew
from workbench.store.faults import translate

CASES = [
    (duckdb.IOException('Could not write file "x": No space left on device'), StoreFull),
    (duckdb.TransactionException("Failed to commit: database or disk is full"), StoreFull),
    (OSError(122, "Disk quota exceeded"), StoreFull),
    (duckdb.InvalidInputException("DuckLake catalog version mismatch: 9.0"), StoreTooNew),
    (duckdb.IOException("file is not a database"), StoreError),
]


@pytest.mark.parametrize(("error", "kind"), CASES)
def test_kind(error: duckdb.Error | OSError, kind: type[StoreError]) -> None:
    """A full disk and a newer format are told apart from other faults."""
    assert type(translate(error, "recording")) is kind


def test_names_what_was_done() -> None:
    """The message begins with what could not be done."""
    assert str(translate(duckdb.IOException("boom"), "recording")) == "recording failed: boom"
