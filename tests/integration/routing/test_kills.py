"""Whatever a trial is killed at, no decision is lost and none is made twice."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.contract.routing.conftest import emptied

ROOT = Path(__file__).parents[3]


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> str:
    """Where trials are kept."""
    postgres = request.param == "postgres"
    return emptied(request.getfixturevalue("postgres_url")) if postgres else "sqlite"


def led(store: str, home: Path, first: int, last: int) -> list[dict[str, Any]]:
    """A trial for each moment at which it is killed; 0 is never."""
    command = [sys.executable, "-m", "tests.integration.routing.dying", store, str(home)]
    done = subprocess.run(
        [*command, str(first), str(last)], capture_output=True, check=True, text=True, cwd=ROOT
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_moment(store: str, tmp_path: Path) -> None:
    """Before and after each write of trial and sink: as if it had not been killed.

    Each outcome counts once; of each change all tenants are told, in order.
    """
    [whole] = led(store, tmp_path, 0, 0)
    changes = [f"{fence}/{tenant}" for fence in (0, whole["fence"]) for tenant in (0, 1)]
    ends = led(store, tmp_path, 1, whole["moments"])
    for number, end in enumerate(ends, 1):
        same = ("state", "seen", "fence")
        assert [end[name] for name in same] == [whole[name] for name in same], end
        told = dict.fromkeys(change.removeprefix(f"c{number}/") for change, _ in end["told"])
        assert list(told) == changes, end
        assert end["killed"], end
    assert len(ends) >= 20
