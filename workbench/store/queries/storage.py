"""What the store holds and takes."""

import polars as pl

from workbench.store.lake import Lake
from workbench.store.tables import TABLES

_FILES = """
    SELECT table_name AS "table", sum(file_count)::BIGINT AS files,
           sum(file_size_bytes)::BIGINT AS bytes
    FROM ducklake_table_info('lake') GROUP BY table_name
"""
_NO_FILES = 'SELECT NULL::VARCHAR AS "table", NULL::BIGINT AS files, NULL::BIGINT AS bytes LIMIT 0'


def tables(lake: Lake) -> pl.DataFrame:
    """Each table's extent.

    Columns: table, rows, hot (rows that maintenance has not moved yet), files, bytes (of the
    Parquet files; 0 in memory, and for rows that still lie in the catalogue).
    """
    counts = " UNION ALL ".join(
        f"""SELECT {place} AS place, '{name}' AS "table", (SELECT count(*) FROM hot.{name}) AS hot,
                   (SELECT count(*) FROM cold.{name}) AS cold"""  # noqa: S608 - names of our own
        for place, name in enumerate(table.name for table in TABLES)
    )
    sql = f"""
        SELECT "table", hot + cold AS rows, hot, coalesce(files, 0) AS files,
               coalesce(bytes, 0) AS bytes
        FROM ({counts}) LEFT JOIN ({_FILES if lake.ducklake else _NO_FILES}) USING ("table")
        ORDER BY place
    """  # noqa: S608
    return lake.frame(sql)
