"""The store as people use it: ids by prefix, labels, their own SQL."""

import pytest

from engine.errors import BadInput, NotFound
from tests.unit.store import facts
from workbench.store import Store
from workbench.store.queries.labels import tags
from workbench.store.queries.resolve import resolve_episode, resolve_run

LATER = "run-20261124-081500-cd34"


@pytest.mark.parametrize("text", ["last", "run-20261123", facts.RUN, "run"])
def test_run_by_prefix(recorded: Store, text: str) -> None:
    """A run is named by `last`, its id, or a beginning that no other shares."""
    assert resolve_run(recorded.lake, text) == facts.RUN


def test_ambiguous_prefix(recorded: Store) -> None:
    """A beginning that several share is refused, naming them."""
    with recorded.recorder() as recorder:
        recorder.add(facts.run(LATER))
    with pytest.raises(BadInput, match=LATER):
        resolve_run(recorded.lake, "run-2026112")


def test_id_that_begins_another(recorded: Store) -> None:
    """A whole id is that run, also where another begins with it."""
    with recorded.recorder() as recorder:
        recorder.add(facts.run(facts.RUN + "-2"))
    assert resolve_run(recorded.lake, facts.RUN) == facts.RUN


@pytest.mark.parametrize("text", ["run-20261123-081500-ab13", "", "zzz", "%"])
def test_unknown_names_near(recorded: Store, text: str) -> None:
    """What nothing answers to is not found, and the error says what is near."""
    with pytest.raises(NotFound, match=facts.RUN):
        resolve_run(recorded.lake, text)


def test_episode_going_on(store: Store) -> None:
    """An episode that has only steps so far is found by its prefix."""
    with store.recorder() as recorder:
        recorder.add(facts.step(7))
    assert resolve_episode(store.lake, "ep-0") == f"ep-{7:020x}"


def test_tag_and_untag(recorded: Store) -> None:
    """A tag stands until it is taken away, and may be put again."""
    seen = []
    for change in (recorded.tag, recorded.tag, recorded.untag, recorded.tag):
        change("last", "good")
        seen.append(recorded.runs()["tags"].item().to_list())
    assert seen == [["good"], ["good"], [], ["good"]]


def test_tag_of_episode(recorded: Store) -> None:
    """An episode's tag is not the run's."""
    recorded.tag(f"ep-{1:020x}", "odd")
    assert recorded.runs()["tags"].item().to_list() == []
    assert tags(recorded.lake).rows() == [("odd", 0, 1)]


def test_note_is_signed(recorded: Store) -> None:
    """A note keeps who wrote it."""
    recorded.note("last", "  look at this  ")
    row = recorded.labels().row(0, named=True)
    assert (row["kind"], row["text"], row["author"]) == ("note", "look at this", "ann")


def test_empty_tag(recorded: Store) -> None:
    """A tag without a word is refused."""
    with pytest.raises(BadInput, match="text"):
        recorded.tag("last", " ")


def test_sql(recorded: Store) -> None:
    """A user's query may read any table, with parameters."""
    frame = recorded.sql("SELECT count(*) AS n FROM steps WHERE run_id = ?", [facts.RUN])
    assert frame["n"].item() == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELEC 1", "syntax error"),
        ("FROM nowhere", "nowhere"),
        ("DELETE FROM hot.runs", "only queries"),
        ("SELECT 1; DROP TABLE hot.runs", "one query"),
        ("CALL ducklake_expire_snapshots('lake')", "only queries"),
        ("FROM ducklake_delete_orphaned_files('lake', cleanup_all => true)", "only queries"),
        ("COPY runs TO 'x.csv'", "only queries"),
        ("  ", "one query"),
    ],
)
def test_sql_refuses(recorded: Store, text: str, said: str) -> None:
    """Bad SQL is told in the database's words, and nothing but queries is run."""
    with pytest.raises(BadInput, match=said):
        recorded.sql(text)


def test_sql_changes_nothing(recorded: Store) -> None:
    """What runs a write by way of explaining it leaves no trace."""
    recorded.sql("EXPLAIN ANALYZE DELETE FROM hot.runs")
    assert recorded.runs().height == 1


def test_frames(recorded: Store) -> None:
    """Without a name, all rows of all runs come."""
    heights = [f().height for f in (recorded.episodes, recorded.steps, recorded.scores)]
    assert heights == [2, 3, 2]
    assert recorded.steps("last", f"ep-{1:020x}").height == 2


def test_info(recorded: Store) -> None:
    """Each table tells how many rows it holds."""
    rows = dict(recorded.info().select("table", "rows").rows())
    assert (rows["runs"], rows["steps"], rows["labels"]) == (1, 3, 0)


def test_maintenance_keeps_every_row(recorded: Store) -> None:
    """Maintenance changes no answer."""
    before = [recorded.runs(), recorded.steps(), recorded.episodes("last")]
    recorded.maintain()
    after = [recorded.runs(), recorded.steps(), recorded.episodes("last")]
    assert all(one.equals(other) for one, other in zip(before, after, strict=True))
