"""A user's own SQL, which may read everything and change nothing."""

import re
from collections.abc import Mapping
from typing import Any

import duckdb
import polars as pl

from engine.errors import BadInput
from workbench.store.lake import Lake

_READS = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}
_UPKEEP = re.compile(
    r"\bducklake_(add|cleanup|delete|expire|flush|merge|rewrite|set|commit)", re.IGNORECASE
)


def ask(lake: Lake, text: str, params: Mapping[str, Any] | list[Any] | None = None) -> pl.DataFrame:
    """What one query answers; raises `BadInput` with the database's words, or for a write.

    What it changes all the same (EXPLAIN ANALYZE runs what it explains) is rolled back.
    """
    _check(text)
    with lake.cursor() as cursor:
        try:
            cursor.execute("BEGIN")
            frame = cursor.execute(text, params).pl()
            cursor.execute("ROLLBACK")
        except duckdb.Error as error:
            raise BadInput(str(error).strip(), where="sql") from error
    return frame


def _check(text: str) -> None:
    try:
        statements = duckdb.extract_statements(text)
    except duckdb.Error as error:
        raise BadInput(str(error).strip(), where="sql") from error
    if len(statements) != 1:
        raise BadInput(f"one query at a time, not {len(statements)}", where="sql")
    if statements[0].type not in _READS or _UPKEEP.search(text):
        raise BadInput(
            "only queries may be asked: facts are appended by recorders alone",
            where="sql",
            hint="SELECT, FROM, DESCRIBE, SHOW, EXPLAIN",
        )
