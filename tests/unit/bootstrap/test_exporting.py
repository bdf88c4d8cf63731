"""What an export holds, and what comes of taking it in."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import workbench as wb
from engine.errors import BadInput
from engine.interchange.masking import Masker
from tests.unit.bootstrap.conftest import Evaluate
from tests.unit.bootstrap.transfer import bundled, everything, lines
from tests.unit.interchange.lines import OTHER, all_facts
from tests.unit.store import facts
from workbench.bootstrap.exporting import Format, count, export_episodes, selections
from workbench.bootstrap.opening import import_bundle, import_jsonl
from workbench.bootstrap.recordings import import_recordings
from workbench.bootstrap.replaying import replay_episodes
from workbench.settings import Settings
from workbench.store import Store
from workbench.store.tables import TABLES

MESSAGES = """
    SELECT task_id, index, kind, s.agent, s.messages, s.state_hash, s.cost_usd
    FROM steps AS s JOIN episodes USING (episode_id) ORDER BY ALL
"""
SCORES = "SELECT task_id, epoch, scorer, value, passed, reason, advisory FROM scores ORDER BY ALL"


@pytest.fixture
def full() -> Iterator[Store]:
    """A store with a fact of every kind."""
    with Store.memory() as store:
        with store.recorder() as recorder:
            recorder.add(*all_facts())
        yield store


@pytest.fixture
def second() -> Iterator[Store]:
    """An empty store to take things in."""
    with Store.memory() as opened:
        yield opened


def test_a_run_comes_alone(full: Store, second: Store, tmp_path: Path) -> None:
    """Nothing of other runs is in its bundle."""
    import_bundle(second, bundled(full, tmp_path / "a.wbz", OTHER))
    assert second.runs()["run_id"].to_list() == [OTHER]
    assert [len(rows) for rows in everything(second).values()].count(0) == len(TABLES) - 3


def test_an_episode_comes_alone(full: Store, second: Store, tmp_path: Path) -> None:
    """With its run, and without the run's other episodes."""
    import_bundle(second, bundled(full, tmp_path / "a.wbz", f"ep-{7:020x}"))
    assert second.steps()["episode_id"].to_list() == [f"ep-{7:020x}"]
    assert second.runs().height == 1


@pytest.mark.parametrize("again", ["a.wbz", "a.jsonl"])
def test_again_nothing_changes(full: Store, second: Store, tmp_path: Path, again: str) -> None:
    """What is here already is said to be, from whatever file it comes."""
    bundled(full, tmp_path / "a.wbz", facts.RUN)
    lines(full, tmp_path / "a.jsonl", facts.RUN)
    import_bundle(second, tmp_path / "a.wbz")
    before = everything(second)
    take = import_bundle if again.endswith("wbz") else import_jsonl
    taken = take(second, tmp_path / again).taken
    assert (taken.new, taken.known, taken.rows) == ((), (facts.RUN,), 0)
    assert everything(second) == before


def test_what_was_added_here_stays(full: Store, second: Store, tmp_path: Path) -> None:
    """A tag put on the run after it came is no reason to refuse it."""
    bundle = bundled(full, tmp_path / "a.wbz", facts.RUN)
    import_bundle(second, bundle)
    second.tag(facts.RUN, "mine")
    assert import_bundle(second, bundle).taken.known == (facts.RUN,)


def test_other_content_is_refused(full: Store, second: Store, tmp_path: Path) -> None:
    """A run of the same id that is another leaves all as it was, other runs in the file too."""
    with second.recorder() as recorder:
        recorder.add(facts.run(), facts.episode(0, answer="no"))
    before = everything(second)
    with pytest.raises(BadInput, match=r"here already with other content: .* rows of"):
        import_bundle(second, bundled(full, tmp_path / "a.wbz", facts.RUN, OTHER))
    assert everything(second) == before


