"""Rows into the lake's hot tables, in one transaction."""

from collections.abc import Mapping, Sequence

from engine.contracts import Fact
from workbench.store.lake import Lake
from workbench.store.rows import Row, arrow, encode
from workbench.store.tables import BY_FACT, BY_NAME


def append_rows(lake: Lake, rows: Mapping[str, Sequence[Row]], name: str) -> None:
    """Commit rows, by table, under a name that `Lake.has_commit` finds; raises `StoreError`."""
    given = {f"new_{table}": arrow(BY_NAME[table], some) for table, some in rows.items()}
    with lake.transaction("recording", given) as connection:
        lake.name_commit(connection, name)
        for table in rows:
            connection.execute(f"INSERT INTO hot.{table} FROM new_{table}")


def append_fact(lake: Lake, fact: Fact, name: str) -> None:
    """Commit one fact, for those too rare to be worth a recorder; raises as `append_rows`."""
    append_rows(lake, {BY_FACT[type(fact)].name: [encode(fact)]}, name)
