"""Evaluations from Python, in scripts and in notebooks alike."""

import asyncio
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar, Unpack

import polars as pl

from workbench.bootstrap.caching import OFF, caching
from workbench.bootstrap.evaluation import evaluate as evaluate_request
from workbench.bootstrap.logs import configure_logs
from workbench.bootstrap.request import Bench, Options, Request
from workbench.bootstrap.results import scoreboard
from workbench.settings import Settings
from workbench.store import Store

T = TypeVar("T")


def evaluate(
    suite: str | Path,
    *,
    model: str | Sequence[str] = "small",
    agent: str | Sequence[str] = "default",
    home: str | Path | None = None,
    cache: str = OFF,
    cache_ttl_s: float | None = None,
    cache_across_epochs: bool = False,
    **options: Unpack[Options],
) -> pl.DataFrame:
    """Run a suite with every model and every agent given; gives the scoreboard of the runs.

    With `cache` equal requests are answered from what was kept under that name: for `cache_ttl_s`
    seconds, and never across epochs unless `cache_across_epochs` says so.

    Works inside a running event loop too. Options: epochs, limit, samples, families, concurrency,
    seed, tags, fields, scorers, judge, as in `Request`. Logs are as the settings say, and redacted.

    Raises `BadInput` as the command does.
    """
    settings = Settings.load(home=None if home is None else Path(home))
    configure_logs(settings)
    request = Request(suite=str(suite), models=_listed(model), agents=_listed(agent), **options)
    kept = caching(settings, cache, ttl_s=cache_ttl_s, across_epochs=cache_across_epochs)
    with Store.open(settings) as store, kept as used:
        runs = in_thread(evaluate_request(request, Bench(settings, store, caching=used)))
        return scoreboard(store, runs)


def _listed(value: str | Sequence[str]) -> Sequence[str]:
    return [value] if isinstance(value, str) else value


def in_thread(work: Coroutine[Any, Any, T]) -> T:
    """Run in a thread of its own: a notebook's thread has an event loop already."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, work).result()
