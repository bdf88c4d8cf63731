"""Every store of breakers, empty."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.contracts import BreakerStates
from tests.contract.reliability.stores import KINDS, opened


@pytest.fixture(params=KINDS)
def states(
    request: pytest.FixtureRequest, tmp_path: Path, redis_url: str
) -> Iterator[BreakerStates]:
    with opened(request.param, tmp_path, redis_url) as made:
        yield made
