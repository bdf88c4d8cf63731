"""What notebooks look at: a run of the store, recordings, a small run; two runs to compare."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from engine.errors import NotFound
from workbench.bootstrap import Bench, Request, evaluate
from workbench.bootstrap.lineup import lineup
from workbench.bootstrap.recordings import import_recordings
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
        return store, import_recordings(store, found, format="tau-bench")[0].run_id
    with ThreadPoolExecutor(max_workers=1) as pool:  # a notebook's thread has an event loop already
        return store, pool.submit(asyncio.run, evaluate(_SMALL, Bench(settings, store))).result()[0]


def two_runs(store: Store, run: str | None, against: str | None) -> tuple[str, str]:
    """The run to compare with, and the run compared.

    The latter is the one named, else the newest that asked a model; the former is the one named,
    else a baseline over the same samples. Raises `NotFound` where there is none.
    """
    compared, *beside = lineup(store, run)
    if against is not None:
        return resolve_run(store.lake, against), compared
    if not beside:
        hint = "name one; workbench runs lists them"
        raise NotFound(f"no baseline over the samples of {compared} to compare it with", hint=hint)
    return beside[0], compared


def public_recordings(settings: Settings) -> Path | None:
    """The folder of tau-bench below the public data sets, where there is one."""
    folder = settings.test_data and settings.test_data / "tau-bench"
    return folder if folder and folder.is_dir() else None
