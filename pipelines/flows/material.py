"""What a notebook on repeated episodes looks at: a run of the store, recordings, a small run."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from workbench.bootstrap import Bench, Request, evaluate
from workbench.bootstrap.recordings import import_tau_bench
from workbench.settings import Settings
from workbench.store import Store
from workbench.store.queries.resolve import resolve_run

_SMALL = Request("helpdesk", agents=("random",), epochs=4, limit=24)
"""Needs no model, and passes now and then."""


def repeated_run(
    home: str | Path | None, run: str | None, recordings: str | Path | None
) -> tuple[Store, str]:
    """A store and the run in it to look at, the user's own store left as it is.

    The run named, in the store at `home`; else the tau-bench recordings given, or those below
    WORKBENCH_TEST_DATA; else a small run of the bundled suite with an agent that draws its answers.
    The latter two are in a store in memory. Raises `NotFound` where run or recordings are named
    but not there.
    """
    settings = Settings.load(home=None if home is None else Path(home))
    if run is not None:
        store = Store.open(settings)
        return store, resolve_run(store.lake, run)
    store = Store.memory()
    found = recordings or public_recordings(settings)
    if found is not None:
        return store, import_tau_bench(store, found).run_id
    with ThreadPoolExecutor(max_workers=1) as pool:  # a notebook's thread has an event loop already
        return store, pool.submit(asyncio.run, evaluate(_SMALL, Bench(settings, store))).result()[0]


def public_recordings(settings: Settings) -> Path | None:
    """The folder of tau-bench below the public data sets, where there is one."""
    folder = settings.test_data and settings.test_data / "tau-bench"
    return folder if folder and folder.is_dir() else None
