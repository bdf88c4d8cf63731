"""What notebooks look at."""

from collections.abc import Iterator

import pytest

from engine.clock import ManualClock
from engine.errors import NotFound
from pipelines.flows.material import two_runs
from tests.browser.samples import START
from tests.browser.world import BASELINE, FINISHED, IMPORTED, RUNNING, fill
from workbench.store import Store


@pytest.fixture
def store() -> Iterator[Store]:
    """One of everything that pages show, in memory."""
    with Store.memory(clock=ManualClock(START)) as made:
        fill(made)
        yield made


@pytest.mark.parametrize(
    ("run", "against", "pair"),
    [
        (FINISHED, None, (BASELINE, FINISHED)),
        (FINISHED, RUNNING, (RUNNING, FINISHED)),
        (FINISHED, "last", (IMPORTED, FINISHED)),
    ],
)
def test_a_run_is_compared_with_the_one_named_or_a_baseline(
    store: Store, run: str, against: str | None, pair: tuple[str, str]
) -> None:
    """The run to compare with comes first."""
    assert two_runs(store, run, against) == pair


def test_without_a_baseline_one_has_to_be_named(store: Store) -> None:
    """An import has none over its samples."""
    with pytest.raises(NotFound, match=f"no baseline over the samples of {IMPORTED}"):
        two_runs(store, IMPORTED, None)
