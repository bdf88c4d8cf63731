"""Recorded episodes: taken in once, and what is computed from them."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

from workbench.bootstrap.recordings import Imported, import_recordings
from workbench.bootstrap.usage import lengths, repeated_calls, tool_usage
from workbench.settings import Settings
from workbench.store import Store

pytestmark = pytest.mark.data("tau-bench")


def taken(store: Store, path: Path) -> Imported:
    [run] = import_recordings(store, path, format="tau-bench")
    return run


@pytest.fixture(scope="module")
def recorded() -> Iterator[SimpleNamespace]:
    """The public recordings in a store in memory."""
    folder = Settings().test_data
    assert folder is not None
    path: Path = folder / "tau-bench"
    with Store.memory() as store:
        yield SimpleNamespace(store=store, path=path, run=taken(store, path).run_id)


def test_importing_again_changes_nothing(recorded: SimpleNamespace) -> None:
    """The same recordings are the same run, and are not doubled."""
    again = taken(recorded.store, recorded.path)
    assert (again.run_id, again.new) == (recorded.run, 0)
    assert recorded.store.episodes(recorded.run).height == 200


def test_every_call_of_a_tool_is_counted(recorded: SimpleNamespace) -> None:
    """The 1,164 calls are there, the most called tool first."""
    usage = tool_usage(recorded.store, recorded.run)
    assert usage["calls"].sum() == 1164
    assert usage.row(0, named=True)["tool"] == "get_reservation_details"


def test_what_repeats_gives_the_same_but_for_bookings(recorded: SimpleNamespace) -> None:
    """Of 251 repeated calls 249 give the same output; the other two book."""
    repeats = repeated_calls(recorded.store, recorded.run)
    unlike = repeats.filter(pl.col("same") < pl.col("repeated"))
    assert (repeats["repeated"].sum(), repeats["same"].sum()) == (251, 249)
    assert unlike["tool"].to_list() == ["book_reservation"]


def test_lengths_are_of_all_scored_episodes(recorded: SimpleNamespace) -> None:
    """84 episodes pass, 116 fail, and failing ones are longer in the median."""
    rows = {row["outcome"]: row for row in lengths(recorded.store, recorded.run).to_dicts()}
    assert (rows["passed"]["episodes"], rows["failed"]["episodes"]) == (84, 116)
    assert rows["failed"]["median steps"] > rows["passed"]["median steps"]
