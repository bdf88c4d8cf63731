"""A circuit breaker does what its tables of behaviour say, in one process and in several."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.contracts import BreakerPolicy, BreakerStates
from tests.contract.reliability.stores import KINDS, opened
from tests.spec.reliability.world import World

CASES = [
    pytest.param(case, id=f"{file.stem}: {case['rule']}")
    for file in sorted((Path(__file__).parent / "cases").glob("breaker*.yaml"))
    for case in yaml.safe_load(file.read_text("utf-8"))
]


@pytest.fixture(params=["in process", *KINDS])
def states(
    request: pytest.FixtureRequest, tmp_path: Path, redis_url: str
) -> Iterator[BreakerStates | None]:
    """Where the state lies; null: in the breaker itself."""
    if request.param == "in process":
        yield None
    else:
        with opened(request.param, tmp_path, redis_url) as made:
            yield made


@pytest.mark.parametrize("case", CASES)
def test_behaviour(case: dict[str, Any], states: BreakerStates | None) -> None:
    """Each step of the table comes out as it says, and the transitions are those it lists."""
    world = World(BreakerPolicy.parse(case.get("policy", {})), states)
    world.run(case["steps"])
    assert world.told() == case.get("transitions", world.told())


def test_the_tables_are_long_enough() -> None:
    """Every state is come into, and every reason given, somewhere."""
    text = " ".join(str(case.values[0]) for case in CASES)
    words = ["half_open", "forced_open", "disabled", "metrics_only", "recovered"]
    assert [word for word in [*words, "waited", "trial too long", "hand"] if word not in text] == []
