"""Exports of a store, and all that is in one."""

from pathlib import Path
from typing import Any

from engine.contracts import Fact
from workbench.bootstrap.bundling import together, write_bundle
from workbench.bootstrap.exporting import Format, export_episodes, selections
from workbench.store import Store
from workbench.store.rows import decode_all
from workbench.store.tables import TABLES


def everything(store: Store) -> dict[str, list[Fact]]:
    """All facts of a store by table, in an order of their own."""
    frames = ((t, store.lake.frame(f"FROM {t.name} ORDER BY ALL").to_dicts()) for t in TABLES)
    return {table.name: list(decode_all(table, rows)) for table, rows in frames}


def bundled(store: Store, path: Path, *names: str, **options: Any) -> Path:
    write_bundle(store, together(selections(store, names)), path, **options)
    return path


def lines(store: Store, path: Path, *names: str) -> Path:
    export_episodes(store, selections(store, names), path, Format.JSONL)
    return path
