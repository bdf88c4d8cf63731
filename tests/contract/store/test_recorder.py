"""A recorder's promises: durable after flush, together or not at all, nothing lost by a fault."""

import threading

import pytest

from engine.errors import BadInput, StoreError
from tests.unit.store import facts
from workbench.store import BatchRecorder, Flushed, FlushPolicy, Store

SLOW = FlushPolicy(max_age_s=3600)


def test_visible_after_flush(store: Store) -> None:
    """What flush returned for is there for every reader."""
    with store.recorder(SLOW) as recorder:
        recorder.add(facts.run(), facts.episode())
        recorder.flush()
        assert (store.runs().height, store.episodes().height) == (1, 1)


def test_close_flushes(store: Store) -> None:
    """Leaving the block makes all that was taken durable."""
    with store.recorder(SLOW) as recorder:
        recorder.add(facts.run())
    assert store.runs().height == 1


def test_closed_takes_nothing(store: Store) -> None:
    """A closed recorder refuses facts."""
    recorder = store.recorder()
    recorder.close()
    with pytest.raises(StoreError, match="closed"):
        recorder.add(facts.run())


@pytest.mark.parametrize(
    "policy",
    [
        FlushPolicy(max_rows=2, max_age_s=3600),
        FlushPolicy(max_bytes=200, max_age_s=3600),
        FlushPolicy(max_age_s=0.01),
    ],
)
def test_flushes_by_itself(store: Store, policy: FlushPolicy) -> None:
    """Rows, bytes and time each bring a flush that nobody asked for."""
    flushed = threading.Event()
    with store.recorder(policy, on_flush=lambda _: flushed.set()) as recorder:
        recorder.add(facts.run(), facts.episode())
        assert flushed.wait(timeout=30)


def test_one_commit_for_all_tables(store: Store) -> None:
    """A flush is one transaction, whatever tables its facts go to."""
    commits: list[Flushed] = []
    with store.recorder(SLOW, on_flush=commits.append) as recorder:
        recorder.add(facts.run())
        recorder.add(facts.episode(), facts.step(), facts.score())
    assert [commit.rows for commit in commits] == [4]


def test_bad_fact_takes_none(store: Store) -> None:
    """When one fact of an add has no row, none of them is taken."""
    with store.recorder(SLOW) as recorder, pytest.raises(BadInput):
        recorder.add(facts.episode(), facts.run(seed=2**64))
    assert store.episodes().is_empty()


def test_threads_share_a_recorder(store: Store) -> None:
    """Facts added by several threads at once are all there, each once."""
    with store.recorder(FlushPolicy(max_rows=7)) as recorder:

        def work(first: int) -> None:
            for number in range(first, first + 25):
                recorder.add(facts.episode(number))

        threads = [threading.Thread(target=work, args=(100 * n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert store.episodes()["episode_id"].n_unique() == store.episodes().height == 100


def test_fault_loses_nothing(store: Store) -> None:
    """After a commit that failed, a later flush brings what waited, once."""
    with store.lake.transaction("hiding a table") as connection:
        connection.execute("ALTER TABLE hot.runs RENAME TO gone")
    recorder = BatchRecorder(store.lake, SLOW)
    recorder.add(facts.run())
    with pytest.raises(StoreError):
        recorder.flush()
    with store.lake.transaction("bringing it back") as connection:
        connection.execute("ALTER TABLE hot.gone RENAME TO runs")
    recorder.close()
    assert store.runs().height == 1


def test_fault_is_raised_at_the_next_add(store: Store) -> None:
    """What failed behind the scenes is said at the next add, which then takes nothing."""
    with store.lake.transaction("losing a table") as connection:
        connection.execute("ALTER TABLE hot.runs RENAME TO gone")
    failed = threading.Event()
    policy = FlushPolicy(max_rows=1, max_age_s=3600)
    recorder = BatchRecorder(store.lake, policy, on_flush=lambda _: failed.set())
    recorder.add(facts.run())
    assert failed.wait(timeout=30)
    with pytest.raises(StoreError):
        recorder.add(facts.episode())
    with pytest.raises(StoreError):
        recorder.close()
    assert "1 rows wait" in repr(recorder)
