"""Golden tasks into the lake: each change once, whoever sees it first."""

from collections.abc import Sequence
from uuid import uuid4

from engine.contracts import GoldenTask
from workbench.store.lake import Lake
from workbench.store.queries.golden import LATEST
from workbench.store.rows import arrow, encode
from workbench.store.tables import BY_FACT

_SAME = ("tenant", "suite", "task_id", "version", "state", "content_hash", "owner", "reviewer")


def append_changes(lake: Lake, changes: Sequence[GoldenTask]) -> None:
    """Add those that the lake does not have as the last of their task; raises `StoreError`.

    Two processes that see the same change at once add it once.
    """
    if not changes:
        return
    rows = arrow(BY_FACT[GoldenTask], [encode(change) for change in changes])
    with lake.transaction("recording golden tasks", {"new_golden_tasks": rows}) as connection:
        lake.name_commit(connection, f"golden-{uuid4().hex}")
        connection.execute(f"""
            INSERT INTO hot.golden_tasks
            FROM new_golden_tasks ANTI JOIN (FROM ({LATEST})) AS known
            USING ({", ".join(_SAME)}, reason)
        """)
