"""The cache of model answers as an evaluation uses it, and as people look after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from engine.contracts import CacheTotals
from engine.models.cached import CachePolicy, Caching
from workbench.settings import Settings
from workbench.store import SqliteResponseCache

OFF: Final = "off"
"""In place of a scope: no cache."""


@contextmanager
def answer_cache(settings: Settings) -> Iterator[SqliteResponseCache]:
    """The cache beside the store, closed after the block."""
    cache = SqliteResponseCache(cache_file(settings), settings.cache_bytes)
    try:
        yield cache
    finally:
        cache.close()


@contextmanager
def caching(
    settings: Settings, scope: str, *, ttl_s: float | None = None, across_epochs: bool = False
) -> Iterator[Caching | None]:
    """What lets models use the cache under a scope; null for `off`.

    Raises `BadInput` where the scope or the age are impossible.
    """
    if scope == OFF:
        yield None
        return
    given = {"scope": scope, "ttl_s": ttl_s, "across_epochs": across_epochs}
    policy = CachePolicy.parse(given, where="cache")
    with answer_cache(settings) as cache:
        yield Caching(cache, policy)


def cache_file(settings: Settings) -> Path:
    """Where the answers are kept."""
    return settings.home / "answers.sqlite"


def cache_totals(settings: Settings) -> list[CacheTotals]:
    """What is kept, by scope and model."""
    with answer_cache(settings) as cache:
        return cache.totals()


def clear_cache(settings: Settings, scope: str | None = None) -> int:
    """Forget the answers of a scope, or all; gives how many."""
    with answer_cache(settings) as cache:
        return cache.clear(scope)
