"""Whatever a trial is killed at, no decision is lost and none is made twice."""

import json
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.contract.routing.conftest import emptied

ROOT = Path(__file__).parents[3]


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> str:
    """Where trials are kept."""
    postgres = request.param == "postgres"
    return emptied(request.getfixturevalue("postgres_url")) if postgres else "sqlite"


def led(store: str, home: Path, *kills: int) -> list[dict[str, Any]]:
    """A trial for each moment at which it is killed; 0 is never."""
    command = [sys.executable, "-m", "tests.integration.routing.dying", store, str(home)]
    done = subprocess.run(
        [*command, *map(str, kills)], capture_output=True, check=True, text=True, cwd=ROOT
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def wrong(whole: dict[str, Any], ends: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that did not end as if they had not been killed.

    Each outcome counts once; of each change all tenants are told, in order.
    """
    changes = [f"{fence}/{tenant}" for fence in (0, whole["fence"]) for tenant in (0, 1)]
    found = []
    for end in ends:
        told = dict.fromkeys(change.partition("/")[2] for change, _ in end["told"])
        same = all(end[name] == whole[name] for name in ("state", "seen", "fence"))
        if not (same and end["killed"] and list(told) == changes):
            found.append(end)
    return found


def test_drawn_moments(store: str, tmp_path: Path) -> None:
    """Of those within and between changes, a seeded sample and the last ones, of the rollback."""
    drawn = [*Random(0).sample(range(1, 20), 5), *range(-18, -11)]
    whole, *ends = led(store, tmp_path, 0, *drawn)
    assert wrong(whole, ends) == []
    assert len(ends) == len(drawn)


@pytest.mark.full
def test_every_moment(store: str, tmp_path: Path) -> None:
    """Each moment within and between changes."""
    [whole] = led(store, tmp_path, 0)
    ends = led(store, tmp_path, *range(1, whole["moments"] + 1))
    assert wrong(whole, ends) == []
    assert len(ends) == whole["moments"]
