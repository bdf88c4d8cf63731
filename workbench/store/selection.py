"""Which rows of the lake make up runs, whole or some of their episodes alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from workbench.store.lake import Lake
from workbench.store.tables import TABLES, Table

BATCH_ROWS: Final = 2_048
"""Rows in memory at a time: those of exchanges may hold a long prompt each."""

REFERRED: Final = {
    "golden_tasks": """
        (suite, task_id, content_hash) IN (
            SELECT (suite, task_id, content_hash) FROM task_versions
            WHERE run_id IN (SELECT unnest($runs)))
    """,
    "calibrations": """
        calibration_id IN (
            SELECT calibration_id FROM judgements WHERE run_id IN (SELECT unnest($runs)))
    """,
    "canary_changes": """
        (tenant, canary_id) IN (
            SELECT (tenant, canary_id) FROM routing_decisions
            WHERE run_id IN (SELECT unnest($runs)))
    """,
}
"""Rows that runs refer to, though they may stem from another run or from none."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Runs by id; with `episodes` nothing of other episodes of theirs."""

    runs: tuple[str, ...]
    episodes: tuple[str, ...] | None = None

    def rows(self, lake: Lake) -> dict[str, int]:
        """How many rows of each table are in it, those without any left out."""
        asked = (
            f"SELECT '{t.name}' AS name, count(*) AS rows FROM {t.name} WHERE {_where(t)}"  # noqa: S608
            for t in TABLES
        )  # our names
        found = dict(lake.frame(" UNION ALL ".join(asked), self._given).iter_rows())
        return {table.name: found[table.name] for table in TABLES if found[table.name]}

    def batches(self, lake: Lake, table: Table) -> Iterator[pa.RecordBatch]:
        """Those rows, in an order that depends on nothing but them."""
        names = ", ".join(f'"{name}"' for name in table.columns)
        sql = f"SELECT {names} FROM {table.name} WHERE {_where(table)} ORDER BY ALL"  # noqa: S608
        with lake.cursor() as cursor:
            yield from cursor.execute(sql, self._given).to_arrow_reader(BATCH_ROWS)

    @property
    def _given(self) -> dict[str, Any]:
        episodes = None if self.episodes is None else list(self.episodes)
        return {"runs": list(self.runs), "episodes": episodes}


def _where(table: Table) -> str:
    of_runs = "run_id IN (SELECT unnest($runs))"
    if table.name in REFERRED:
        return f"$episodes IS NOT DISTINCT FROM $episodes AND ({of_runs} OR {REFERRED[table.name]})"
    if "episode_id" not in table.columns:
        return f"$episodes IS NOT DISTINCT FROM $episodes AND {of_runs}"
    chosen = "coalesce(episode_id, '') = '' OR episode_id IN (SELECT unnest($episodes))"
    return f"{of_runs} AND ($episodes IS NULL OR {chosen})"