def test_exports_are_the_same_each_time(full: Store, tmp_path: Path) -> None:
    """Equal facts give equal bytes, in every format."""
    some = selections(full, [facts.RUN, OTHER])
    for kind in (Format.JSONL, Format.OTLP):
        for name in ("a", "b"):
            export_episodes(full, some, tmp_path / f"{name}.{kind}", kind)
    bundled(full, tmp_path / "a.bundle", facts.RUN)
    bundled(full, tmp_path / "b.bundle", facts.RUN)
    for kind in Format:
        assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()


def test_a_masked_bundle_holds_no_find(full: Store, second: Store, tmp_path: Path) -> None:
    """Neither in its tables nor beside them, and its manifest says so."""
    made = import_bundle(second, bundled(full, tmp_path / "a.wbz", facts.RUN, masker=Masker()))
    assert "mia@example.com" not in repr(everything(second))
    assert made.manifest is not None
    assert made.manifest.redacted


def test_as_many_as_were_counted(full: Store, tmp_path: Path) -> None:
    """The progress that is told adds up to what was announced."""
    some = selections(full, [facts.RUN, OTHER])
    told: list[int] = []
    done = export_episodes(full, some, tmp_path / "a.jsonl", Format.JSONL, on_done=told.append)
    assert sum(told) == done.episodes == count(full, some) == 3


@pytest.mark.parametrize("kind", Format)
def test_one_call_exports(full: Store, tmp_path: Path, kind: Format) -> None:
    """From Python a run's name, a file and a format are enough."""
    done = wb.export(full, facts.RUN, tmp_path / "a", kind=kind.value, redact=True)
    assert (done.runs, done.bytes) == ((facts.RUN,), (tmp_path / "a").stat().st_size)
    assert b"mia@example.com" not in (tmp_path / "a").read_bytes()


@pytest.mark.parametrize(("name", "traces"), [("a.json", 1), ("a.jsonl", 3)])
def test_traces_are_one_document_or_lines(
    full: Store, tmp_path: Path, name: str, traces: int
) -> None:
    """A file that ends with .jsonl has a trace a line, each a document of its own."""
    wb.export(full, [facts.RUN, OTHER], tmp_path / name, kind="otlp")
    text = (tmp_path / name).read_text()
    documents = [json.loads(text)] if traces == 1 else list(map(json.loads, text.splitlines()))
    assert len(documents) == traces
    assert sum(len(document["resourceSpans"]) for document in documents) == 3


def test_an_episode_of_another_run_is_refused(full: Store, second: Store, tmp_path: Path) -> None:
    """Ids of episodes are unique in a store: one that is here under another run stays out."""
    with second.recorder() as recorder:
        recorder.add(facts.run(OTHER), facts.episode(0, run_id=OTHER))
    with pytest.raises(BadInput, match="is an episode of another run here"):
        wb.import_bundle(second, bundled(full, tmp_path / "a.wbz", facts.RUN))


def test_the_order_of_rows_is_no_matter(full: Store, second: Store, tmp_path: Path) -> None:
    """A store that took the same facts the other way round gives the same bytes."""
    with second.recorder() as recorder:
        recorder.add(*reversed(all_facts()))
    for kind in Format:
        names = [facts.RUN, OTHER]
        wb.export(full, names, tmp_path / "a", kind=kind)
        wb.export(second, names, tmp_path / "b", kind=kind)
        assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_traces_of_a_run_come_back(
    store: Store, second: Store, evaluated: Evaluate, tmp_path: Path
) -> None:
    """The same messages and scores; what a model did in it is replayed without a divergence."""
    [run] = evaluated("constant", limit=30)
    wb.export(store, run, tmp_path / "a.jsonl", kind="otlp")
    import_recordings(second, tmp_path / "a.jsonl", format="otlp")
    assert second.sql(MESSAGES).equals(store.sql(MESSAGES))
    assert second.sql(SCORES).equals(store.sql(SCORES))
    ids = second.episodes()["episode_id"].to_list()
    report = asyncio.run(replay_episodes(Settings(), second, ids))
    assert (len(report.replayed), report.diverged) == (30, [])
