"""The store: a lake of facts, recorders that fill it, and named questions that read it."""

from workbench.store.buffer import FlushPolicy
from workbench.store.lake import Lake
from workbench.store.location import Location
from workbench.store.maintain import MaintenancePolicy, MaintenanceReport
from workbench.store.record import BatchRecorder, Flushed, MemoryRecorder
from workbench.store.response_cache import MemoryResponseCache, SqliteResponseCache
from workbench.store.store import Store, open_store

__all__ = [
    "BatchRecorder",
    "FlushPolicy",
    "Flushed",
    "Lake",
    "Location",
    "MaintenancePolicy",
    "MaintenanceReport",
    "MemoryRecorder",
    "MemoryResponseCache",
    "SqliteResponseCache",
    "Store",
    "open_store",
]
