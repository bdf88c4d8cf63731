"""The database's errors in the words of our own tree."""

import sqlite3

import duckdb

from engine.errors import StoreError, StoreFull, StoreTooNew

_FULL = ("no space left", "disk is full", "disk quota exceeded", "disk full")
_BROKEN = "disk i/o error"  # what SQLite says of a disk that is full at its log's shared memory
_NEWER = ("ducklake catalog version mismatch", "unsupported ducklake", "ducklake version")


def translate(error: duckdb.Error | sqlite3.Error | OSError, doing: str) -> StoreError:
    """The `StoreError` that says what could not be done, why, and what helps."""
    text = str(error).strip()
    lowered = text.lower()
    if any(mark in lowered for mark in _FULL):
        return StoreFull(
            f"no space left while {doing}", hint="free some space and do it again; nothing is lost"
        )
    if _BROKEN in lowered:
        return StoreFull(
            f"no space left, or a failing disk, while {doing}",
            hint="free some space and do it again; nothing is lost",
        )
    if any(mark in lowered for mark in _NEWER):
        return StoreTooNew(f"{doing}: {text}", hint="install a newer version of the workbench")
    return StoreError(f"{doing} failed: {text}")
