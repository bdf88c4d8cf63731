"""Evaluations from Python, in scripts and in notebooks alike."""

import asyncio
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Unpack

import polars as pl

from workbench.bootstrap.evaluation import evaluate as evaluate_request
from workbench.bootstrap.logs import configure_logs
from workbench.bootstrap.request import Bench, Options, Request
from workbench.bootstrap.results import scoreboard
from workbench.settings import Settings
from workbench.store import Store


def evaluate(
    suite: str | Path,
    *,
    model: str | Sequence[str] = "small",
    agent: str | Sequence[str] = "default",
    home: str | Path | None = None,
    **options: Unpack[Options],
) -> pl.DataFrame:
    """Run a suite with every model and every agent given; gives the scoreboard of the runs.

    Works inside a running event loop too. Options: epochs, limit, samples, families, concurrency,
    seed, tags, fields, scorers, judge, as in `Request`. Logs are as the settings say, and redacted.

    Raises `BadInput` as the command does.
    """
    settings = Settings.load(home=None if home is None else Path(home))
    configure_logs(settings)
    request = Request(suite=str(suite), models=_listed(model), agents=_listed(agent), **options)
    with Store.open(settings) as store:
        runs = _run(evaluate_request(request, Bench(settings, store)))
        return scoreboard(store, runs)


def _listed(value: str | Sequence[str]) -> Sequence[str]:
    return [value] if isinstance(value, str) else value


def _run(work: Coroutine[Any, Any, list[str]]) -> list[str]:
    """Run in a thread of its own: a notebook's thread has an event loop already."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, work).result()
