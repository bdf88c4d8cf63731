"""Recordings in the store: once, whole, and gone on with."""

from itertools import islice
from pathlib import Path

import pytest

from engine.errors import BadInput, NotFound
from engine.interchange import FORMATS, intakes
from tests.unit.interchange.recordings import CHAT, small, write
from workbench.bootstrap.recordings import Progress, import_recordings
from workbench.bootstrap.replaying import replay_episodes
from workbench.bootstrap.results import scoreboard
from workbench.settings import Settings
from workbench.store import Store

SOURCES = ("chat", "swe-agent", "atif", "openhands", "otlp", "inspect")


@pytest.mark.parametrize("source", SOURCES)
def test_importing_again_changes_nothing(source: str, tmp_path: Path) -> None:
    """The second time every episode is there already."""
    path = small(source, tmp_path)
    with Store.memory() as store:
        first, again = (import_recordings(store, path, format=source) for _ in range(2))
        assert [(run.episodes, run.new) for run in (*first, *again)] == [(1, 1), (1, 0)]
        assert (store.episodes().height, store.runs().height) == (1, 1)


@pytest.mark.parametrize("source", SOURCES)
async def test_an_imported_episode_is_replayed(source: str, tmp_path: Path) -> None:
    """Out of the store, without a divergence."""
    with Store.memory() as store:
        import_recordings(store, small(source, tmp_path), format=source)
        ids = store.episodes()["episode_id"].to_list()
        report = await replay_episodes(Settings(), store, ids)
    assert (len(report.replayed), report.diverged, report.skipped) == (1, [], [])


def test_an_import_goes_on_where_it_was_cut_short(tmp_path: Path) -> None:
    """Episodes that are there are left as they are; the rest and the end are added."""
    path = write(tmp_path / "a.jsonl", *({**CHAT, "id": str(n)} for n in range(5)))
    [intake] = intakes(FORMATS["chat"], [path])
    run = intake.run(now=1.0)
    with Store.memory() as store:
        with store.recorder() as recorder:
            recorder.add(run)
            for group in islice(intake.groups(run, now=1.0), 2):
                recorder.add(*group)
        [taken] = import_recordings(store, path, format="chat")
        assert (taken.new, store.episodes()["episode_id"].n_unique()) == (3, 5)
        assert store.sql("select count(*) from run_ends").item() == 1


def test_a_fault_leaves_no_trace(tmp_path: Path) -> None:
    """Also of the files before it."""
    write(tmp_path / "a.jsonl", CHAT)
    write(tmp_path / "b.jsonl", {"messages": 1})
    with Store.memory() as store:
        with pytest.raises(BadInput, match=r"b\.jsonl: line 1"):
            import_recordings(store, tmp_path, format="chat")
        assert store.runs().is_empty()


def test_a_format_that_nobody_knows_is_told(tmp_path: Path) -> None:
    """With those that are known."""
    with Store.memory() as store, pytest.raises(NotFound, match="known: tau-bench, inspect"):
        import_recordings(store, tmp_path, format="csv")


def test_progress_is_told_twice(tmp_path: Path) -> None:
    """While all is checked, of a number unknown, and while it is written."""
    heard: list[Progress] = []
    with Store.memory() as store:
        path = write(tmp_path / "a.jsonl", *({**CHAT, "id": str(n)} for n in range(2)))
        import_recordings(store, path, format="chat", on_progress=heard.append)
    assert [(p.done, p.total) for p in heard] == [(1, None), (2, None), (1, 2), (2, 2)]


def test_facts_go_to_the_tenant_that_is_named(tmp_path: Path) -> None:
    """Run, episodes and unknown fields alike."""
    path = write(tmp_path / "a.jsonl", {**CHAT, "mood": 1})
    with Store.memory() as store:
        import_recordings(store, path, format="chat", tenant="acme", suite="calls")
        for table in ("runs", "episodes", "steps", "unknown_fields", "run_ends"):
            found = store.sql(f"select distinct tenant from {table}")  # noqa: S608
            assert found["tenant"].to_list() == ["acme"]


def test_only_recordings_with_times_have_a_latency(tmp_path: Path) -> None:
    """On the scoreboard, as on the pages."""
    with Store.memory() as store:
        runs = {}
        for source in ("inspect", "chat"):
            [taken] = import_recordings(store, small(source, tmp_path), format=source)
            runs[source] = taken.run_id
        board = scoreboard(store, list(runs.values())).unique("run_id")
    latency = dict(board.select("run_id", "latency_p50_s").iter_rows())
    assert latency == {runs["inspect"]: 5.0, runs["chat"]: None}
