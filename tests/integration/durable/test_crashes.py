"""Whatever a saga is killed at, each call has its effect once, and all or nothing is left."""

from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import pytest

from tests.integration.durable.conftest import Lead
from tests.integration.durable.trip import KEPT, STEPS, Trial

FAULTS: tuple[dict[str, Any], ...] = (
    {},
    {"fails": "car", "undo_fails": 1},
    {"fails": "letter"},
    {"probe": False},
    {"probe": False, "fsync": "safe"},
    {"fails": "car", "probe": False, "undo_fails": 3},
)
"""What goes wrong besides the kills; the last has its compensation parked without any."""


def wrong(end: dict[str, Any]) -> list[str]:
    """What became of a trial that should not have; empty: nothing."""
    tools = [tool for _, tool in end["effects"]]
    keys = [key for key, _ in end["effects"]]
    made = [tool for tool in tools if not tool.startswith("undo ")]
    undone = [f"undo {name}" for name in reversed(made) if name != KEPT]
    rules = {
        "an effect came twice": len(set(keys)) == len(keys),
        "steps are not made in order": made == list(STEPS[: len(made)]),
        "it is stuck": end["state"] in {"done", "compensated"} and not end["in_doubt"],
        "steps are missing": end["state"] != "done" or made == list(STEPS),
        "what was done was not undone in reverse": tools
        == made + (undone if end["state"] == "compensated" else []),
    }
    return [said for said, kept in rules.items() if not kept]


def trial(home: Path, **changes: Any) -> Trial:
    name = f"trip-{uuid4().hex[:8]}"
    return Trial(name=name, home=str(home / name), **changes)


def drawn(rng: Random, moments: int = 110) -> dict[str, Any]:
    """A fault, and one to three kills: at moments that are counted, or at any time."""
    times = rng.randint(1, 3)
    if rng.random() < 0.3:
        kills: dict[str, Any] = {"kills_s": tuple(rng.uniform(0.0, 0.3) for _ in range(times))}
    else:
        kills = {"kills": tuple(rng.randint(1, moments) for _ in range(times))}
    return {**rng.choice(FAULTS), **kills}


def test_drawn_kills(lead: Lead, places: dict[str, str], tmp_path: Path) -> None:
    """A seeded sample over faults, moments, and times within a write."""
    rng = Random(str(sorted(name for name, url in places.items() if url == "sqlite")))
    ends = [lead(trial(tmp_path, **places, **drawn(rng))) for _ in range(16)]
    assert [(wrong(end), end) for end in ends if wrong(end)] == []
    assert sum(end["killed"] for end in ends) >= 10


@pytest.mark.parametrize("fault", FAULTS[:2] + FAULTS[3:4])
def test_kills_around_a_real_tool_server(
    lead: Lead, tool_port: int, tmp_path: Path, fault: dict[str, Any]
) -> None:
    """The tool is another process, which has its effect though the caller dies."""
    rng = Random(7)
    kills = [(rng.randint(1, 80),) for _ in range(4)]
    ends = [lead(trial(tmp_path, port=tool_port, kills=kill, **fault)) for kill in kills]
    assert [(wrong(end), end) for end in ends if wrong(end)] == []
    assert all(end["effects"] for end in ends)


@pytest.mark.parametrize("fault", FAULTS)
def test_without_kills_every_fault_comes_to_its_end(
    lead: Lead, tmp_path: Path, fault: dict[str, Any]
) -> None:
    """Done where no step is refused, else undone; what is parked is decided by a person."""
    end = lead(trial(tmp_path, **fault))
    assert wrong(end) == []
    assert end["state"] == ("compensated" if "fails" in fault else "done")


@pytest.mark.full
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("fault", FAULTS[:2])
def test_every_moment(
    lead: Lead, places: dict[str, str], tmp_path: Path, fault: dict[str, Any]
) -> None:
    """Before and after each transition of key, journal and saga, and each effect of a tool."""
    moments = lead(trial(tmp_path, **places, **fault))["moments"]
    ends = [
        lead(trial(tmp_path, **places, **fault, kills=(moment,)))
        for moment in range(1, moments + 1)
    ]
    assert [(wrong(end), end) for end in ends if wrong(end)] == []
    assert sum(end["killed"] for end in ends) == moments


@pytest.mark.full
@pytest.mark.timeout(3000)
def test_many_drawn_kills(lead: Lead, places: dict[str, str], tmp_path: Path) -> None:
    """The sample, a dozen times as large, drawn anew each time."""
    seed = Random().random()
    rng = Random(seed)
    ends = [lead(trial(tmp_path, **places, **drawn(rng))) for _ in range(150)]
    assert [(wrong(end), end, seed) for end in ends if wrong(end)] == []
