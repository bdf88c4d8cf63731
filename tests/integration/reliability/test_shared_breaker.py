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


@pytest.mark.parametrize("kind", ["sqlite", "redis"])
def test_four_processes_admit_exactly_the_permits(
    kind: str, tmp_path: Path, redis_url: str
) -> None:
    """Of 200 callers, in threads and tasks of four processes, 10 are admitted: neither 9 nor 11."""
    place = f"{redis_url}/1" if kind == "redis" else str(tmp_path / "breakers.sqlite")
    SharedBreaker("tool", POLICY, states=states_of(place)).set(BreakerMode.HALF_OPEN)
    command = [sys.executable, str(SCRIPT), place]
    pipe = subprocess.PIPE
    callers = [
        subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(PROCESSES)
    ]
    for caller in callers:
        assert caller.stdout.readline() == "ready\n"
    for caller in callers:
        caller.stdin.write("go\n")
        caller.stdin.flush()
    assert sum(int(caller.communicate()[0]) for caller in callers) == POLICY.permits
