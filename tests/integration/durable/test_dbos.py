"""DBOS, a durable backend of others, ends the same sagas as ours do, whatever it is killed at."""

import json
import subprocess
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import pytest

from tests.integration.durable.conftest import ROOT, Lead
from tests.integration.durable.effects import read
from tests.integration.durable.test_crashes import FAULTS, trial, wrong
from tests.integration.durable.trip import KEPT, STEPS

PYTHON = ROOT / ".rivals" / "dbos" / "bin" / "python"
SCRIPT = ROOT / "pipelines" / "bench" / "rivals" / "dbos_saga.py"
pytestmark = [
    pytest.mark.full,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not PYTHON.exists(), reason="DBOS is not installed: make rivals"),
]


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where DBOS keeps its state."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'dbos.sqlite'}"
    url = str(request.getfixturevalue("postgres_url"))
    return url.replace("/postgres?", f"/dbos_{uuid4().hex[:8]}?")


def dbos(home: Path, database: str, fault: dict[str, Any], kills: list[int]) -> dict[str, Any]:
    """Lead a saga through these kills to its end."""
    home.mkdir(parents=True)
    given = {"home": str(home), "database": database, "name": home.name, "kept": KEPT}
    given |= {"steps": STEPS, "fails": fault.get("fails"), "undo_fails": fault.get("undo_fails", 0)}
    killed = 0
    for kill in [*kills, None]:
        command = [str(PYTHON), str(SCRIPT), json.dumps(given | {"kill": kill})]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        killed += done.returncode == -9
        assert done.returncode in {0, -9}, done.stderr
    end: dict[str, Any] = json.loads(done.stdout)
    return end | {"effects": read(home / "effects"), "killed": killed, "in_doubt": 0}


@pytest.mark.parametrize("fault", FAULTS[:3])
def test_dbos_and_ours_end_alike(
    lead: Lead, database: str, tmp_path: Path, fault: dict[str, Any]
) -> None:
    """Same state, same effects in the same order, each once."""
    rng = Random(11)
    for _ in range(3):
        name = f"dbos-{uuid4().hex[:8]}"
        theirs = dbos(tmp_path / name, database, fault, [rng.randint(1, 10), rng.randint(1, 5)])
        ours = lead(trial(tmp_path, **fault, kills=(rng.randint(1, 60), rng.randint(1, 40))))
        assert (wrong(theirs), wrong(ours)) == ([], [])
        assert theirs["state"] == ours["state"]
        assert [tool for _, tool in theirs["effects"]] == [tool for _, tool in ours["effects"]]
        assert theirs["killed"] > 0
