"""Pages that follow the store."""

from collections.abc import Iterator

import pytest

from engine.clock import ManualClock
from engine.errors import NotFound, WorkbenchError
from tests.browser.samples import facts_of
from tests.browser.world import RUNNING, running_sample
from workbench.dashboards.live import Live, Work
from workbench.dashboards.watch import Watch
from workbench.store import Store


class Seen:
    """A page that notes what happens to it; each load takes a second."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.shown: list[int] = []
        self.failed: list[WorkbenchError] = []
        self.fault: WorkbenchError | None = None

    def load(self) -> int:
        """Give the number of loads so far, or raise."""
        self.clock.advance(1)
        if self.fault:
            raise self.fault
        return len(self.shown) + 1

    def live(self, store: Store) -> Live[int]:
        """What keeps it up to date."""
        work = Work(self.load, self.shown.append, self.failed.append)
        return Live(Watch(store, self.clock), work, self.clock)


@pytest.fixture
def store() -> Iterator[Store]:
    """An empty store of its own."""
    with Store.memory() as made:
        yield made


def record(store: Store, number: int) -> None:
    """Add an episode."""
    with store.recorder() as recorder:
        recorder.add(*facts_of(running_sample(number)))


async def test_an_unchanged_store_is_loaded_once(store: Store) -> None:
    """A page is not drawn anew for nothing."""
    page = Seen(ManualClock())
    live = page.live(store)
    for _ in range(3):
        await live.tick()
        page.clock.advance(10)
    assert page.shown == [1]


async def test_added_facts_are_shown(store: Store) -> None:
    """The next look after a commit takes them in."""
    page = Seen(ManualClock())
    live = page.live(store)
    await live.tick()
    record(store, 0)
    page.clock.advance(10)
    await live.tick()
    assert page.shown == [1, 2]


async def test_a_slow_page_rests(store: Store) -> None:
    """After a load of one second the page leaves the store alone for two."""
    page = Seen(ManualClock())
    live = page.live(store)
    await live.tick()
    record(store, 0)
    page.clock.advance(1.9)
    await live.tick()
    assert page.shown == [1]
    page.clock.advance(0.2)
    await live.tick()
    assert page.shown == [1, 2]


async def test_a_fault_is_said_and_tried_again(store: Store) -> None:
    """An error of ours goes to the page; the page comes when what it lacks has come."""
    page = Seen(ManualClock())
    page.fault = NotFound(f"no run {RUNNING}")
    live = page.live(store)
    await live.tick()
    page.fault = None
    page.clock.advance(10)
    await live.tick()
    assert (page.failed[0].message, page.shown) == (f"no run {RUNNING}", [1])


def test_one_look_a_second_serves_all_pages(store: Store) -> None:
    """The marker is asked for once, however many pages are open."""
    clock = ManualClock()
    watch = Watch(store, clock)
    before = watch.marker()
    record(store, 0)
    assert watch.marker() == before
    clock.advance(1)
    assert watch.marker() != before
