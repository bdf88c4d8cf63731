"""A store in memory with one of everything."""

from collections.abc import Iterator

import pytest

from engine.clock import ManualClock
from tests.browser.samples import START
from tests.browser.world import fill
from workbench.store import Store


@pytest.fixture(scope="session")
def store() -> Iterator[Store]:
    """Filled once; tests that add to it take their own."""
    with Store.memory(author="tester", clock=ManualClock(START)) as made:
        fill(made)
        yield made
