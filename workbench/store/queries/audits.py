"""What people have done to episodes, tools, calls and sagas."""

import polars as pl

from workbench.store.lake import Lake


def about(lake: Lake, subject: str, limit: int = 10) -> pl.DataFrame:
    """The latest audit rows of one subject, the latest first.

    Columns: acted_at, author, action, reason (text; null: none was given).
    """
    sql = """
        SELECT acted_at, author, action, json_extract_string(details, '$.reason') AS reason
        FROM audits WHERE subject = $subject ORDER BY acted_at DESC LIMIT $limit
    """
    return lake.frame(sql, {"subject": subject, "limit": limit})
