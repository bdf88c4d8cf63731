"""A breaker that real processes share, on trial."""

import subprocess
import sys
from pathlib import Path

import pytest

from engine.contracts import BreakerMode
from engine.reliability.breaker import SharedBreaker
from tests.integration.reliability.trial import POLICY, states_of

PROCESSES = 4
SCRIPT = Path(__file__).parent / "trial.py"


@pytest.fixture(scope="module")
def admitted(tmp_path_factory: pytest.TempPathFactory, redis_url: str) -> dict[str, int]:
    """How many of 200 callers, in threads and tasks of four processes, each store admits."""
    file = str(tmp_path_factory.mktemp("shared") / "breakers.sqlite")
    places = {"sqlite": file, "redis": f"{redis_url}/1"}
    for place in places.values():
        SharedBreaker("tool", POLICY, states=states_of(place)).set(BreakerMode.HALF_OPEN)
    command = [sys.executable, str(SCRIPT), *places.values()]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    callers = [subprocess.Popen(command, **pipes) for _ in range(PROCESSES)]
    assert [caller.stdout.readline() for caller in callers] == ["ready\n"] * PROCESSES
    for caller in callers:
        caller.stdin.write("go\n")
        caller.stdin.flush()
    counts = [map(int, caller.communicate()[0].split()) for caller in callers]
    return dict(zip(places, map(sum, zip(*counts, strict=True)), strict=True))


@pytest.mark.parametrize("kind", ["sqlite", "redis"])
def test_four_processes_admit_exactly_the_permits(admitted: dict[str, int], kind: str) -> None:
    """Neither 9 nor 11 of 10."""
    assert admitted[kind] == POLICY.permits
